"""The cells of a list's records, a block at a time: a few queries a block, however many columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from crm.constants import ClientKind
from crm.export.columns import KINDS, MORE_CONTACTS, OTHER_ADDRESSES, PLACE, Column
from crm.export.names import status_names, user_names
from crm.export.own_fields import OwnFields
from crm.models import Address, Client, Contact, Datasheet, Email, Phone
from modules.models import Module, TodoType

BLOCK: Final = 1000
# The import takes these for the end of a number.
_SEVERAL: Final = re.compile(r"\s*[;,\n]+\s*")
_PLACES: Final = frozenset(
    {*PLACE, *OTHER_ADDRESSES, *(f"{name}.{kind}" for kind in KINDS for name in PLACE)}
)
_CLIENT: Final = (
    "name", "tax_number", "eu_vat_number", "registration_number", "website", "industry", "size",
    "bank_account", "notes",
)  # fmt: skip

Cells = dict[str, Any]
"""By the keys of columns, without the empty ones; lists of phones, emails and other addresses."""


@dataclass(slots=True)
class Record:
    """A row of the list: its cells, and those of each of its contacts."""

    cells: Cells
    people: list[Cells] = field(default_factory=list)


@dataclass(slots=True)
class _Related:
    """What hangs on the clients of a block, by their ids."""

    clients: dict[int, Cells]
    places: dict[int, Cells]
    contacts: dict[int, list[tuple[int, Cells]]]
    channels: dict[str, dict[tuple[int, int | None], list[str]]]


class Records:
    """Reads the records of one list with the chosen columns."""

    def __init__(self, user: User, module: Module | None, columns: Sequence[Column]) -> None:
        self.user, self.module = user, module
        self.keys = {column.key for column in columns}
        self.fields = OwnFields([one.field for one in columns if one.field is not None])
        self.everyone = MORE_CONTACTS in self.keys
        self.has_people = any(one.group == "contact" for one in columns)
        self.statuses = status_names(module) if module else {}
        self.users = user_names() if self.keys & {"responsible"} else {}
        self.types = {one.pk: one.name for one in TodoType.objects.all()}

    def read(self, ids: Sequence[int]) -> Iterator[Record]:
        """The records of these ids in their order; those that are gone meanwhile are left out."""
        if self.module is None:
            yield from self._clients(ids)
        else:
            yield from self._datasheets(ids)

    def _clients(self, ids: Sequence[int]) -> Iterator[Record]:
        seen = Client.objects.visible_to(self.user).filter(pk__in=ids)
        here = set(seen.order_by().values_list("pk", flat=True))
        related = self._related(here)
        for pk in ids:
            if pk in related.clients:
                yield self._record(pk, related, None)

    def _datasheets(self, ids: Sequence[int]) -> Iterator[Record]:
        seen = Datasheet.objects.visible_to(self.user).filter(pk__in=ids).order_by()
        sheets = {
            row[0]: row
            for row in seen.values_list(
                "pk", "client_id", "main_contact_id", "name", "status_id", "responsible_id",
                "next_todo__text", "next_todo__due_at", "next_todo__timed", "next_todo__type_id",
            )
        }  # fmt: skip
        related = self._related({row[1] for row in sheets.values()})
        own = self.fields.of_datasheets(sheets)
        for pk in ids:
            if pk in sheets:
                _pk, client_id, contact_id, *cells = sheets[pk]
                record = self._record(client_id, related, contact_id)
                record.cells.update(self._sheet(pk, *cells))
                record.cells.update(own.get(pk, {}))
                yield record

    def _sheet(
        self, pk: int, name: str, status: int, who: int | None, text: str | None, due: Any,
        timed: bool | None, kind: int | None,
    ) -> Cells:  # fmt: skip
        found = {
            "datasheet_id": pk,
            "datasheet_name": name,
            "status": self.statuses.get(status, ""),
            "responsible": self.users.get(who, "") if who else "",
        }
        if text is not None:
            local = timezone.localtime(due).replace(tzinfo=None)
            found["todo_text"] = text
            found["todo_due"] = local if timed else local.date()
            found["todo_type"] = self.types.get(kind or 0, "")
        return self._wanted(found)

    def _wanted(self, found: Cells) -> Cells:
        return {key: value for key, value in found.items() if value and key in self.keys}

    # ---- Clients with what hangs on them ---------------------------------------------------------

    def _record(self, client_id: int, related: _Related, first: int | None) -> Record:
        cells = dict(related.clients[client_id])
        cells.update(related.places.get(client_id, {}))
        self._add_channels(cells, related, client_id, None, "company_")
        people = related.contacts.get(client_id, [])
        if first is not None and len(people) > 1:
            people = sorted(people, key=lambda one: one[0] != first)
        record = Record(cells)
        for pk, person in people if self.everyone else people[:1]:
            person = dict(person)
            self._add_channels(person, related, client_id, pk, "")
            record.people.append(person)
        return record

    def _add_channels(
        self, cells: Cells, related: _Related, client: int, contact: int | None, prefix: str
    ) -> None:
        for name, found in related.channels.items():
            if f"{prefix}{name}" in self.keys and (here := found.get((client, contact))):
                cells[f"{prefix}{name}"] = here

    def _related(self, client_ids: set[int]) -> _Related:
        ids = sorted(client_ids)
        return _Related(
            self._client_cells(ids),
            self._places(ids) if self.keys & _PLACES else {},
            self._contacts(ids) if self.has_people else {},
            {
                name: _channels(model, column, ids)
                for name, model, column in (("phone", Phone, "raw"), ("email", Email, "address"))
                if self.keys & {name, f"company_{name}"}
            },
        )

    def _client_cells(self, ids: Sequence[int]) -> dict[int, Cells]:
        own = self.fields.of_clients(ids)
        found: dict[int, Cells] = {}
        rows = Client.objects.filter(pk__in=ids).order_by()
        for pk, kind, *values in rows.values_list("pk", "kind", *_CLIENT):
            cells = dict(zip(_CLIENT, values, strict=True))
            cells["client_id"] = pk
            # A private person is known by the name of the contact.
            cells["company_name"] = cells.pop("name") if kind == ClientKind.COMPANY else ""
            found[pk] = self._wanted(cells) | own.get(pk, {})
        return found

    def _places(self, ids: Sequence[int]) -> dict[int, Cells]:
        """The address that is the default, else the first one, in parts, and the first of each of
        the other kinds; the rest whole.
        """
        found: dict[int, Cells] = {}
        seen: set[tuple[int, str]] = set()
        for one in Address.objects.filter(client__in=ids).order_by("-is_default", "pk"):
            text, is_main = str(one), one.client_id not in found
            cells = found.setdefault(one.client_id, {})
            of = (one.client_id, one.kind)
            if is_main:
                cells.update({name: getattr(one, name) for name in PLACE})
            elif text and one.kind in KINDS and of not in seen:
                seen.add(of)
                cells.update({f"{name}.{one.kind}": getattr(one, name) for name in PLACE})
            elif text:
                cells.setdefault(f"address_{one.kind}", []).append(text)
        return {pk: self._wanted(cells) for pk, cells in found.items()}

    def _contacts(self, ids: Sequence[int]) -> dict[int, list[tuple[int, Cells]]]:
        own = self.fields.of_contacts(ids)
        found: dict[int, list[tuple[int, Cells]]] = {}
        columns = ("family_name", "given_name", "position")
        rows = Contact.objects.filter(client__in=ids).order_by("pk")
        for pk, client_id, *values in rows.values_list("pk", "client_id", *columns):
            cells = self._wanted(dict(zip(columns, values, strict=True)))
            found.setdefault(client_id, []).append((pk, cells | own.get(pk, {})))
        return found


def _channels(
    model: type[Phone] | type[Email], column: str, ids: Iterable[int]
) -> dict[tuple[int, int | None], list[str]]:
    """By client and contact (None: the company's own), the default one first."""
    found: dict[tuple[int, int | None], list[str]] = {}
    rows = model.objects.filter(client__in=list(ids)).order_by("-is_default", "pk")
    for client, contact, said in rows.values_list("client_id", "contact_id", column):
        found.setdefault((client, contact), []).append(_SEVERAL.sub(" ", said))
    return found
