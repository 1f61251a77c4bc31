"""The check: every row planned, and what becomes of it kept for the page. Writes no record.

What was mended by hand is planned again at once, together with the rows that could be about the
same client: no others depend on it, so that the numbers stay true without planning all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2s
from typing import Any, Final

from django.utils import timezone

from importer import rows
from importer.cells import to_mend
from importer.match import Key
from importer.models import Import, PastDue
from importer.plan import BLOCK, Counts, Planner, Result, RowPlan, starts_overdue
from importer.readers.base import line
from importer.uncollected import uncollected

Beat = Callable[[int], None]
# More rows than this that hang together are planned sooner with all the others.
MOST_AGAIN: Final = 2_000


def run(source: Import, beat: Beat = lambda done: None) -> Counts:
    """Plan every row and keep its result; ``beat`` is told how many have been planned."""
    counts = Counts()
    with rows.keeping_results(source.pk) as keep, uncollected():
        for plan in planner(source).plan(rows.read(source.pk)):
            counts.add(plan)
            if plan.result != Result.BLANK:
                keep([line(shown(plan, source))])
            if counts.rows % BLOCK == 0:
                beat(counts.rows)
    return counts


def planner(source: Import) -> Planner:
    return Planner(source, now=timezone.now(), zone=timezone.get_current_timezone())


def again(source: Import, number: int) -> Counts:
    """Plan one row again, and those that it hangs together with; the numbers of all rows."""
    old = Counts(**source.counts)
    here = _Results(source.pk)
    wanted, plans = {number}, list[RowPlan]()
    while True:
        found = here.lines(wanted)
        tokens = {token for one in found.values() for token in one["keys"]}
        plans = list(planner(source).plan(rows.some(source.pk, wanted)))
        tokens |= {token for plan in plans for token in map(token_of, plan.keys)}
        more = here.with_tokens(tokens) | wanted
        if len(more) > MOST_AGAIN:
            return run(source)
        if more == wanted:
            break
        wanted = more
    _replace(source, plans)
    return _corrected(old, found.values(), plans)


def _corrected(old: Counts, before: Iterable[dict[str, Any]], plans: Iterable[RowPlan]) -> Counts:
    """The numbers of all rows, after some have become something else."""
    counts = asdict(old)
    for one in before:
        counts["rows"] -= 1
        counts[one["result"]] -= 1
        counts["past"] -= bool(one.get("overdue"))
        counts["changed"] -= len(one.get("changes", ()))
    new = Counts(**counts)
    for plan in plans:
        new.add(plan)
    return new


def _replace(source: Import, plans: Iterable[RowPlan]) -> None:
    """Write these results in the place of the old ones."""
    new = {plan.number: shown(plan, source) for plan in plans}
    path = rows.folder(source.pk) / "results.jsonl"
    with rows.replacing(path) as file, path.open(encoding="ascii") as old:
        for text in old:
            found = new.get(_number(text))
            file.write(line(found) if found is not None else text)


def _number(text: str) -> int:
    return int(text[len('{"row":') : text.index(",")])


@dataclass
class _Results:
    """The results of the last check, as lines."""

    import_id: int

    def _lines(self) -> Iterator[str]:
        with (rows.folder(self.import_id) / "results.jsonl").open(encoding="ascii") as file:
            yield from file

    def lines(self, numbers: set[int]) -> dict[int, dict[str, Any]]:
        found = ((_number(text), text) for text in self._lines())
        return {number: json.loads(text) for number, text in found if number in numbers}

    def with_tokens(self, tokens: Iterable[str]) -> set[int]:
        """The rows that are known by one of these."""
        if not tokens:
            return set()
        pattern = re.compile("|".join(sorted(f'"{token}"' for token in tokens)))
        return {_number(text) for text in self._lines() if pattern.search(text)}


def token_of(key: Key) -> str:
    """A short name for a key that stands in no other text of a result."""
    return "#" + blake2s("\x1f".join(key).encode(), digest_size=8).hexdigest()


def shown(plan: RowPlan, source: Import) -> dict[str, Any]:
    """A row as the check page and the file of left out rows show it.

    "past" is true of one that is still to be asked about, "overdue" of every one whose first todo
    starts overdue. "cells" are the texts that can be mended, by column.
    """
    found: dict[str, Any] = {
        "row": plan.number,
        "result": plan.result.value,
        "reasons": plan.reasons,
        "name": plan.name,
        "contact": plan.contact,
        "keys": [token_of(key) for key in plan.keys],
    }
    asked = list(plan.targets)
    if starts_overdue(plan):
        found |= {"overdue": True, "past": source.past_due == PastDue.ASK}
        asked.append("todo_due")
    if asked:
        found["targets"] = plan.targets
        found["cells"] = to_mend(source, plan.number, plan.cells, asked)
    if plan.candidates:
        found["candidates"] = plan.candidates
    if plan.result == Result.UPDATE:
        found |= {"client": plan.client_id, "sheet": plan.datasheet_id}
        found["changes"] = [[one.target, one.old, one.new] for one in plan.changes]
    if plan.draft is not None:
        found |= _drafted(plan)
    return found


def _drafted(plan: RowPlan) -> dict[str, Any]:
    draft = plan.draft
    if draft is None:
        return {}
    todo = draft.todo
    return {
        "status": draft.status.pk if draft.status else None,
        "responsible": draft.responsible_id,
        "todo": todo.text if todo else "",
        "due_at": todo.due_at.isoformat() if todo else "",
        "timed": bool(todo and todo.timed),
    }
