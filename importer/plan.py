"""What will become of each row. Writes nothing.

Every row ends in exactly one result, so that created + skipped + wrong + blank = rows. The rules
are DOMAIN's, "Import".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crm.models import Client
from importer.draft import Draft, Reader
from importer.models import Existing, Import
from importer.readers.base import Cell
from web.text import digits, fold

BLOCK: Final = 500
Rows = Iterable[tuple[int, list[Cell]]]


class Result(StrEnum):
    """What becomes of a row. SKIP is a repeated one, or one that was chosen to be left out."""

    CREATE = "create"
    SKIP = "skip"
    WRONG = "wrong"
    BLANK = "blank"


@dataclass
class RowPlan:
    """One row: its result, why (for SKIP and WRONG), and what it would make (for CREATE).

    ``name`` and ``contact`` are those of the row as far as they could be read.
    """

    number: int
    cells: list[Cell]
    result: Result
    reasons: list[str] = field(default_factory=list)
    draft: Draft | None = None
    name: str = ""
    contact: str = ""


@dataclass
class Counts:
    """How many rows end how; ``past`` of those created have a first todo that is overdue."""

    rows: int = 0
    create: int = 0
    skip: int = 0
    wrong: int = 0
    blank: int = 0
    past: int = 0

    def add(self, plan: RowPlan) -> None:
        self.rows += 1
        setattr(self, plan.result.value, getattr(self, plan.result.value) + 1)
        if plan.draft is not None and plan.draft.is_past:
            self.past += 1


class Planner:
    """Plans the rows of one import, in their order: a repeated row is known by an earlier one."""

    def __init__(self, source: Import, *, now: datetime, zone: ZoneInfo) -> None:
        self.source = source
        self.reader = Reader(source, now=now, zone=zone)
        self.tax_seen: dict[str, int] = {}
        self.names_seen: dict[tuple[str, str], int] = {}

    def plan(self, rows: Rows, *, known: frozenset[int] = frozenset()) -> Iterator[RowPlan]:
        """The plans of the rows; those numbered in ``known`` are in already (a resumed load)."""
        waiting = iter(rows)
        while block := list(islice(waiting, BLOCK)):
            plans = [self._read(number, cells) for number, cells in block]
            here = self._clients_here([p for p in plans if p.number not in known])
            for plan in plans:
                self._settle(plan, here, known)
                yield plan

    def _read(self, number: int, cells: list[Cell]) -> RowPlan:
        if all(cell is None or cell == "" for cell in cells):
            return RowPlan(number, cells, Result.BLANK)
        draft, wrong, left_out = self.reader.read(cells)
        plan = RowPlan(
            number, cells, Result.CREATE, draft=draft, name=draft.name, contact=draft.contact
        )
        if wrong:
            plan.result, plan.reasons = Result.WRONG, [str(one) for one in wrong]
            plan.draft = None
        elif left_out:
            plan.result, plan.reasons, plan.draft = Result.SKIP, left_out, None
        return plan

    def _settle(self, plan: RowPlan, here: dict[Any, str], known: frozenset[int]) -> None:
        """Turn a row that repeats an earlier one, or a client that is here, into SKIP."""
        draft = plan.draft
        if draft is None:
            return
        tax, name = digits(draft.tax_number)[:8], (fold(draft.name), fold(draft.town))
        earlier = (self.tax_seen.get(tax) if tax else None) or self.names_seen.get(name)
        if earlier is not None:
            reason = _("The same as row %(number)s.") % {"number": earlier}
        else:
            found = (here.get(tax) if tax else None) or here.get(name)
            reason = _("%(name)s is here already.") % {"name": found} if found else ""
        if reason and plan.number not in known:
            plan.result, plan.reasons, plan.draft = Result.SKIP, [reason], None
            return
        self.names_seen.setdefault(name, plan.number)
        if tax:
            self.tax_seen.setdefault(tax, plan.number)

    def _clients_here(self, plans: list[RowPlan]) -> dict[Any, str]:
        """Clients that rows of the block would repeat, by tax digits and by (name, town)."""
        if self.source.existing == Existing.CREATE:
            return {}
        drafts = [plan.draft for plan in plans if plan.draft is not None]
        found: dict[Any, str] = {}
        seen = Client.objects.visible_to(self.source.created_by)
        taxes = {digits(draft.tax_number)[:8] for draft in drafts} - {""}
        found.update(seen.filter(tax_digits__in=taxes).values_list("tax_digits", "name"))
        folded = {draft.folded_company for draft in drafts}
        rows = seen.filter(folded_name__in=folded).values_list("name", "address_set__folded_town")
        for name, town in rows:
            found[(fold(name), town or "")] = name
        return found
