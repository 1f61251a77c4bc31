"""A block of rows on its way in: what it makes, and the numbers that it adds to the load's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from importer import rows
from importer.check import planner, shown
from importer.models import Import
from importer.plan import Counts, Result, RowPlan
from importer.readers.base import line
from importer.stopped import Stopped
from importer.write import Ready, Take, make, put, write

Size = Callable[[], int]


@dataclass
class FirstTodos:
    """First todos: how many there are, and the days of the first and the last."""

    n: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, other: FirstTodos) -> None:
        days = [day for day in (self.first, self.last, other.first, other.last) if day]
        self.n += other.n
        self.first, self.last = min(days, default=None), max(days, default=None)

    def told(self) -> dict[str, Any]:
        """As it is kept beside the counts."""
        days = (
            timezone.localdate(due).isoformat() if due else "" for due in (self.first, self.last)
        )
        return dict(zip(("todos", "todos_from", "todos_to"), (self.n, *days), strict=True))


@dataclass
class Told:
    """What became of a block: its numbers, and the lines of the rows that are left out."""

    counts: Counts = field(default_factory=Counts)
    todos: FirstTodos = field(default_factory=FirstTodos)
    left_out: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, plans: Sequence[RowPlan], source: Import) -> Told:
        told = cls()
        for plan in plans:
            told.counts.add(plan)
            if plan.first_todo is not None:
                due = plan.first_todo.due_at
                told.todos.add(FirstTodos(1, due, due))
            if plan.result in (Result.SKIP, Result.WRONG):
                told.left_out.append(line(shown(plan, source)))
        return told


@dataclass
class Block:
    """Planned rows, of which the ``new`` ones are to be written; or, in the place of both, what
    was made of them (``ready``) and will be told then.
    """

    size: int
    plans: list[RowPlan] = field(default_factory=list)
    new: list[RowPlan] = field(default_factory=list)
    ready: Ready | None = None
    told: Told = field(default_factory=Told)

    def write(self, source: Import) -> Told:
        """Written first, then counted: what a row changes is found out once more under its lock.

        Within the block's transaction. Raises StaleError.
        """
        if self.ready is not None:
            put(self.ready, source.module)
            return self.told
        write(source, self.new, actor=source.created_by)
        return Told.of(self.plans, source)


def planned(source: Import, size: Size) -> Iterator[Block]:
    """The blocks of a load, from its first row on; rows that are in already are only counted.

    ``size`` says before each how many rows it takes. Each is planned when it is asked for.
    """
    stopped = Stopped(source)
    waiting = rows.read(source.pk)
    plan = planner(source).block
    while block := list(islice(waiting, size())):
        plans = plan(block, stopped)
        yield Block(len(plans), plans, [one for one in plans if one.number not in stopped.numbers])


def made(source: Import, size: Size, take: Take) -> Iterator[Block]:
    """As :func:`planned`, and made as far as that can be done before the transaction."""
    for block in planned(source, size):
        ready = make(source, block.new, actor=source.created_by, take=take)
        if ready is None:
            yield block
        else:
            yield Block(block.size, ready=ready, told=Told.of(block.plans, source))
