"""What will become of each row. Writes nothing.

Every row ends in exactly one result, so that created + updated + skipped + wrong + blank = rows.
The rules are DOMAIN's, "Import".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from importer import former, known_before, match, snapshot
from importer.changes import changes_of, sheet_of
from importer.draft import Draft, FirstTodo, Reader
from importer.match import Found, Key
from importer.models import Existing, Import, ImportedRow, SameBy
from importer.readers.base import Cell
from importer.rules import Change, Rules, What
from importer.snapshot import Held
from importer.stopped import Stopped
from importer.values import Wrong

BLOCK: Final = 500
Rows = Iterable[tuple[int, list[Cell]]]
UPDATING: Final = frozenset({Existing.FILL, Existing.OVERWRITE})


class Result(StrEnum):
    """What becomes of a row. SKIP is a repeated one, one whose client has nothing to be changed,
    or one that was chosen to be left out.
    """

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"
    WRONG = "wrong"
    BLANK = "blank"


@dataclass
class RowPlan:
    """One row: its result, why (for SKIP and WRONG), and what it would make (for CREATE).

    ``name`` and ``contact`` are those of the row as far as they could be read. ``targets`` says
    which field each reason is about, "" for none. Of UPDATE, ``client_id`` is the client and
    ``changes`` what changes (``changed``: how many cells; ``adds_todo``: its first todo is made,
    too); ``candidates`` are the clients among which somebody has to choose. ``sheet_only``:
    another row of the client stands above. ``rules`` are those by which it was planned. ``keys``
    is all that another row could be known by to be about the same client.
    """

    number: int
    cells: list[Cell]
    result: Result
    reasons: list[str] = field(default_factory=list)
    draft: Draft | None = None
    name: str = ""
    contact: str = ""
    targets: list[str] = field(default_factory=list)
    client_id: int | None = None
    datasheet_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    changed: int = 0
    adds_todo: bool = False
    candidates: list[int] = field(default_factory=list)
    sheet_only: bool = False
    rules: Rules | None = None
    keys: list[Key] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        self.result, self.reasons, self.draft = Result.SKIP, [reason], None

    def refuse(self, *wrong: Wrong) -> None:
        self.result, self.draft = Result.WRONG, None
        self.reasons = [str(one) for one in wrong]
        self.targets = [one.target for one in wrong]

    def refuse_again(self, said: Mapping[str, Any]) -> None:
        """As the check has told it (:func:`importer.check.shown`)."""
        self.result, self.draft, self.reasons = Result.WRONG, None, said["reasons"]
        self.targets, self.candidates = said.get("targets", []), said.get("candidates", [])

    def update(self, changes: list[Change]) -> None:
        """These cells of its client change; without any there is nothing to do."""
        self.changes_to(changes)
        self.result = Result.UPDATE
        if not changes:
            self.skip(_("Nothing would change."))

    def changes_to(self, changes: list[Change]) -> None:
        """These cells change, as it turned out."""
        self.changes, self.changed = changes, len(changes)
        self.adds_todo = any(change.what in (What.SHEET, What.TODO) for change in changes)

    @property
    def makes_todo(self) -> bool:
        return self.result == Result.CREATE or self.adds_todo

    @property
    def first_todo(self) -> FirstTodo | None:
        """The one that it makes."""
        return self.draft.todo if self.makes_todo and self.draft is not None else None


@dataclass
class Counts:
    """How many rows end how; ``changed`` cells of those updated; ``past`` of those that come in
    have a first todo that is overdue.
    """

    rows: int = 0
    create: int = 0
    update: int = 0
    skip: int = 0
    wrong: int = 0
    blank: int = 0
    changed: int = 0
    past: int = 0

    def merge(self, other: Counts) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def add(self, plan: RowPlan) -> None:
        self.rows += 1
        setattr(self, plan.result.value, getattr(self, plan.result.value) + 1)
        self.changed += plan.changed if plan.result == Result.UPDATE else 0
        self.past += starts_overdue(plan)


def starts_overdue(plan: RowPlan) -> bool:
    """Whether the row would make a todo that is overdue already."""
    return plan.draft is not None and plan.draft.is_past and plan.makes_todo


class Seen:
    """Which row was the first with a key. Half a million rows must fit: so only hashes are kept."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}

    def first(self, keys: Iterable[Key]) -> int | None:
        found = (self._rows.get(hash(key)) for key in keys)
        return next((number for number in found if number is not None), None)

    def add(self, keys: Iterable[Key], number: int) -> None:
        for key in keys:
            self._rows.setdefault(hash(key), number)


class Planner:
    """Plans the rows of one import, in their order: a repeated row is known by an earlier one."""

    def __init__(self, source: Import, *, now: datetime, zone: ZoneInfo) -> None:
        self.source = source
        self.reader = Reader(source, now=now, zone=zone)
        self.rules = Rules.of(source, source.created_by)
        self.seen, self.formerly = Seen(), Seen()

    def plan(self, rows: Rows) -> Iterator[RowPlan]:
        """The plans of the rows."""
        waiting = iter(rows)
        while block := list(islice(waiting, BLOCK)):
            yield from self.block(block)

    def block(
        self, block: Sequence[tuple[int, list[Cell]]], stopped: Stopped | None = None
    ) -> list[RowPlan]:
        """The plans of the next rows, of a load that goes on where it was ``stopped``."""
        plans = [self._read(number, cells) for number, cells in block]
        journal = stopped.journal([p.number for p in plans]) if stopped else {}
        for plan in plans:
            if stopped and (said := stopped.refused(plan.number)):
                plan.refuse_again(said)
        asked = [p for p in plans if p.draft is not None and p.number not in journal]
        found, held = self._here(asked, {one.client_id for one in journal.values()})
        for plan in plans:
            if plan.number in journal:
                done = journal[plan.number]
                self._recall(plan, done, held.get(done.client_id or 0))
            elif plan.draft is not None:
                self._settle(plan, plan.draft, found, held)
        return plans

    def _read(self, number: int, cells: list[Cell]) -> RowPlan:
        if all(cell is None or cell == "" for cell in cells):
            return RowPlan(number, cells, Result.BLANK)
        draft, wrong, left_out = self.reader.read(number, cells)
        plan = RowPlan(
            number, cells, Result.CREATE, draft=draft, name=draft.name, contact=draft.contact
        )
        if self._mended(number).get("out"):
            plan.skip(_("Left out by hand."))
        elif wrong:
            plan.refuse(*wrong)
        elif left_out:
            plan.result, plan.reasons, plan.draft = Result.SKIP, left_out, None
        else:
            plan.keys = match.keys_of(draft, self.source.same_by)
        return plan

    def _mended(self, number: int) -> dict[str, object]:
        found: dict[str, object] = self.source.mended.get(str(number), {})
        return found

    # ---- The clients that are here -------------------------------------------------------------

    def _here(
        self, plans: Sequence[RowPlan], done: set[int | None]
    ) -> tuple[Found, dict[int, Held]]:
        """The clients that these rows are about, and what there is of those to be updated and of
        those that are ``done``.
        """
        if self.source.existing == Existing.CREATE:
            return Found(), {}
        keys = [key for plan in plans for key in plan.keys]
        found = match.find(keys, self.source.created_by)
        if found.names and (before := known_before.keys(self.source, found.names)):
            found = match.find(keys, self.source.created_by, before)
        if self.source.existing not in UPDATING:
            return found, {}
        ids = {pk for pk in done if pk is not None}
        for plan in plans:
            clients = found.clients(plan.keys)
            ids.update(clients if len(clients) == 1 else self._chosen(plan, clients))
        held = snapshot.read(
            ids,
            user=self.source.created_by,
            module=self.source.module,
            fields=self.rules.fields,
            statuses=self.rules.statuses,
            notes={p.draft.history_note for p in plans if p.draft and p.draft.history_note},
        )
        return found, held

    def _chosen(self, plan: RowPlan, clients: Sequence[int]) -> list[int]:
        """What somebody chose among several clients, as long as it is one of them; else all."""
        chosen = self._mended(plan.number).get("client")
        if chosen == 0:
            return []
        return [chosen] if isinstance(chosen, int) and chosen in clients else list(clients)

    # ---- One row -------------------------------------------------------------------------------

    def _settle(self, plan: RowPlan, draft: Draft, found: Found, held: dict[int, Held]) -> None:
        """What becomes of a row that can be read: by the rows above it and the clients here."""
        clients = self._chosen(plan, found.clients(plan.keys))
        if self._is_repeated(plan, draft, clients):
            return
        if not clients and plan.keys and plan.keys[0][0] == "id":
            told = _("There is no client with the number %(number)s.")
            plan.refuse(Wrong(told % {"number": draft.client_id}, "client_id"))
        elif clients and self.source.existing == Existing.SKIP:
            plan.skip(_("%(name)s is here already.") % {"name": found.names[clients[0]]})
        elif len(clients) > 1:
            plan.candidates = clients
            told = _("%(n)s clients match. Choose which one it is.")
            plan.refuse(Wrong(told % {"n": len(clients)}))
        elif clients:
            self._update(plan, draft, held.get(clients[0]))
        elif earlier := self.formerly.first(plan.keys):
            plan.skip(_("The same as row %(number)s.") % {"number": earlier})
        else:
            self._note(plan, draft)
            self.reader.make_todo(draft)

    def _is_repeated(self, plan: RowPlan, draft: Draft, clients: Sequence[int]) -> bool:
        """Turn a row that is about the same client as one above it into SKIP, unless it is about
        another datasheet of that client.
        """
        keys = list(plan.keys)
        if len(clients) == 1:
            keys.append(("client", str(clients[0])))
        earlier = self.seen.first(keys)
        if earlier is not None and draft.datasheet_id is not None and len(clients) == 1:
            plan.sheet_only = True
            earlier = self.seen.first([("datasheet", str(draft.datasheet_id))])
        if earlier is not None:
            plan.skip(_("The same as row %(number)s.") % {"number": earlier})
        return earlier is not None

    def _update(self, plan: RowPlan, draft: Draft, held: Held | None) -> None:
        if held is None:
            plan.refuse(Wrong(_("Its client is not here any more.")))
            return
        plan.client_id, plan.rules = held.client.pk, self.rules
        try:
            changes = changes_of(held, draft, self.rules, sheet_only=plan.sheet_only)
            sheet = sheet_of(held, draft) if self.source.module is not None else None
        except Wrong as wrong:
            plan.refuse(wrong)
            return
        plan.datasheet_id = sheet.pk if sheet is not None else None
        self._know(plan, draft, held)
        if any(change.what == What.SHEET for change in changes):
            self.reader.make_todo(draft)
        plan.update(changes)

    def _note(self, plan: RowPlan, draft: Draft) -> None:
        """Another row may be about the same client: one that lacks what was chosen is known as
        usual, and would find it once it is in.
        """
        if self.source.same_by != SameBy.USUAL:
            plan.keys += [key for key in match.usual_keys(draft) if key not in plan.keys]
        self.seen.add(plan.keys, plan.number)

    def _know(self, plan: RowPlan, draft: Draft, held: Held) -> None:
        """Another row may be about the client as it is known before this one changes it."""
        if draft.datasheet_id:
            plan.keys.append(("datasheet", str(draft.datasheet_id)))
        plan.keys.append(("client", str(held.client.pk)))
        plan.keys += match.keys_of_client(
            held.client, held.addresses, held.emails, held.phones, self.source.same_by
        )
        self.formerly.add(former.keys_of(held.imported, plan.keys), plan.number)
        self._note(plan, draft)

    # ---- What a load that goes on finds done ---------------------------------------------------

    def _recall(self, plan: RowPlan, row: ImportedRow, held: Held | None) -> None:
        """The row is in already: it ends as it did then, and its client is known, also by what it
        has changed.
        """
        plan.result = Result.CREATE if row.created else Result.UPDATE
        plan.client_id, plan.datasheet_id = row.client_id, row.datasheet_id
        made = {model for verb, model, *_told in row.changes if verb == "new"}
        plan.changed, plan.adds_todo = row.cells, bool(made & {"crm.datasheet", "crm.todo"})
        if plan.draft is not None and held is not None and not row.created:
            self._know(plan, plan.draft, held.before(row.changes))
        elif plan.draft is not None:
            plan.keys.append(("client", str(row.client_id)))
            self._note(plan, plan.draft)
        if plan.draft is not None and (row.created or "crm.datasheet" in made):
            self.reader.make_todo(plan.draft)  # it has a place among the others' days
