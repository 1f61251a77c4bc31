"""What was decided about an import, and the start of its loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from crm import access
from crm.errors import Conflict, Refused
from importer.actions.sources import open_one
from importer.models import Existing, Import, OnCancel, SameBy, Step
from jobs import runner
from jobs.models import Job
from modules.models import Module

KIND = "import"


@dataclass(frozen=True)
class Decisions:
    """As :class:`importer.models.Import` keeps them."""

    module: Module | None
    targets: Sequence[str]
    statuses: dict[str, int | None] = field(default_factory=dict)
    users: dict[str, int | None] = field(default_factory=dict)
    responsible_id: int | None = None
    existing: str = Existing.SKIP
    same_by: str = SameBy.USUAL
    choices: dict[str, dict[str, int | None]] = field(default_factory=dict)
    first_todo: dict[str, Any] = field(default_factory=dict)


def decide(
    import_id: int, decisions: Decisions, *, actor: User, version: int | None = None
) -> Import:
    """Keep what was decided; it has to be checked again. Refused when it is being loaded, a
    Conflict when it isn't any more the ``version`` that the decisions were made from.
    """
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        if all(getattr(source, name) == value for name, value in vars(decisions).items()):
            return source
        if version is not None and version != source.version:
            raise Conflict(_("This import was changed in another window in the meantime."), source)
        for name, value in vars(decisions).items():
            setattr(source, name, value)
        source.step, source.counts = Step.COLUMNS, {}
        source.version += 1
        source.save()
        if source.job is not None:  # it checks what was decided before
            runner.cancel(source.job)
    return source


def start_load(import_id: int, *, actor: User, on_cancel: OnCancel | None = None) -> Import:
    """Start loading in the background, or go on with a load that stopped; once, however often
    it is asked for. Refused with ``field`` "past_due" as long as that question is open.

    ``on_cancel`` is what a cancelled load leaves; None: as it was chosen before.
    """
    with transaction.atomic():
        found = Import.objects.of(actor).filter(pk=import_id).select_for_update(of=("self",))
        source = found.select_related("module", "job", "undo_job").first()
        if source is None:
            raise Http404
        going_on = any(job and not job.is_finished for job in (source.job, source.undo_job))
        if source.step == Step.DONE or going_on:
            return source
        _ready(source, actor)
        source.undone, source.undone_at = {}, None
        source.imported.exclude(kept="").update(kept="")
        source.on_cancel = on_cancel or source.on_cancel
        source.step = Step.LOAD
        source.job = _job(source, actor)
        source.save(update_fields=["step", "job", "on_cancel", "undone", "undone_at"])
        told = {"import": source.pk, "rows": source.rows}
        audit.record(actor, "import.started", source.name, told)
    return source


def _job(source: Import, actor: User) -> Job:
    return runner.start(KIND, actor=actor, payload={"import": source.pk}, total=source.rows)


def _ready(source: Import, actor: User) -> None:
    if source.step == Step.COLUMNS:
        raise Refused(_("Check the rows first."))
    if source.counts.get("past") and not source.past_due:
        raise Refused(_("Choose what becomes of todos that would start overdue."), field="past_due")
    if source.module is None:
        return
    if not Module.objects.for_user(actor).filter(pk=source.module.pk).exists():
        raise Refused(_("Choose a module that you use."), field="module")
    wanted = {pk for pk in (*source.users.values(), source.responsible_id) if pk and pk > 0}
    able = access.possible_responsibles(source.module.pk).filter(pk__in=wanted).count()
    if able < len(wanted):
        raise Refused(_("Somebody you chose as responsible doesn't use this module any more."))
