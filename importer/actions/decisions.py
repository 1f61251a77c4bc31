"""What was decided about an import, the check of it, and the start of its loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from crm import access
from crm.errors import Refused
from importer import load
from importer.actions.sources import open_one
from importer.models import Existing, Import, PastDue, Step
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


def decide(import_id: int, decisions: Decisions, *, actor: User) -> Import:
    """Keep what was decided; it has to be checked again. Refused when it is being loaded."""
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        if all(getattr(source, name) == value for name, value in vars(decisions).items()):
            return source
        for name, value in vars(decisions).items():
            setattr(source, name, value)
        source.step, source.counts = Step.COLUMNS, {}
        source.version += 1
        source.save()
    return source


def check(import_id: int, *, actor: User) -> Import:
    """Find out what would become of each row. Writes nothing but the import's own numbers."""
    source = open_one(import_id, actor=actor)
    counts = asdict(load.check(source))
    unchanged = Import.objects.filter(pk=source.pk, version=source.version, step=source.step)
    if not unchanged.update(counts=counts, step=Step.CHECK):
        raise Refused(_("It was changed in another window in the meantime. Check it again."))
    source.counts, source.step = counts, Step.CHECK
    return source


def answer_past_due(import_id: int, answer: PastDue, *, actor: User) -> Import:
    """What becomes of first todos that would start overdue; checks again, for the days change."""
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        source.past_due = answer
        source.version += 1
        source.save(update_fields=["past_due", "version"])
    return check(import_id, actor=actor)


def start_load(import_id: int, *, actor: User) -> Import:
    """Start loading in the background, or go on with a load that stopped; once, however often
    it is asked for. Refused with ``field`` "past_due" as long as that question is open.
    """
    with transaction.atomic():
        found = Import.objects.of(actor).filter(pk=import_id).select_for_update(of=("self",))
        source = found.select_related("module", "job").first()
        if source is None:
            raise Http404
        if source.step == Step.DONE or (source.job is not None and not source.job.is_finished):
            return source
        _ready(source, actor)
        source.step = Step.LOAD
        source.job = _job(source, actor)
        source.save(update_fields=["step", "job"])
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
