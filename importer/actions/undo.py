"""Starting to take an import back."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from crm.errors import Forbidden, Refused
from importer import undo
from importer.models import Import, OnCancel
from jobs import runner
from jobs.models import State

KIND = "import_undo"


def may_undo(source: Import, user: User) -> bool:
    """Who imported it, and administrators."""
    return source.created_by_id == user.pk or user.role == Role.ADMINISTRATOR


def can_undo(source: Import) -> bool:
    """Whether something of it can be taken back, today."""
    limit = undo.until(source)
    in_time = limit is None or timezone.now() < limit
    return in_time and undo.is_loaded(source) and undo.rows_left(source).exists()


def start_undo(import_id: int, *, actor: User) -> Import:
    """Take the import back in the background; once, however often it is asked for.

    404 when it doesn't exist for the actor, Forbidden for others than :func:`may_undo` says,
    Refused when nothing of it can be taken back.
    """
    with transaction.atomic():
        found = Import.objects.visible_to(actor).filter(pk=import_id)
        source = found.select_for_update(of=("self",)).select_related("job", "undo_job").first()
        if source is None:
            raise Http404
        if source.undo_job is not None and not source.undo_job.is_finished:
            return source
        check(source, actor)
        _start(source, actor)
    return source


def check(source: Import, actor: User) -> None:
    """Forbidden for who may not, Refused when nothing of it can be taken back."""
    if not may_undo(source, actor):
        raise Forbidden(_("Only who imported it and administrators can take it back."))
    if not can_undo(source):
        raise Refused(_("There is nothing of it that could be taken back."))


def stop(source: Import, *, actor: User) -> None:
    """Stop the load of one's own import, at the end of its block; perhaps take back what is in.

    A load that runs takes it back itself (:mod:`importer.tasks`). One that waits, after its worker
    died or went home, can't.
    """
    with transaction.atomic():
        job = source.job
        if job is None or job.is_finished:
            return
        runner.cancel(job)
        job.refresh_from_db()
        waited = job.state == State.CANCELLED
        if waited and source.on_cancel == OnCancel.BACK and undo.rows_left(source).exists():
            _start(source, actor)


def _start(source: Import, actor: User) -> None:
    total = undo.rows_left(source).count()
    payload = {"import": source.pk}
    source.undo_job = runner.start(KIND, actor=actor, payload=payload, total=total)
    source.save(update_fields=["undo_job"])
    audit.record(actor, "import.undo_started", source.name, payload)
