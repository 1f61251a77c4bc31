"""Loading: the planned rows written block by block, so that a killed load goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from importer import rows
from importer.check import planner, shown
from importer.models import Import, ImportedRow, Step
from importer.pace import Pace
from importer.plan import Counts, Result, RowPlan
from importer.uncollected import uncollected
from importer.write import write

Beat = Callable[[int], None]
Hold = Callable[[], None]


def run(source: Import, beat: Beat, hold: Hold = lambda: None) -> Counts:
    """Write all rows that are right; ``beat`` is told how many rows have been dealt with.

    Each block is one transaction with its journal (:class:`ImportedRow`) and the numbers so far:
    rows of the journal are never written again, and nothing of a block is there without the
    others. ``hold`` is called in it, to make sure that no other process has taken the work over.
    """
    load = _Load(source, hold)
    with rows.keeping_results(source.pk) as note, uncollected():
        while block := load.next_block():
            for plan in block:
                if plan.result in (Result.SKIP, Result.WRONG):
                    note(shown(plan, source))
            beat(load.counts.rows)
    _finish(source, load)
    return load.counts


class _Load:
    """A load on its way; ``known`` are the numbers of the rows that came in earlier."""

    def __init__(self, source: Import, hold: Hold) -> None:
        self.source, self.hold = source, hold
        self.pace = Pace()
        self.counts = Counts()
        self.todos = FirstTodos()
        rows_in = ImportedRow.objects.filter(source=source)
        self.known = frozenset(rows_in.values_list("number", flat=True))
        # While a block is planned others may write: it is planned when the one before is in.
        self.plans = planner(source).plan(
            rows.read(source.pk), known=self.known, size=lambda: self.pace.size
        )

    def next_block(self) -> list[RowPlan]:
        """The next block, written; empty at the end."""
        block = list(islice(self.plans, self.pace.size))
        if block:
            with self.pace.timed(len(block)):
                self._write(block)
        return block

    def _write(self, block: Sequence[RowPlan]) -> None:
        """Written first, then counted: what a row changes is found out once more under its lock."""
        with transaction.atomic():
            self.hold()
            new = [plan for plan in block if plan.number not in self.known]
            write(self.source, new, actor=self.source.created_by)
            for plan in block:
                self.counts.add(plan)
                self.todos.add(plan)
            here = Import.objects.filter(pk=self.source.pk)
            here.update(counts=asdict(self.counts) | self.todos.told())


@dataclass
class FirstTodos:
    """The first todos of a load: how many there are, and the days of the first and the last."""

    n: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, plan: RowPlan) -> None:
        if plan.draft is None or plan.draft.todo is None:
            return
        due = plan.draft.todo.due_at
        self.n += 1
        self.first = min(self.first or due, due)
        self.last = max(self.last or due, due)

    def told(self) -> dict[str, Any]:
        """As it is kept beside the counts."""
        days = (
            timezone.localdate(due).isoformat() if due else "" for due in (self.first, self.last)
        )
        return dict(zip(("todos", "todos_from", "todos_to"), (self.n, *days), strict=True))


def _finish(source: Import, load: _Load) -> None:
    source.counts = asdict(load.counts) | load.todos.told()
    source.step, source.finished_at = Step.DONE, timezone.now()
    source.save(update_fields=["counts", "step", "finished_at"])
