"""What every change of a datasheet shares: the lock, the history entry, the kept columns.

A use case is a verb-named function with a keyword-only ``actor``. It runs in one transaction that
holds the datasheet's row, so that the change, its history, the due key and the counts are written
together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm import search
from crm.actions import counts
from crm.actions.following import follow
from crm.agenda import FAR
from crm.constants import CONTACT_KINDS, EntryKind, Shelf, TodoState
from crm.errors import Conflict
from crm.models import Contact, Datasheet, HistoryEntry, Todo
from web import writing
from web.prepared import Prepared


@contextmanager
def changing(
    datasheet_id: int, *, actor: User, version: int | None = None, alone: bool = True
) -> Iterator[Datasheet]:
    """Lock a datasheet that ``actor`` sees, let it be changed, then settle and save it.

    ``version`` is the one the form was filled from; another one now raises :class:`Conflict`.
    ``alone`` False: a transaction that it stands in is taken back with it, and needs no savepoint.
    Raises Http404 when the datasheet does not exist for the actor.
    """
    with transaction.atomic(savepoint=alone):
        datasheet = lock(datasheet_id, actor=actor)
        if version is not None and version != datasheet.version:
            raise Conflict(
                _("Somebody changed this while you were editing. Look at both, then save again."),
                datasheet,
            )
        with settling(datasheet):
            yield datasheet


@contextmanager
def settling(datasheet: Datasheet) -> Iterator[None]:
    """Let a locked datasheet be changed; then its rules, its kept columns and the counts follow."""
    before = counts.key_of(datasheet)
    yield
    follow_rules(datasheet)
    settle(datasheet)
    counts.moved(before, counts.key_of(datasheet))
    if datasheet.responsible_id != before.responsible_id:
        search.reindex([datasheet.client_id])  # who finds it has changed


def lock(datasheet_id: int, *, actor: User) -> Datasheet:
    """The datasheet as it is now, locked until the transaction ends; 404 when out of sight."""
    if not _VISIBLE.first(actor.pk, datasheet_id, role=actor.role):
        raise Http404
    return _read(datasheet_id)


def lock_first(rows: QuerySet[Any], datasheet_id: int) -> Datasheet:
    """Lock the row alone, then read it with what hangs on it; 404 when ``rows`` lack it.

    Locked and joined in one query, PostgreSQL drops a row whose joined column changed while it
    waited for the lock, because it joins the new version to the old partner.
    """
    if not rows.filter(pk=datasheet_id).select_for_update().values_list("pk").first():
        raise Http404
    return _read(datasheet_id)


def _read(datasheet_id: int) -> Datasheet:
    datasheet = _WHOLE.ask(datasheet_id)[0]
    writing.remember(datasheet)
    return datasheet


_VISIBLE = Prepared(
    lambda user, pk, role: (
        Datasheet.objects.visible_to(User(pk=user, role=role))
        .filter(pk=pk)
        .select_for_update()
        .values_list("pk", flat=True)
    )
)
WITH = ("module", "client", "status", "responsible", "main_contact")
"""What every change of a datasheet may need of the records that it points to."""

_WHOLE: Prepared[Datasheet] = Prepared(
    lambda pk: Datasheet.objects.filter(pk=pk).select_related(*WITH)
)


def follow_rules(datasheet: Datasheet) -> bool:
    """Move the datasheet to the status that its facts lead to, in the system's name."""
    status = follow(datasheet)
    if status.pk == datasheet.status_id:
        return False
    data = {"from": datasheet.status_id, "to": status.pk}
    datasheet.status, datasheet.status_since = status, timezone.now()
    record(EntryKind.STATUS, datasheet, actor=None, data=data)
    return True


def settle(datasheet: Datasheet) -> None:
    """Save the datasheet with the columns that follow from its todos and status.

    ``next_due_at`` is the due time of its earliest open todo, by due time and id; it stands on
    the open shelf while its status is open or such a todo was kept.
    """
    todo, due_at = _FIRST_OPEN.first(datasheet.pk) or (None, FAR)
    datasheet.next_todo_id, datasheet.next_due_at = todo, due_at
    if datasheet.shelf != Shelf.TRASH:
        closed = datasheet.status.is_final and todo is None
        datasheet.shelf = Shelf.CLOSED if closed else Shelf.OPEN
    datasheet.version += 1
    datasheet.derive()
    writing.update(datasheet)


_FIRST_OPEN: Prepared[tuple[int, datetime]] = Prepared(
    lambda datasheet: (
        Todo.objects.filter(datasheet=datasheet, state=TodoState.OPEN)
        .in_due_order()
        .values_list("pk", "due_at")[:1]
    )
)


def record(
    kind: EntryKind,
    datasheet: Datasheet,
    *,
    actor: User | None,
    text: str = "",
    data: dict[str, Any] | None = None,
    todo: Todo | None = None,
    contact: Contact | None = None,
) -> HistoryEntry:
    """Write what happened; ``actor`` None means that the system did it.

    A call, meeting or email is contact with the client: it takes Forgotten off.
    """
    entry = HistoryEntry(
        client_id=datasheet.client_id,
        datasheet=datasheet,
        author=actor,
        kind=kind,
        text=text,
        data=data or {},
        todo=todo,
        contact=contact,
        at=timezone.now(),
    )
    writing.insert(entry)
    was_contact = kind in CONTACT_KINDS or (
        kind == EntryKind.DONE and todo is not None and todo.type.is_contact
    )
    if was_contact:
        datasheet.last_contact_at = entry.at
        datasheet.forgotten = False
    return entry
