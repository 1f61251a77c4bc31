"""Loading: the planned rows written block by block, so that a killed load goes on where it was."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from importer import rows
from importer.models import Import, ImportedRow, Step
from importer.plan import BLOCK, Counts, Planner, Result, RowPlan
from importer.write import write

Beat = Callable[[int], None]


def check(source: Import) -> Counts:
    """Plan every row and keep what the check page shows: counts, and each row's result."""
    counts = Counts()
    with rows.keeping_results(source.pk) as note:
        for plan in _plans(source, frozenset()):
            counts.add(plan)
            if plan.result != Result.BLANK:
                note(_shown(plan))
    return counts


def run(source: Import, beat: Beat) -> Counts:
    """Write all rows that are right; ``beat`` is told how many rows have been dealt with.

    Each block is one transaction with its journal (:class:`ImportedRow`): rows of the journal
    are never written again, and nothing of a block is there without the others.
    """
    counts = Counts()
    known = frozenset(ImportedRow.objects.filter(source=source).values_list("number", flat=True))
    plans = _plans(source, known)
    with rows.keeping_results(source.pk) as note:
        while block := _next_written(source, plans):
            for plan in block:
                counts.add(plan)
                if plan.result != Result.BLANK:
                    note(_shown(plan))
            beat(counts.rows)
    _finish(source, counts)
    return counts


def _next_written(source: Import, plans: Iterator[RowPlan]) -> list[RowPlan]:
    """The next block, written; empty at the end.

    Its tens of thousands of objects make no cycles: looking for some takes a sixth of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        block = list(islice(plans, BLOCK))
        if block:
            _write_block(source, block)
    finally:
        if collecting:
            gc.enable()
    return block


def _write_block(source: Import, block: Sequence[RowPlan]) -> None:
    """Write a block's rows that are not in yet.

    A worker that was given up for dead may still be writing: under the import's lock the journal
    says what is in, so that two of them never write the same row.
    """
    with transaction.atomic():
        Import.objects.select_for_update().only("pk").get(pk=source.pk)
        numbers = {"number__gte": block[0].number, "number__lte": block[-1].number}
        journal = ImportedRow.objects.filter(source=source, **numbers)
        here = set(journal.values_list("number", flat=True))
        new = [plan for plan in block if plan.number not in here]
        write(source, new, actor=source.created_by)


def _finish(source: Import, counts: Counts) -> None:
    source.counts = asdict(counts)
    source.step, source.finished_at = Step.DONE, timezone.now()
    source.save(update_fields=["counts", "step", "finished_at"])


def _plans(source: Import, known: frozenset[int]) -> Iterator[RowPlan]:
    zone = timezone.get_current_timezone()
    planner = Planner(source, now=timezone.now(), zone=zone)
    return planner.plan(rows.read(source.pk), known=known)


def _shown(plan: RowPlan) -> dict[str, Any]:
    """A row as the check page and the file of left out rows show it."""
    shown: dict[str, Any] = {
        "row": plan.number,
        "result": plan.result.value,
        "reasons": plan.reasons,
        "name": plan.name,
        "contact": plan.contact,
    }
    if plan.draft is not None:
        draft = plan.draft
        shown |= {
            "status": draft.status.pk if draft.status else None,
            "responsible": draft.responsible_id,
            "todo": draft.todo.text if draft.todo else "",
            "due_at": draft.todo.due_at.isoformat() if draft.todo else "",
            "timed": bool(draft.todo and draft.todo.timed),
        }
    return shown
