"""What a row moves of a datasheet that is there: by the actions that do it by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from accounts.models import User
from crm.actions.datasheets import hand_over
from crm.actions.statuses import SALES_FACTS, Sale, change_sale, move_to
from crm.actions.todos import TodoPlan, plan_todo
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry
from importer import statuses
from importer.draft import FirstTodo
from importer.rules import Change, What
from modules.models import Status

_MOVED: Final = ("status_id", "status_since", "responsible_id", *SALES_FACTS)


@dataclass
class Moved:
    """What an undo needs, the ids of what the history tells, and what could not be done."""

    ops: list[list[Any]] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    refused: list[Change] = field(default_factory=list)


def move(sheet: Datasheet, changes: Sequence[Change], *, actor: User, after: int) -> Moved:
    """Do it, on a datasheet that the caller has locked. Entries up to ``after`` are others'."""
    moved = Moved()
    before = _columns(sheet.pk)
    for change in changes:
        try:
            MOVES[change.what](sheet, change, actor, moved)
        except Refused:  # a status or a person that has gone in the meantime
            moved.refused.append(change)
    now = _columns(sheet.pk)
    told = {name: [before[name], now[name]] for name in _MOVED if before[name] != now[name]}
    if told:
        moved.ops.append(["set", "crm.datasheet", sheet.pk, told])
    entries = HistoryEntry.objects.filter(datasheet=sheet.pk, pk__gt=after)
    moved.entries = list(entries.order_by("pk").values_list("pk", flat=True))
    moved.ops += [["new", "crm.historyentry", pk] for pk in moved.entries]
    return moved


def _columns(pk: int) -> dict[str, Any]:
    found = Datasheet.objects.values(*_MOVED).get(pk=pk)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
    }


def _status(sheet: Datasheet, change: Change, actor: User, moved: Moved) -> None:
    """It keeps its todos: what becomes of them nobody was asked."""
    status = Status.objects.select_related("group").get(pk=change.value)
    facts = statuses.facts(sheet.module, status)
    if facts:
        change_sale(sheet.pk, Sale(**facts), actor=actor, keep_todos=True)
    else:
        move_to(sheet.pk, status.pk, actor=actor, keep_todos=True)


def _responsible(sheet: Datasheet, change: Change, actor: User, moved: Moved) -> None:
    entry = hand_over(sheet.pk, change.value, actor=actor)
    for pk, was in (entry.data["todos"] if entry else {}).items():
        to = {"responsible_id": [was, change.value]}
        moved.ops.append(["set", "crm.todo", int(pk), to])


def _todo(sheet: Datasheet, change: Change, actor: User, moved: Moved) -> None:
    first: FirstTodo = change.value
    now = Datasheet.objects.select_related("responsible", "main_contact").get(pk=sheet.pk)
    plan = TodoPlan(
        first.text,
        first.type,
        first.due_at,
        first.timed,
        now.responsible or actor,
        contact=now.main_contact,
    )
    made = plan_todo(sheet.pk, plan, actor=actor)
    moved.ops.append(["new", "crm.todo", made.pk])


MOVES: Final[dict[What, Callable[[Datasheet, Change, User, Moved], None]]] = {
    What.RESPONSIBLE: _responsible,
    What.STATUS: _status,
    What.TODO: _todo,
}
