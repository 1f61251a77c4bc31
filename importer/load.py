"""Loading: the planned rows written block by block, so that a killed load goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

    def noted() -> Iterator[dict[str, Any]]:
        for plan in _plans(source, frozenset()):
            counts.add(plan)
            if plan.result != Result.BLANK:
                yield _shown(plan)

    rows.keep_results(source.pk, noted())
    return counts


def run(source: Import, beat: Beat) -> Counts:
    """Write all rows that are right; ``beat`` is told how many rows have been dealt with.

    Each block is one transaction with its journal (:class:`ImportedRow`): rows of the journal
    are never written again, and nothing of a block is there without the others.
    """
    actor = source.created_by
    counts = Counts()
    known = frozenset(ImportedRow.objects.filter(source=source).values_list("number", flat=True))
    plans = _plans(source, known)
    while block := list(islice(plans, BLOCK)):
        for plan in block:
            counts.add(plan)
        with transaction.atomic():
            write(source, [plan for plan in block if plan.number not in known], actor=actor)
        beat(counts.rows)
    _finish(source, counts)
    return counts


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
    }
    if plan.draft is not None:
        draft = plan.draft
        shown |= {
            "name": draft.name,
            "contact": " ".join(filter(None, [draft.family_name, draft.given_name])),
            "status": draft.status.pk if draft.status else None,
            "responsible": draft.responsible_id,
            "todo": draft.todo.text if draft.todo else "",
            "due_at": draft.todo.due_at.isoformat() if draft.todo else "",
            "timed": bool(draft.todo and draft.todo.timed),
        }
    return shown
