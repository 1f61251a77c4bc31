"""Removing a status: its datasheets move to another one first, however many they are.

``Status.leaving_to`` marks a status that is being removed. From then on nobody can choose it
(:func:`crm.actions.holding.hold`), its datasheets leave block by block, and at the end, when
nothing is left in it under its lock, it goes; its names stay (:class:`modules.models.Former`).
A run that was killed goes on where it was.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.db import OperationalError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.constants import EntryKind
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry
from jobs import runner
from jobs.models import Job, State
from jobs.runner import Beat
from modules.models import Field, Former, Module, Status, Suggestion
from office.actions.settling import BLOCK, PAUSE, reshelve
from office.actions.statuses import keeps_one_open
from office.actions.tree import shaping

FEW = 500
JOB = "remove_status"
TRIES = 5


def start_removing(status_id: int, to_id: int | None, *, actor: User) -> Job | None:
    """Remove a status whose datasheets go to ``to_id`` (None only when it has none).

    Few are moved at once; for many the job that moves them is returned. Asked again for one that
    is leaving already, it goes on.
    """
    with shaping(_module_of(status_id)) as module:
        status = Status.objects.select_for_update().filter(pk=status_id).first()
        if status is None:
            raise Http404
        if status.leaving_to_id is None:
            _mark(module, status, to_id, actor)
        running = job_of(status_id)
        if running is not None:
            return running
        many = Datasheet.objects.filter(status=status).count()
        if many > FEW:
            payload = {"status": status.pk, "module": module.pk, "name": status.name}
            return runner.start(JOB, actor=actor, payload=payload, total=many)
    remove(status_id, actor=actor)
    return None


def keep(status_id: int, *, actor: User) -> None:
    """Not to be removed after all; what has moved away stays where it is."""
    with shaping(_module_of(status_id)) as module:
        if job_of(status_id) is not None:
            raise Refused(_("Its datasheets are being moved. Stop that first."))
        kept = Status.objects.filter(pk=status_id).exclude(leaving_to=None).update(leaving_to=None)
        if kept:
            status = Status.objects.get(pk=status_id)
            record(actor, "status.kept", f"{module.name}: {status.name}", {"status": status_id})


def job_of(status_id: int) -> Job | None:
    """The job that is moving the status's datasheets away, if one is."""
    alive = Job.objects.filter(kind=JOB, state__in=[State.QUEUED, State.RUNNING])
    return alive.filter(payload__status=status_id).first()


def remove(status_id: int, *, actor: User, beat: Beat | None = None, done: int = 0) -> int:
    """Move everything out of a marked status, then delete it; how many were moved.

    ``done`` is where an earlier run was. Without the mark (somebody kept it) it does nothing.
    """
    last = failed = 0
    while True:
        try:
            moved = _move_block(status_id, last, actor)
            if moved is None:
                return done
            if not moved and not last and _delete(status_id, actor):
                return done
        except OperationalError:  # a deadlock with a writer, who has gone on by now
            failed += 1
            if failed == TRIES:
                raise
            time.sleep(PAUSE)
            continue
        last = moved[-1] if moved else 0  # once more from the start: somebody may have come in
        done += len(moved)
        if beat is not None:
            beat(done)
            time.sleep(PAUSE)


def _mark(module: Module, status: Status, to_id: int | None, actor: User) -> None:
    """From now on nobody comes into it, and what pointed to it points to its heir."""
    heirs = Status.objects.filter(module=module).staying().exclude(pk=status.pk)
    heir = heirs.filter(pk=to_id or 0).first()
    if heir is None and (to_id is not None or Datasheet.objects.filter(status=status).exists()):
        raise Refused(_("Choose where its datasheets go."), field="to")
    if not keeps_one_open(module, status.pk):
        raise Refused(_("This is the last open status. Work must be able to stand somewhere."))
    if Status.objects.filter(leaving_to=status).exists():
        raise Refused(_("Another status is being removed, and its datasheets come here."))
    heir = heir or heirs.in_order()[0]
    status.leaving_to = heir
    status.version += 1
    status.save(update_fields=["leaving_to", "version"])
    Suggestion.objects.filter(moves_to=status).exclude(status=heir).update(moves_to=heir)
    Suggestion.objects.filter(moves_to=status).update(moves_to=None)
    Field.objects.filter(required_from=status).update(required_from=heir)
    Module.objects.filter(pk=module.pk, default_status=status).update(default_status=heir)
    data = {"status": status.pk, "to": heir.pk, "to_name": heir.name}
    record(actor, "status.removing", f"{module.name}: {status.name}", data)


def _move_block(status_id: int, last: int, actor: User) -> list[int] | None:
    """The ids of the next block after ``last``, moved; None when the status isn't leaving."""
    with transaction.atomic():
        rows = Datasheet.objects.filter(status=status_id, pk__gt=last).order_by("pk")
        block = list(rows.select_for_update(of=("self",))[:BLOCK])
        status = Status.objects.select_related("leaving_to").filter(pk=status_id).first()
        if status is None or status.leaving_to is None:
            return None
        heir, now = status.leaving_to, timezone.now()
        if block:
            found = Datasheet.objects.filter(pk__in=[one.pk for one in block])
            reshelve(block, found, heir, status=heir, status_since=now)
            HistoryEntry.objects.bulk_create(_entry(one, heir, actor, now) for one in block)
        return [one.pk for one in block]


def _entry(datasheet: Datasheet, heir: Status, actor: User, now: datetime) -> HistoryEntry:
    """It can't be taken back: the way back is gone. Its open todos stay as they are."""
    return HistoryEntry(
        client_id=datasheet.client_id,
        datasheet=datasheet,
        author=actor,
        kind=EntryKind.STATUS,
        at=now,
        data={
            "from": datasheet.status_id,
            "to": heir.pk,
            "since": datasheet.status_since.isoformat(),
            "cancelled": [],
            "removed": True,
        },
    )


def _delete(status_id: int, actor: User) -> bool:
    """Delete the emptied status under its lock; False when somebody came in just before."""
    with transaction.atomic():
        # Waits for those who hold it because they are moving a datasheet into it.
        rows = Status.objects.select_for_update(of=("self",)).select_related("group", "module")
        status = rows.filter(pk=status_id).exclude(leaving_to=None).first()
        if status is None:
            return True
        if Datasheet.objects.filter(status=status).exists():
            return False
        Former.objects.update_or_create(
            what=Former.STATUS,
            number=status.pk,
            defaults={
                "name_hu": status.name_hu,
                "name_en": status.name_en,
                "group_hu": status.group.name_hu,
                "group_en": status.group.name_en,
                "went_to": status.leaving_to_id or 0,
            },
        )
        told = f"{status.module.name}: {status.name}"
        data = {"status": status.pk, "to": status.leaving_to_id}
        record(actor, "status.removed", told, data)
        status.delete()
        return True


def _module_of(status_id: int) -> int:
    found = Status.objects.filter(pk=status_id).values_list("module_id", flat=True).first()
    if found is None:
        raise Http404
    return int(found)
