"""Taking back: each undoable history entry knows what it changed (DOMAIN, "Todos and history").

What somebody has changed since is never overwritten: then the undo is refused and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm import access, zone
from crm.actions import values
from crm.actions.base import changing
from crm.actions.datasheets import check_responsible, pass_on_todos, restore
from crm.actions.field_changes import file_can_come_back
from crm.actions.following import COUNTED_ORDERS
from crm.actions.giving import heir_on, may_keep
from crm.actions.holding import hold
from crm.actions.rules import follow_orders
from crm.constants import EntryKind, TodoState
from crm.errors import Forbidden, Refused
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from modules.models import Status


def undo(entry_id: int, *, actor: User) -> HistoryEntry:
    """Take back what the entry tells and mark it as taken back; a second time does nothing."""
    entry = _find(entry_id, actor)
    allowed = access.may(actor, "undo", entry)
    if not allowed:
        raise Forbidden(allowed.reason)
    if entry.datasheet_id is None and entry.kind == EntryKind.FIELD:
        return _field_of_client_back(entry, actor)
    if entry.datasheet_id is None or entry.kind not in _UNDOABLE:
        raise Refused(_("This can't be taken back."))
    if entry.kind == EntryKind.TRASHED:
        return _out_of_trash(entry, entry.datasheet_id, actor)
    with changing(entry.datasheet_id, actor=actor) as datasheet:
        entry = _locked(entry_id)
        if entry.taken_back_at is None:
            _WAYS_BACK[EntryKind(entry.kind)](datasheet, entry, actor)
            _mark(entry, actor)
    return entry


def can_undo(entry: HistoryEntry, user: User) -> bool:
    """Whether the entry's menu offers "undo" to this user."""
    if entry.taken_back_at is not None or entry.kind not in _UNDOABLE:
        return False
    if entry.kind == EntryKind.STEP and not entry.data.get("ticked"):
        return False
    if entry.data.get("removed"):  # the status it came from is gone, or going
        return False
    if entry.kind == EntryKind.FIELD and entry.data.get("file") and not file_can_come_back(entry):
        return False
    by_rule = entry.kind == EntryKind.STATUS and entry.author_id is None
    return not by_rule and bool(access.may(user, "undo", entry))


def _out_of_trash(entry: HistoryEntry, datasheet_id: int, actor: User) -> HistoryEntry:
    with transaction.atomic():
        if entry.taken_back_at is None:
            restore(datasheet_id, actor=actor)
            _mark(entry, actor)
    return entry


def _field_of_client_back(entry: HistoryEntry, actor: User) -> HistoryEntry:
    with values.locked(values.record_of(entry), actor=actor) as record:
        entry = _locked(entry.pk)
        if entry.taken_back_at is None:
            values.put_back(record, entry, actor=actor)
            _mark(entry, actor)
    return entry


def _field_back(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    values.put_back(datasheet, entry, actor=actor)


def _find(entry_id: int, actor: User) -> HistoryEntry:
    """A visible entry; the one who trashed a datasheet still reaches that one entry of it."""
    entry: HistoryEntry | None = HistoryEntry.objects.visible_to(actor).filter(pk=entry_id).first()
    if entry is None:
        own = HistoryEntry.objects.filter(pk=entry_id, kind=EntryKind.TRASHED)
        seen = Datasheet.objects.trashed_for(actor)
        entry = own.filter(datasheet__in=seen).first()
    if entry is None:
        raise Http404
    return entry


def _locked(entry_id: int) -> HistoryEntry:
    entry: HistoryEntry = HistoryEntry.objects.select_for_update().get(pk=entry_id)
    return entry


def _mark(entry: HistoryEntry, actor: User) -> None:
    entry.taken_back_at, entry.taken_back_by = timezone.now(), actor
    entry.save(update_fields=["taken_back_at", "taken_back_by"])


def _changed_since() -> Refused:
    return Refused(_("It was changed again since then, so it can't be taken back."))


def _todo_of(entry: HistoryEntry) -> Todo:
    todo: Todo | None = Todo.objects.filter(pk=entry.todo_id or 0).first()
    if todo is None or todo.version != entry.data.get("version"):
        raise _changed_since()
    return todo


def _todo_back_to_open(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    todo = _todo_of(entry)
    _open_again(datasheet, todo, actor)


def _open_again(datasheet: Datasheet, todo: Todo, actor: User) -> None:
    zone.bring_along(todo)
    todo.state, todo.done_at, todo.done_by = TodoState.OPEN, None, None
    if not may_keep(todo.responsible, datasheet):
        todo.responsible = heir_on(datasheet, actor)
    todo.version += 1
    todo.save()


def _todo_as_before(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    todo, before = _todo_of(entry), entry.data["before"]
    zone.bring_along(todo)
    due = datetime.fromisoformat(before["due_at"])
    todo.due_at = zone.in_zone_of(todo, due, before["timed"], before.get("zone", ""))
    todo.text, todo.timed, todo.comment = before["text"], before["timed"], before["comment"]
    todo.type_id, todo.contact_id = before["type"], before["contact"]
    todo.checklist, todo.responsible_id = before["checklist"], before["responsible"]
    if not may_keep(User.objects.get(pk=todo.responsible_id), datasheet):
        todo.responsible = heir_on(datasheet, actor)
    if entry.kind == EntryKind.POSTPONED:
        todo.postponed = max(0, todo.postponed - 1)
    todo.version += 1
    todo.save()


def _status_back(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    data = entry.data
    if datasheet.status_id != data["to"]:
        raise _changed_since()
    if not Status.objects.filter(pk=data["from"], module=datasheet.module_id).exists():
        raise Refused(_("That status is not there any more."))
    status = hold(data["from"], datasheet.module_id)
    facts, after = data.get("facts"), data.get("facts_after", {})
    if facts is not None:
        if any(getattr(datasheet, name) != value for name, value in after.items()):
            raise _changed_since()
        for name, value in facts.items():
            setattr(datasheet, name, value)
    elif entry.author_id is None or datasheet.module.kind in ("sales", "webshop"):
        raise Refused(_("The system moved it. Take back what moved it."))
    since = data.get("since")
    datasheet.status = status
    datasheet.status_since = datetime.fromisoformat(since) if since else timezone.now()
    if status.key not in COUNTED_ORDERS:
        datasheet.completed_on = None
    _reopen_cancelled(datasheet, data.get("cancelled", []), actor)
    datasheet.save()  # the buyer's status counts this order
    follow_orders(datasheet)


def _reopen_cancelled(datasheet: Datasheet, todo_ids: list[int], actor: User) -> None:
    """The todos that the closing cancelled, unless somebody has done something with them since."""
    for todo in Todo.objects.filter(pk__in=todo_ids, state=TodoState.CANCELLED):
        _open_again(datasheet, todo, actor)
        HistoryEntry.objects.filter(
            todo=todo, kind=EntryKind.CANCELLED_TODO, taken_back_at=None
        ).update(taken_back_at=timezone.now(), taken_back_by=actor)


def _step_back(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    if not entry.data.get("ticked"):
        raise Refused(_("Tick the step again instead."))
    StepTick.objects.filter(pk=entry.data.get("tick")).delete()
    moved = HistoryEntry.objects.filter(pk=entry.data.get("moved") or 0, taken_back_at=None).first()
    if moved is not None:
        _status_back(datasheet, moved, actor)
        _mark(moved, actor)


def _responsible_back(datasheet: Datasheet, entry: HistoryEntry, actor: User) -> None:
    data: dict[str, Any] = entry.data
    if datasheet.responsible_id != data["to"]:
        raise _changed_since()
    back_to = User.objects.filter(pk=data["from"]).first()
    if back_to is not None and not back_to.is_active:
        raise Refused(_("%(name)s is a former user.") % {"name": back_to.full_name})
    check_responsible(back_to, datasheet.module_id)
    datasheet.responsible = back_to
    for todo_id, user_id in data.get("todos", {}).items():
        Todo.objects.filter(pk=todo_id, state=TodoState.OPEN).update(responsible=user_id)
    pass_on_todos(datasheet, heir=back_to or actor)


_WAYS_BACK: dict[EntryKind, Callable[[Datasheet, HistoryEntry, User], None]] = {
    EntryKind.DONE: _todo_back_to_open,
    EntryKind.DELETED_TODO: _todo_back_to_open,
    EntryKind.POSTPONED: _todo_as_before,
    EntryKind.CHANGED_TODO: _todo_as_before,
    EntryKind.STATUS: _status_back,
    EntryKind.STEP: _step_back,
    EntryKind.RESPONSIBLE: _responsible_back,
    EntryKind.FIELD: _field_back,
}
_UNDOABLE = frozenset({*_WAYS_BACK, EntryKind.TRASHED})
