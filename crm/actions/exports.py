"""Taking lists out as files: at once or in the background, kept for some days, then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from crm.actions.once import run_once
from crm.errors import Refused
from crm.export import making
from crm.export.source import Source
from crm.models import Export
from jobs import runner
from modules.models import Module

KIND: Final = "export"
AT_ONCE: Final = 5000
"""Longer lists are taken out in the background."""
KEPT_DAYS: Final = 7


@dataclass(frozen=True)
class Choice:
    """What is taken out, and how: as :class:`crm.models.Export` has it."""

    choice: str
    columns: Sequence[str]
    with_ids: bool
    kind: str


def own_of(user: User) -> QuerySet[Export]:
    """What the user took out of lists that they have: nobody else's exists for them."""
    mine = Export.objects.filter(created_by=user).select_related("module", "job", "created_by")
    return mine.filter(Q(module=None) | Q(module__in=Module.objects.for_user(user)))


def kept_of(user: User) -> QuerySet[Export]:
    """Those whose file is still there, the latest first."""
    return own_of(user).exclude(file="").order_by("-pk")


def last_of(user: User, module: Module | None) -> Export | None:
    """How the user took such a list out the last time."""
    return own_of(user).filter(module=module).order_by("-pk").first()


def export(source: Source, choice: Choice, *, actor: User, token: UUID | None = None) -> str:
    """Take a list out; the address of the export, the same for the same form sent again.

    A short list is ready by then. Raises Refused when it can't be made.
    """
    made: list[Export] = []

    def begin() -> str:
        made.append(_begin(source, choice, actor))
        return made[0].get_absolute_url()

    url = run_once(token, begin, actor=actor)
    for new in made:
        if new.job is None:
            finish(new, lambda done: None)
    return url


def _begin(source: Source, choice: Choice, actor: User) -> Export:
    day = timezone.localdate()
    size = source.size(AT_ONCE + 1)
    with transaction.atomic():
        new = Export.objects.create(
            module=source.module,
            params=source.params(),
            choice=choice.choice,
            columns=list(choice.columns),
            with_ids=choice.with_ids,
            kind=choice.kind,
            name=get_valid_filename(f"{source.name} {day:%Y-%m-%d}.{choice.kind}"),
            created_by=actor,
        )
        if size > AT_ONCE:
            new.job = runner.start(KIND, actor=actor, payload={"export": new.pk})
            new.save(update_fields=["job"])
    return new


def finish(new: Export, beat: runner.Beat) -> None:
    """Make the file, keep it and write it into the activity log.

    Raises Refused, with no file left, when it can't be made or must not be kept.
    """
    try:
        rows = making.make(new, beat)
        name = str(new.file.name)
        with transaction.atomic():
            _keep(new, name, rows)
    except BaseException:
        if new.file:
            default_storage.delete(str(new.file.name))
        raise


def _keep(new: Export, name: str, rows: int) -> None:
    waiting = Export.objects.filter(pk=new.pk, forgotten_at=None)
    if not waiting.update(file=name, rows=rows, finished_at=timezone.now()):
        raise Refused(_("Personal data were erased in the meantime. Export the list again."))
    told = {"export": new.pk, "rows": rows, "format": new.kind}
    target = new.module.name if new.module else _("Clients")
    audit.record(new.created_by, "export.made", target, told)


# ---- Forgetting ----------------------------------------------------------------------------------


def forget_all() -> None:
    """No list that was taken out before now is kept: it may hold what is being erased.

    Within the transaction of the erasure, and once more when it is through: a list may have been
    begun in between, by somebody who still saw what was there.
    """
    _forget(Export.objects.all())
    transaction.on_commit(lambda: _forget(Export.objects.filter(created_at__lte=timezone.now())))


def forget_old() -> None:
    """Lists that were taken out more than :data:`KEPT_DAYS` ago."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    _forget(Export.objects.filter(created_at__lt=limit))


def _forget(exports: QuerySet[Export]) -> None:
    with transaction.atomic():
        found = list(exports.filter(forgotten_at=None).select_for_update().order_by("pk"))
        files = [str(one.file.name) for one in found if one.file]
        held = Export.objects.filter(pk__in=[one.pk for one in found])
        held.update(file="", params={}, forgotten_at=timezone.now())

        def delete() -> None:
            for name in files:
                default_storage.delete(name)

        transaction.on_commit(delete)
