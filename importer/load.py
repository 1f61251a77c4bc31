"""Loading: the planned rows written block by block, so that a killed load goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from importer import ahead, rows
from importer.blocks import Block, FirstTodos, planned
from importer.models import Import, Step
from importer.pace import Pace
from importer.plan import Counts
from importer.uncollected import uncollected
from importer.write import StaleError

Beat = Callable[[int], None]
Hold = Callable[[], None]


def run(source: Import, beat: Beat, hold: Hold = lambda: None) -> Counts:
    """Write all rows that are right; ``beat`` is told how many rows have been dealt with.

    Each block is one transaction with its journal (:class:`ImportedRow`) and the numbers so far:
    rows of the journal are never written again, and nothing of a block is there without the
    others. ``hold`` is called in it, to make sure that no other process has taken the work over.
    """
    if ahead.helps(source):
        try:
            load = _Load(source, hold)
            with ahead.blocks(source, load.pace) as blocks:
                return load.run(blocks, beat)
        except (ahead.LostError, StaleError):
            pass  # what is in stays in, as of a load that was killed
    load = _Load(source, hold)
    return load.run(planned(source, load.pace.rows), beat)


class _Load:
    """A load on its way."""

    def __init__(self, source: Import, hold: Hold) -> None:
        self.source, self.hold = source, hold
        self.pace = Pace()
        self.counts, self.todos = Counts(), FirstTodos()

    def run(self, blocks: Iterable[Block], beat: Beat) -> Counts:
        with rows.keeping_results(self.source.pk) as keep, uncollected():
            for block in blocks:
                with self.pace.timed(block.size):
                    left_out = self._write(block)
                keep(left_out)
                beat(self.counts.rows)
        self._finish()
        return self.counts

    def _write(self, block: Block) -> list[str]:
        with transaction.atomic():
            self.hold()
            told = block.write(self.source)
            self.counts.merge(told.counts)
            self.todos.add(told.todos)
            Import.objects.filter(pk=self.source.pk).update(counts=self._counted())
        return told.left_out

    def _counted(self) -> dict[str, object]:
        return asdict(self.counts) | self.todos.told()

    def _finish(self) -> None:
        self.source.counts = self._counted()
        self.source.step, self.source.finished_at = Step.DONE, timezone.now()
        self.source.save(update_fields=["counts", "step", "finished_at"])
