"""Bring the datasheets of a status onto the shelf that its meaning asks for."""

from __future__ import annotations

import time
from collections import Counter

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from accounts.models import User
from crm.actions import counts
from crm.constants import Shelf
from crm.models import Datasheet
from jobs import runner
from jobs.models import Job
from jobs.runner import Beat
from modules.models import Status

BLOCK = 500
FEW = 500
"""So many are brought in line at once, more in the background."""
PAUSE = 0.05
"""Seconds between two blocks, in which others get to write."""
JOB = "settle_status"


def settle_later(status: Status, *, actor: User) -> Job | None:
    """The job for a status that became final or open again, in the transaction of that change.

    None when they are few: then the caller settles them once that transaction is through.
    """
    many = Datasheet.objects.filter(status=status).count()
    if many <= FEW:
        return None
    payload = {"status": status.pk, "module": status.module_id}
    return runner.start(JOB, actor=actor, payload=payload, total=many)


def settle_status(status_id: int, beat: Beat | None = None) -> int:
    """Every datasheet of the status, block by block; how many there were.

    Each is locked, not only those on a wrong shelf: somebody may just be finishing the last todo
    of one by the status's old meaning. Run twice it gives the same.
    """
    last = done = 0
    while True:
        rows = Datasheet.objects.filter(status=status_id, pk__gt=last).order_by("pk")
        with transaction.atomic():
            block = list(rows.select_for_update(of=("self",))[:BLOCK])
            if not block:
                return done
            status = Status.objects.get(pk=status_id)
            reshelve(block, Datasheet.objects.filter(pk__in=[one.pk for one in block]), status)
        last, done = block[-1].pk, done + len(block)
        if beat is not None:
            beat(done)
            time.sleep(PAUSE)


def reshelve(
    block: list[Datasheet], rows: QuerySet[Datasheet], status: Status, /, **more: object
) -> None:
    """Write the shelf of locked datasheets as for ``status``, and keep the counts.

    ``more`` are other columns to write with it.
    """
    changes: Counter[counts.CountKey] = Counter()
    for one in block:
        before = counts.key_of(one)
        shelf = shelf_in(one, status)
        changes[before] -= 1
        changes[before._replace(status_id=status.pk, shelf=shelf)] += 1
    rows.update(shelf=_shelf(status), version=F("version") + 1, **more)
    counts.add(changes)


def shelf_in(datasheet: Datasheet, status: Status) -> int:
    """The shelf of the datasheet if it stands in ``status``; the trash stays the trash."""
    if datasheet.shelf == Shelf.TRASH:
        return Shelf.TRASH.value
    closed = status.is_final and datasheet.next_todo_id is None
    return (Shelf.CLOSED if closed else Shelf.OPEN).value


def _shelf(status: Status) -> Case:
    """As :func:`shelf_in`, in the database."""
    whens = [When(shelf=Shelf.TRASH, then=Value(Shelf.TRASH))]
    if status.is_final:
        whens.append(When(Q(next_todo=None), then=Value(Shelf.CLOSED)))
    return Case(*whens, default=Value(Shelf.OPEN))
