"""What the demo's stories are made of, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from modules.models import Status, Step, TodoType
from office.demo.times import Times

Data = Callable[[], dict[str, Any]]


@dataclass
class World:
    """What stories refer to, all of it saved already."""

    times: Times
    language: str
    users: dict[str, User]
    statuses: dict[tuple[str, str], Status]
    steps: dict[str, Step]
    types: dict[str, TodoType]


@dataclass
class Line:
    """A history entry to be; `data` is asked for once the todos have their ids."""

    entry: HistoryEntry
    data: Data = dict


@dataclass
class Story:
    """Everything of one datasheet."""

    datasheet: Datasheet
    todos: list[Todo] = field(default_factory=list)
    ticks: list[StepTick] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def ticked(tick: StepTick) -> Data:
    return lambda: {"step": tick.step_id, "ticked": True, "tick": tick.pk}


def state_of(todo: Todo) -> dict[str, Any]:
    """As crm.actions.todos keeps it: the todo's values, once it has its ids."""
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
