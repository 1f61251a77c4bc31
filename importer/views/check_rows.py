"""The rows of the check page: what a line of the results becomes in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from crm.models import Client, Datasheet
from importer.cells import columns_of, group_of, label_of
from importer.fields import offered
from importer.models import Import
from modules.models import Field, Status


@dataclass(frozen=True)
class Cell:
    """A cell to be mended: its column, what stands there, and what is wrong with it."""

    column: int
    label: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Changed:
    """A field that an update changes, both values as people read them."""

    label: str
    old: str
    new: str
    is_channel: bool = False


@dataclass(frozen=True)
class Candidate:
    """A client that the row may be about."""

    pk: int
    name: str


@dataclass
class Shown:
    """A row of the table. ``name_cell`` mends the name in its place, ``cells`` the others.

    ``reasons`` are those that no cell stands behind. ``pick`` is the column of a due date in the
    past. ``changes`` are those of an update by the column of the table where they stand.
    """

    number: int
    result: str
    name: str
    contact: str
    reasons: list[str] = field(default_factory=list)
    name_cell: Cell | None = None
    cells: list[Cell] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    changes: dict[str, list[Changed]] = field(default_factory=dict)
    status: Status | None = None
    was: Status | None = None
    responsible: User | None = None
    todo: str = ""
    due_at: datetime | None = None
    keeps_todo: bool = False
    pick: Cell | None = None
    by_hand: bool = False
    focus: bool = False

    @property
    def can_be_mended(self) -> bool:
        return bool(self.name_cell or self.cells or self.candidates)


def shown(source: Import, found: Sequence[dict[str, Any]], user: User) -> list[Shown]:
    """These results as they are drawn; six queries, however many they are."""
    drawer = _Drawer(source, found, user)
    return [drawer.draw(one) for one in found]


class _Drawer:
    """Knows the records that the results name by number."""

    def __init__(self, source: Import, found: Sequence[dict[str, Any]], user: User) -> None:
        self.source = source
        self.fields: dict[int, Field] = {one.pk: one for one in offered(user, source.module)}
        self.statuses = Status.objects.in_bulk(_ids(found, "status"))
        self.users = User.objects.in_bulk(_ids(found, "responsible"))
        sheets = Datasheet.objects.visible_to(user).filter(pk__in=_ids(found, "sheet"))
        self.sheets: dict[int, Datasheet] = {
            one.pk: one for one in sheets.select_related("status", "responsible")
        }
        wanted = {pk for one in found for pk in one.get("candidates", ())}
        clients = Client.objects.visible_to(user).filter(pk__in=wanted | _ids(found, "client"))
        self.clients = {one.pk: one for one in clients.prefetch_related("address_set")}

    def draw(self, one: dict[str, Any]) -> Shown:
        row = Shown(one["row"], one["result"], one["name"], one["contact"])
        if one["result"] == "wrong":
            self._wrong(row, one)
        elif one["result"] == "skip":
            row.reasons = one["reasons"]
        else:
            self._right(row, one)
        row.by_hand = bool(self.source.mended.get(str(row.number), {}).get("out"))
        return row

    def _wrong(self, row: Shown, one: dict[str, Any]) -> None:
        texts = one.get("cells", {})
        used: set[int] = set()
        for reason, target in zip(one["reasons"], one.get("targets", ()), strict=False):
            columns = columns_of(self.source.targets, target)
            mine = [c for c in columns if str(c) in texts and c not in used]
            if not mine:
                row.reasons.append(reason)
                continue
            used.update(mine)
            cells = [self._cell(column, texts) for column in mine]
            if target == "company_name" and row.name_cell is None:
                row.name_cell = cells[0]
                row.reasons.append(reason)
            else:
                last = Cell(cells[-1].column, cells[-1].label, cells[-1].text, reason)
                row.cells += [*cells[:-1], last]
        row.candidates = [self._candidate(pk) for pk in one.get("candidates", ())]

    def _cell(self, column: int, texts: dict[str, str]) -> Cell:
        label = label_of(self.source.targets[column], self.fields)
        return Cell(column, label, texts[str(column)])

    def _candidate(self, pk: int) -> Candidate:
        """Two of the same name are told apart by their town and number."""
        client = self.clients.get(pk)
        if client is None:
            return Candidate(pk, f"#{pk}")
        towns = [one.town for one in client.address_set.all() if one.town]
        more = [*towns[:1], client.tax_number, f"#{pk}"]
        return Candidate(pk, f"{client.name} ({', '.join(filter(None, more))})")

    def _right(self, row: Shown, one: dict[str, Any]) -> None:
        row.status = self.statuses.get(one.get("status") or 0)
        row.responsible = self.users.get(one.get("responsible") or 0)
        row.todo = one.get("todo", "")
        row.due_at = datetime.fromisoformat(one["due_at"]) if one.get("due_at") else None
        if one.get("past"):
            columns = columns_of(self.source.targets, "todo_due")
            row.pick = self._cell(columns[0], one["cells"]) if columns else None
        if one["result"] == "update":
            self._update(row, one)

    def _update(self, row: Shown, one: dict[str, Any]) -> None:
        """Of a datasheet that is there, what stays as it is."""
        client = self.clients.get(one["client"])
        row.name = client.name if client is not None else row.name
        changed = {change[0] for change in one["changes"]}
        for target, old, new in one["changes"]:
            place = _PLACES.get(group_of(target, self.fields), "client")
            channel = target.split(".")[0] in ("phone", "email", "full_name")
            if target.split(".")[0] == "full_name" and not old and new == row.contact:
                row.contact = ""  # somebody new: shown as what is added
            said = Changed(label_of(target, self.fields), old, new, channel and not old)
            if target not in ("status", "responsible", "todo_text"):
                row.changes.setdefault(place, []).append(said)
        sheet = self.sheets.get(one.get("sheet") or 0)
        if sheet is None:
            return
        if "status" in changed:
            row.was = sheet.status
        else:
            row.status = sheet.status
        row.responsible = row.responsible if "responsible" in changed else sheet.responsible
        if "todo_text" not in changed:
            row.todo, row.due_at = "", None
            row.keeps_todo = sheet.next_todo_id is not None


_PLACES = {
    "client": "client", "address": "client", "contact": "contact",
    "datasheet": "status", "todo": "status", "history": "status",
}  # fmt: skip


def _ids(found: Sequence[dict[str, Any]], key: str) -> set[int]:
    return {one[key] for one in found if one.get(key)}


def new_client() -> Candidate:
    """What can be chosen instead of those that are here."""
    return Candidate(0, _("A new client"))
