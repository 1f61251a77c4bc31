"""Todos: planned, changed, done, postponed, deleted (DOMAIN, "Todos and history")."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm import access, zone
from crm.actions.base import WITH, changing, record, settling
from crm.actions.giving import can_do, heir_on, hold, may_keep
from crm.constants import EntryKind, TodoState
from crm.errors import Conflict, Forbidden, Refused
from crm.models import Contact, Datasheet, HistoryEntry, Todo
from crm.value_rows import Values
from modules.models import TodoType
from web import writing
from web.prepared import Prepared


@dataclass(frozen=True)
class TodoPlan:
    """What a todo is to be: as a form, an import row or a suggestion gives it."""

    text: str
    type: TodoType
    due_at: datetime
    timed: bool
    responsible: User
    contact: Contact | None = None
    comment: str = ""
    checklist: list[dict[str, Any]] = field(default_factory=list)


def plan_todo(
    datasheet_id: int,
    plan: TodoPlan,
    *,
    actor: User,
    moves_to: int | None = None,
    values: Values | None = None,
    alone: bool = True,
) -> Todo:
    """Add a todo to a datasheet; ``moves_to`` is a status that the suggestion moves on to.

    ``values`` are of the fields that this status asks for; ``alone`` as for :func:`changing`.
    """
    from crm.actions.statuses import change_status

    with changing(datasheet_id, actor=actor, alone=alone) as datasheet:
        if moves_to is not None and moves_to != datasheet.status_id:
            change_status(datasheet, moves_to, actor=actor, values=values)
        return add_todo(datasheet, plan, actor=actor)


def add_todo(datasheet: Datasheet, plan: TodoPlan, *, actor: User | None) -> Todo:
    """The todo on a datasheet that the caller has locked and will settle."""
    _check(datasheet, plan)
    todo = Todo(
        datasheet=datasheet,
        module_id=datasheet.module_id,
        first_due_at=plan.due_at,
        created_by=actor,
        **vars(plan),
    )
    writing.insert(todo)
    record(
        EntryKind.PLANNED, datasheet, actor=actor, text=todo.text, todo=todo, data=todo_state(todo)
    )
    return todo


def change_todo(todo_id: int, plan: TodoPlan, *, actor: User, version: int) -> Todo:
    """Edit an open todo; a later due time here is a correction too and counts as postponing."""
    with changing_todo(todo_id, actor=actor, version=version) as (datasheet, todo):
        _check(datasheet, plan)
        before = todo_state(todo)
        if plan.due_at > todo.due_at:
            todo.postponed += 1
        for name, value in vars(plan).items():
            setattr(todo, name, value)
        if (after := todo_state(todo)) == before:
            return todo
        _save(todo)
        record(
            EntryKind.CHANGED_TODO,
            datasheet,
            actor=actor,
            text=todo.text,
            todo=todo,
            data={"before": before, "after": after, "version": todo.version},
        )
        return todo


def finish_todo(todo_id: int, *, actor: User, outcome: str = "") -> HistoryEntry:
    """Done: off the open list and into the history in one moment.

    A todo that is done already stays as it is and its entry is given again, so that a second
    click does nothing twice.
    """
    with changing_todo(todo_id, actor=actor, only_open=False) as (datasheet, todo):
        if todo.state == TodoState.DONE and (entry := _entry_of_done(todo)):
            entry.todo = todo
            return entry
        _refuse_unless_open(todo)
        todo.state, todo.done_at, todo.done_by = TodoState.DONE, timezone.now(), actor
        _save(todo)
        return record(
            EntryKind.DONE,
            datasheet,
            actor=actor,
            text=todo.text,
            todo=todo,
            contact=todo.contact,
            data={"type": todo.type_id, "outcome": outcome.strip(), "version": todo.version},
        )


def add_outcome(entry_id: int, outcome: str, *, actor: User) -> HistoryEntry:
    """How a done todo went: by the one who did it, once."""
    found = HistoryEntry.objects.visible_to(actor).filter(pk=entry_id, kind=EntryKind.DONE).first()
    if found is None or found.datasheet_id is None:
        raise Http404
    with changing(found.datasheet_id, actor=actor):
        entry: HistoryEntry = HistoryEntry.objects.select_for_update().get(pk=entry_id)
        allowed = access.may(actor, "outcome", entry)
        if not allowed:
            raise Forbidden(allowed.reason)
        if not outcome.strip():
            raise Refused(_("Write how it went."), field="outcome")
        if entry.data.get("outcome") == outcome.strip():
            return entry
        if entry.data.get("outcome"):
            raise Refused(_("The outcome is written already. Add a note instead."))
        entry.data = {**entry.data, "outcome": outcome.strip()}
        entry.save(update_fields=["data"])
    return entry


def reopen_todo(todo_id: int, *, actor: User) -> Todo:
    """Open a done todo again: an action of its own, in the history."""
    with changing_todo(todo_id, actor=actor, only_open=False) as (datasheet, todo):
        if todo.state == TodoState.OPEN:
            return todo
        if todo.state == TodoState.FROZEN:
            raise Http404
        todo.state, todo.done_at, todo.done_by = TodoState.OPEN, None, None
        if not may_keep(todo.responsible, datasheet):
            todo.responsible = heir_on(datasheet, actor)
        _save(todo)
        record(EntryKind.REOPENED, datasheet, actor=actor, text=todo.text, todo=todo)
        return todo


def postpone_todo(
    todo_id: int, due_at: datetime, *, timed: bool, actor: User, version: int | None = None
) -> HistoryEntry:
    """Move the due time of an open todo; keeps its first one and counts the postponements."""
    with changing_todo(todo_id, actor=actor, version=version) as (datasheet, todo):
        before = todo_state(todo)
        todo.due_at, todo.timed = due_at, timed
        todo.postponed += 1
        _save(todo)
        data = {"before": before, "after": todo_state(todo), "version": todo.version}
        return record(
            EntryKind.POSTPONED, datasheet, actor=actor, text=todo.text, todo=todo, data=data
        )


def tick_item(todo_id: int, number: int, done: bool, *, actor: User) -> Todo:
    """Tick or untick one thing of an open todo's checklist (from 0); too small for the history."""
    with changing_todo(todo_id, actor=actor) as (_datasheet, todo):
        if not 0 <= number < len(todo.checklist):
            raise Refused(_("That is not on the checklist any more."))
        todo.checklist[number]["done"] = done
        todo.save(update_fields=["checklist"])
        return todo


def delete_todo(todo_id: int, *, actor: User) -> HistoryEntry | None:
    """Take a todo out that was a mistake. None: it was deleted already."""
    with changing_todo(todo_id, actor=actor, only_open=False) as (datasheet, todo):
        if todo.state == TodoState.DELETED:
            return None
        _refuse_unless_open(todo)
        return _end(todo, TodoState.DELETED, EntryKind.DELETED_TODO, datasheet, actor)


def cancel_open_todos(datasheet: Datasheet, *, actor: User | None) -> list[int]:
    """Cancel all open todos of a datasheet that is being closed; the ids, for the way back."""
    todos = list(datasheet.todos.filter(state=TodoState.OPEN).select_related("type"))
    for todo in todos:
        _end(todo, TodoState.CANCELLED, EntryKind.CANCELLED_TODO, datasheet, actor)
    return [todo.pk for todo in todos]


def leave_without_next(datasheet_id: int, *, actor: User) -> HistoryEntry:
    """The deliberate "no next todo": written into the history; the datasheet stays marked."""
    with changing(datasheet_id, actor=actor) as datasheet:
        return record(EntryKind.NO_NEXT, datasheet, actor=actor)


@contextmanager
def changing_todo(
    todo_id: int, *, actor: User, version: int | None = None, only_open: bool = True
) -> Iterator[tuple[Datasheet, Todo]]:
    """Lock the todo's datasheet and read the todo; the caller changes it. 404 when out of sight.

    Todos change only under their datasheet's lock, so no lock of their own is needed and two
    people never wait for each other in a ring.
    """
    with transaction.atomic():
        if not _LOCKED.first(actor.pk, todo_id, role=actor.role):
            raise Http404
        todo = _WHOLE.ask(todo_id)[0]
        writing.remember(todo)
        writing.remember(todo.datasheet)
        zone.bring_along(todo)
        if version is not None and version != todo.version:
            raise Conflict(_("Somebody changed this todo while you were editing it."), todo)
        if only_open:
            _refuse_unless_open(todo)
        with settling(todo.datasheet):
            yield todo.datasheet, todo


# A todo never changes its datasheet. What hangs on the row is read once it is locked (base.py).
_LOCKED = Prepared(
    lambda user, pk, role: (
        Datasheet.objects.visible_to(User(pk=user, role=role))
        .filter(
            pk=Subquery(
                Todo.objects.filter(pk=pk).exclude(state=TodoState.FROZEN).values("datasheet")
            )
        )
        .select_for_update()
        .values_list("pk", flat=True)
    )
)
_WHOLE: Prepared[Todo] = Prepared(
    lambda pk: Todo.objects.filter(pk=pk).select_related(
        *(f"datasheet__{name}" for name in WITH), "type", "contact", "responsible"
    )
)


def _refuse_unless_open(todo: Todo) -> None:
    if todo.state == TodoState.OPEN:
        return
    said = {
        TodoState.DONE: _("This todo is done already."),
        TodoState.CANCELLED: _("This todo was cancelled in the meantime."),
        TodoState.DELETED: _("This todo was deleted in the meantime."),
    }
    raise Conflict(said.get(TodoState(todo.state), _("This todo is not open.")), todo)


def _check(datasheet: Datasheet, plan: TodoPlan) -> None:
    if not plan.text.strip():
        raise Refused(_("Write what is to be done."), field="text")
    if not can_do(hold(plan.responsible), datasheet):
        raise Refused(
            _("%(name)s can't see this datasheet. Choose somebody who can.")
            % {"name": plan.responsible.full_name},
            field="responsible",
        )
    if plan.contact is not None and plan.contact.client_id != datasheet.client_id:
        raise Refused(_("Choose a contact of this client."), field="contact")


def _end(
    todo: Todo, state: TodoState, kind: EntryKind, datasheet: Datasheet, actor: User | None
) -> HistoryEntry:
    todo.state = state
    _save(todo)
    data = {"version": todo.version}
    return record(kind, datasheet, actor=actor, text=todo.text, todo=todo, data=data)


def _save(todo: Todo) -> None:
    todo.version += 1
    writing.update(todo)


def _entry_of_done(todo: Todo) -> HistoryEntry | None:
    entry: HistoryEntry | None = (
        HistoryEntry.objects.filter(todo=todo, kind=EntryKind.DONE, taken_back_at=None)
        .order_by("-at")
        .first()
    )
    return entry


def todo_state(todo: Todo) -> dict[str, Any]:
    """The todo's values as the history keeps them."""
    return {
        "text": todo.text,
        "type": todo.type_id,
        "due_at": todo.due_at.isoformat(),
        "timed": todo.timed,
        "zone": todo.zone,
        "responsible": todo.responsible_id,
        "contact": todo.contact_id,
        "comment": todo.comment,
        "checklist": todo.checklist,
    }
