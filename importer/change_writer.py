"""What the updates of a block write, collected table by table and written at once.

Each record is changed, each entry of the history told as people who edit by hand would have made
them (a test holds the two together), and beside it stands what an undo needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from django.db import models
from django.utils import timezone

from accounts.models import User
from crm.actions.field_changes import told
from crm.bulk import delete, insert, maker, next_ids, update
from crm.constants import EntryKind
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    FieldValue,
    HistoryEntry,
    Phone,
)
from crm.value_rows import columns as rows_of_value
from importer.draft import Draft
from importer.headings import kind_of
from importer.models import Import
from importer.people import Person
from importer.places import Place
from importer.plan import RowPlan
from importer.rules import Change, What
from importer.snapshot import Held
from modules.models import About, Field

Op: TypeAlias = list[Any]
_NEW: Final = (Contact, Address, Phone, Email, HistoryEntry)
# What a client is found by: crm.search_docs.
_SOUGHT: Final = frozenset(
    {
        *(What.ADDRESS, What.CONTACT, What.PHONE, What.EMAIL, What.SHEET),
        *("name", "tax_number", "eu_vat_number", "registration_number", "town"),
        *("family_name", "given_name"),
    }
)
# What follows from other columns, of the records that change.
_DERIVED: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Client: ("folded_name", "sort_key", "tax_digits"),
    Contact: ("folded_name", "sort_key"),
    Address: ("folded_town",),
    Datasheet: ("folded_name",),
}


@dataclass
class Update:
    """A row on its way into its client. ``sheet`` is the datasheet that it is about, None where
    one has to be made (``wants_sheet``, by :mod:`importer.write`) or where there is no module.

    ``ops`` is what an undo needs, ``entries`` are the ids of what the history tells of it.
    """

    plan: RowPlan
    draft: Draft
    held: Held
    sheet: Datasheet | None
    contact: Contact | None
    fields: dict[int, Field]
    ops: list[Op] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)

    @property
    def wants_sheet(self) -> bool:
        return any(change.what == What.SHEET for change in self.plan.changes)

    @property
    def is_found_otherwise(self) -> bool:
        """Whether the search index of its client changes."""
        return any(
            change.what in _SOUGHT or change.column in _SOUGHT for change in self.plan.changes
        )


class Writer:
    """Collects what a block's updates write, table by table."""

    def __init__(self, source: Import, actor: User, updates: Sequence[Update]) -> None:
        self.source, self.actor, self.now = source, actor, timezone.now()
        self.makers: dict[type[models.Model], Callable[..., Any]] = {m: maker(m) for m in _NEW}
        self.made: dict[type[models.Model], list[Any]] = {model: [] for model in _NEW}
        self.changed: dict[type[models.Model], dict[int, Any]] = {model: {} for model in _DERIVED}
        self.columns: dict[type[models.Model], set[str]] = {
            model: set(columns) for model, columns in _DERIVED.items()
        }
        self.values: list[tuple[Update, Change, int]] = []
        wanted = _wanted(updates)
        self.ids: dict[type[models.Model], list[int]] = {
            model: next_ids(model, wanted[model])[::-1] if wanted[model] else [] for model in _NEW
        }

    def new(self, one: Update, model: type[models.Model], **values: Any) -> Any:
        """A new record of the row's client, with its derived columns; the undo takes it out."""
        made = self.makers[model](id=self.ids[model].pop(), client_id=one.held.client.pk, **values)
        if hasattr(made, "derive"):
            made.derive()
        self.made[model].append(made)
        one.ops.append(["new", model._meta.label_lower, made.id])
        return made

    def set(self, one: Update, record: Any, values: dict[str, Any]) -> None:
        """Other values of a record's columns."""
        model = type(record)
        was = {name: getattr(record, name) for name in values}
        for name, value in values.items():
            setattr(record, name, value)
        self.touch(record, *values)
        told = {name: [was[name], value] for name, value in values.items()}
        one.ops.append(["set", model._meta.label_lower, record.pk, told])

    def touch(self, record: Any, *columns: str) -> None:
        """The record is written; whoever edits it at this moment is told by its version."""
        model = type(record)
        if record.pk not in self.changed[model] and hasattr(record, "version"):
            record.version += 1
        self.changed[model][record.pk] = record
        self.columns[model].update(columns)

    def tell(self, one: Update, kind: EntryKind, data: dict[str, Any], **more: Any) -> None:
        common = {"author_id": self.actor.pk, "at": self.now, "kind": kind.value, "data": data}
        one.entries.append(self.new(one, HistoryEntry, **common, **more).id)

    def tell_change(
        self, one: Update, name: str, old: str, new: str, contact: Contact | None = None
    ) -> None:
        """As :func:`crm.actions.clients.record_changes`."""
        data = {"field": name, "from": old, "to": new}
        if contact is not None and name != "contact":
            data["of"] = contact.full_name
        self.tell(one, EntryKind.CHANGED, data, contact_id=contact.pk if contact else None)

    # ---- One row ---------------------------------------------------------------------------

    def add(self, one: Update) -> None:
        """All that the row changes, but for the moves of its datasheet."""
        changes: dict[What, list[Change]] = {what: [] for what in What}
        for change in one.plan.changes:
            changes[change.what].append(change)
        if not one.wants_sheet:
            self._imported(one, changes[What.NOTE])
        self._columns(one, [c for c in changes[What.SET] if c.about != "address"])
        moved = [change for change in changes[What.SET] if change.about == "address"]
        self._addresses(one, [*moved, *changes[What.ADDRESS]])
        contacts = self._contacts(one, changes[What.CONTACT])
        self._channels(one, Phone, "raw", changes[What.PHONE], contacts)
        self._channels(one, Email, "address", changes[What.EMAIL], contacts)
        self._values(one, changes[What.VALUE], contacts)
        self.touch(one.held.client)

    def _imported(self, one: Update, notes: Sequence[Change]) -> None:
        sheet_id = one.sheet.pk if one.sheet is not None else None
        data = {"import": self.source.pk, "file": self.source.name, "row": one.plan.number}
        self.tell(one, EntryKind.IMPORTED, data, datasheet_id=sheet_id)
        for note in notes:
            self.tell(one, EntryKind.NOTE, {}, datasheet_id=sheet_id, text=note.new)

    def _columns(self, one: Update, changes: Sequence[Change]) -> None:
        for about in ("client", "contact", "datasheet"):
            for pk, values in _by_record(change for change in changes if change.about == about):
                getattr(self, f"_set_{about}")(one, pk, values)

    def _set_client(self, one: Update, pk: int, values: dict[str, Any]) -> None:
        for name, new in values.items():
            self.tell_change(one, name, getattr(one.held.client, name), new)
        self.set(one, one.held.client, values)

    def _set_contact(self, one: Update, pk: int, values: dict[str, Any]) -> None:
        """A private person's client bears the new name."""
        contact = next(contact for contact in one.held.contacts if contact.pk == pk)
        name, position = contact.full_name, contact.position
        self.set(one, contact, values)
        if contact.full_name != name:
            self.tell_change(one, "contact_name", name, contact.full_name, contact)
        if contact.position != position:
            self.tell_change(one, "position", position, contact.position, contact)
        client = one.held.client
        if not client.is_company and client.name != contact.full_name:
            self.set(one, client, {"name": contact.full_name})

    def _set_datasheet(self, one: Update, pk: int, values: dict[str, Any]) -> None:
        if one.sheet is not None:
            data = {"field": "name", "from": one.sheet.name, "to": values["name"]}
            self.tell(one, EntryKind.CHANGED, data, datasheet_id=pk)
            self.set(one, one.sheet, values)

    def _addresses(self, one: Update, changes: Sequence[Change]) -> None:
        """Those that are here as they will be, and the new ones behind them: told of together."""
        if not changes:
            return
        here = list(one.held.addresses)
        old = _lines(here)
        for pk, values in _by_record(changes):
            address = next((address for address in here if address.pk == pk), None)
            if address is not None:
                self.set(one, address, values)
                continue
            kind = Place(next(kind_of(c.target) for c in changes if c.pk == pk)).stored_kind
            here.append(self.new(one, Address, kind=kind, is_default=not here, **values))
        self.tell_change(one, "addresses", old, _lines(here))

    def _contacts(self, one: Update, changes: Sequence[Change]) -> dict[int, Contact]:
        """The row's new contacts by their place in it (negative), and those that are here."""
        found: dict[int, Contact] = {contact.pk: contact for contact in one.held.contacts}
        for change in changes:
            person: Person = change.value
            names = (person.family_name, person.given_name, person.position)
            made = self.new(
                one, Contact, created_at=self.now,
                **dict(zip(("family_name", "given_name", "position"), names, strict=True)),
            )  # fmt: skip
            found[change.pk] = made
            if person is one.draft.main:
                one.contact = made
            self.tell_change(one, "contact", "", made.full_name, made)
        return found

    def _channels(
        self,
        one: Update,
        model: type[Phone] | type[Email],
        column: str,
        changes: Sequence[Change],
        contacts: dict[int, Contact],
    ) -> None:
        """Behind those that are there; the first of somebody who had none is their default."""
        here = one.held.phones if model is Phone else one.held.emails
        by_owner: dict[int, list[str]] = {}
        for change in changes:
            by_owner.setdefault(change.pk, []).append(change.value)
        for place, texts in by_owner.items():
            contact = contacts.get(place)
            owner = contact.pk if contact else None
            old = [getattr(channel, column) for channel in here if channel.contact_id == owner]
            for i, text in enumerate(texts):
                default = not old and i == 0
                of = {"contact_id": owner, column: text, "is_default": default}
                self.new(one, model, **of)
            if place >= 0:  # a new contact is told of as a whole
                name = model._meta.model_name or ""
                self.tell_change(one, name, ", ".join(old), ", ".join([*old, *texts]), contact)
                if contact is not None:
                    self.touch(contact)

    def _values(self, one: Update, changes: Sequence[Change], contacts: dict[int, Contact]) -> None:
        """Noted, to be written together; told of as :func:`crm.actions.field_changes.tell`."""
        for change in changes:
            contact = contacts[change.pk] if change.about == About.CONTACT else None
            owner = contact.pk if contact else change.pk
            self.values.append((one, change, owner))
            if change.pk < 0:
                continue
            about, one_field = change.about, one.fields[int(change.column)]
            data = told(one_field, one.held.value(about, owner, one_field.pk), change.value)
            of: dict[str, Any] = {}
            if contact is not None:
                data["of"], of["contact_id"] = contact.full_name, owner
                self.touch(contact)
            if about == About.DATASHEET and one.sheet is not None:
                of["datasheet_id"] = owner
                self.touch(one.sheet)
            self.tell(one, EntryKind.FIELD, data, **of)

    # ---- All of them -----------------------------------------------------------------------

    @property
    def last_entry(self) -> int:
        """The id of the last entry that was written so."""
        last: int = self.made[HistoryEntry][-1].id if self.made[HistoryEntry] else 0
        return last

    def flush(self) -> None:
        """Write it; what refers to what is checked at the end of the transaction."""
        for model, records in self.changed.items():
            for record in records.values():
                if hasattr(record, "derive"):
                    record.derive()
            columns = self.columns[model] | ({"version"} if model is not Address else set())
            update(list(records.values()), columns)
        for model in _NEW:
            insert(self.made[model])
        self._write_values()

    def _write_values(self) -> None:
        """The new rows of values in the place of the old ones."""
        here: dict[tuple[int, str, int], list[FieldValue]] = {}
        for row in _rows_here(self.values):
            about = "datasheet" if row.datasheet_id else "contact" if row.contact_id else "client"
            owner = getattr(row, f"{about}_id")
            here.setdefault((row.field_id, about, owner), []).append(row)
        gone: list[int] = []
        new: list[dict[str, Any]] = []
        for one, change, owner in self.values:
            old = here.get((int(change.column), change.about, owner), [])
            rows = rows_of_value(one.fields[int(change.column)], change.value)
            told = [[_json(row.__dict__) for row in old], [_json(row) for row in rows]]
            one.ops.append(["value", int(change.column), change.about, owner, *told])
            gone += [row.pk for row in old]
            of = {"field_id": int(change.column), f"{change.about}_id": owner}
            if change.about == About.CONTACT:
                of["client_id"] = one.held.client.pk
            new += [of | row for row in rows]
        if gone:
            delete(FieldValue.objects.filter(pk__in=gone))
        make = maker(FieldValue)
        ids = next_ids(FieldValue, len(new)) if new else []
        insert([make(id=pk, **row) for pk, row in zip(ids, new, strict=True)])


def _by_record(changes: Iterable[Change]) -> list[tuple[int, dict[str, Any]]]:
    """The columns that change, record by record in the order of the changes."""
    found: dict[int, dict[str, Any]] = {}
    for change in changes:
        found.setdefault(change.pk, {})[change.column] = change.value
    return [*found.items()]


def _rows_here(values: Sequence[tuple[Update, Change, int]]) -> list[FieldValue]:
    """What the records have now of the fields that are about to change."""
    if not values:
        return []
    fields = {int(change.column) for _one, change, _owner in values}
    clients = {one.held.client.pk for one, _change, _owner in values}
    sheets = {owner for _one, change, owner in values if change.about == About.DATASHEET}
    rows = FieldValue.objects.filter(field__in=fields).order_by("slot", "pk")
    return [*rows.filter(client__in=clients), *rows.filter(datasheet__in=sheets)]


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a value's row, as :mod:`importer.putting_back` reads them."""
    found: dict[str, Any] = {}
    for name in ("slot", "text", "folded", "number", "day", "moment", "choice_id", "person_id"):
        value = row.get(name)
        if value not in (None, "", 0) or (name == "number" and value is not None):
            plain = isinstance(value, str | int)
            found[name] = value if plain else str(value)
    return found


def _wanted(updates: Sequence[Update]) -> Counter[type[models.Model]]:
    wanted: Counter[type[models.Model]] = Counter()
    made = {What.CONTACT: Contact, What.PHONE: Phone, What.EMAIL: Email, What.ADDRESS: Address}
    for one in updates:
        wanted[HistoryEntry] += 1 + len(one.plan.changes)
        wanted.update(made[change.what] for change in one.plan.changes if change.what in made)
    return wanted


def _lines(addresses: Sequence[Address]) -> str:
    """As :func:`crm.actions.clients.change_client` tells of them."""
    return "; ".join(str(one) for one in sorted(addresses, key=lambda one: one.pk))
