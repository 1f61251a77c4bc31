"""What rows make, table by table: the objects of a block, as the actions of :mod:`crm` would make
them (a test holds the two together). Writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from crm import bulk, search_docs
from crm.actions import counts
from crm.actions.counts import CountKey
from crm.actions.following import COUNTED_ORDERS
from crm.actions.todos import todo_state
from crm.constants import ClientKind, EntryKind, Shelf
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    HistoryEntry,
    Phone,
    Todo,
)
from crm.search_docs import Sheet, Source
from importer import statuses
from importer.draft import Draft, FirstTodo
from importer.models import Import, ImportedRow
from importer.people import Person
from modules.models import About, Module, Status

# Datasheets and todos refer to each other: foreign keys are checked when the block is committed.
TABLES: tuple[type[models.Model], ...] = (
    Client, Contact, Address, Phone, Email, Datasheet, Todo, HistoryEntry, ImportedRow,
)  # fmt: skip

# Those with columns that follow from others.
DERIVING = frozenset(model for model in TABLES if hasattr(model, "derive"))


@dataclass
class Batch:
    """What a block of rows makes, table by table."""

    source: Import
    actor: User
    ids: dict[type[models.Model], Iterator[int]]
    now: datetime = field(default_factory=timezone.now)
    made: dict[type[models.Model], list[Any]] = field(
        default_factory=lambda: {model: [] for model in TABLES}
    )
    makers: dict[type[models.Model], Callable[..., Any]] = field(
        default_factory=lambda: {model: bulk.maker(model) for model in TABLES}
    )
    index: list[Source] = field(default_factory=list)
    values: dict[About, dict[int, dict[int, Any]]] = field(
        default_factory=lambda: {about: {} for about in About}
    )
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.actor_id: int = self.actor.pk

    def new(self, model: type[models.Model], **values: Any) -> Any:
        """An object of these columns, with a reserved id and its derived columns filled."""
        one = self.makers[model](id=next(self.ids[model]), **values)
        if model in DERIVING:
            one.derive()
        self.made[model].append(one)
        return one


@dataclass
class Made:
    """A block as it is written: plain values, which another process may have made.

    ``owners`` have values of the company's fields: pairs of a record's id and, of a contact, its
    client's. ``values`` are those that rows gave, by the record's id and the field's.
    """

    tables: list[bulk.Rows]
    counts: Counter[CountKey]
    owners: dict[About, list[tuple[int, int | None]]]
    values: dict[About, dict[int, dict[int, Any]]]

    @classmethod
    def of(cls, batch: Batch) -> Made:
        made = batch.made
        tables = [bulk.rows_of(made[model]) for model in TABLES if made[model]]
        return cls(
            [*tables, search_docs.index_of(batch.index)],
            Counter(counts.key_of(sheet) for sheet in made[Datasheet]),
            {
                About.CLIENT: [(one.id, None) for one in made[Client]],
                About.CONTACT: [(one.id, one.client_id) for one in made[Contact]],
                About.DATASHEET: [(one.id, None) for one in made[Datasheet]],
            },
            batch.values,
        )


def needed(
    made: Sequence[Draft], sheets_only: Sequence[Draft] = ()
) -> dict[type[models.Model], int]:
    """How many ids of each table rows need at most that make a client, or only a datasheet."""
    people = [person for draft in made for person in draft.people]
    sheets = len(made) + len(sheets_only)
    return {
        Client: len(made),
        Address: sum(1 + len(draft.other_places) for draft in made),
        Contact: sum(person.is_named for person in people),
        Phone: sum(len(person.phones) for person in people),
        Email: sum(len(person.emails) for person in people),
        Datasheet: sheets,
        Todo: sum(draft.todo is not None for draft in (*made, *sheets_only)),
        HistoryEntry: 3 * sheets,
        ImportedRow: len(made),
    }


def add(batch: Batch, number: int, draft: Draft) -> None:
    client: Client = batch.new(
        Client,
        kind=(ClientKind.COMPANY if draft.is_company else ClientKind.PERSON).value,
        name=draft.name,
        tax_number=draft.tax_number,
        notes=draft.notes,
        created_at=batch.now,
        created_by_id=batch.actor_id,
        **draft.texts,
    )
    contacts, phones = _people(batch, client, draft)
    addresses = _addresses(batch, client, draft)
    sheet = datasheet(batch, client, contacts[0] if contacts else None, draft)
    if draft.values:  # those of the other's fields are left aside when they are written
        batch.values[About.CLIENT][client.id] = draft.values
        if sheet is not None:
            batch.values[About.DATASHEET][sheet.id] = draft.values
    batch.index.append(_index(client, contacts, sheet, draft, phones, addresses))
    last_entry = history(batch, number, client.id, sheet, draft)
    batch.new(
        ImportedRow,
        source_id=batch.source.id,
        number=number,
        client_id=client.id,
        datasheet_id=sheet.id if sheet else None,
        last_entry=last_entry,
    )


def _index(
    client: Client,
    contacts: Sequence[Contact],
    sheet: Datasheet | None,
    draft: Draft,
    phones: Sequence[Phone],
    addresses: Sequence[Address],
) -> Source:
    """What the client is found by: as :func:`crm.search_docs.read` reads it from the records."""
    official = (client.tax_number, client.eu_vat_number, client.registration_number)
    sheets = []
    if sheet is not None:
        sheets = [Sheet(sheet.id, sheet.name, sheet.module_id, sheet.responsible_id)]
    return Source(
        client.id,
        client.name,
        numbers=[*(phone.digits for phone in phones), *official],
        places=[address.town for address in addresses if address.town],
        contacts=[f"{contact.family_name} {contact.given_name}" for contact in contacts],
        emails=[one.strip().lower() for person in draft.people for one in person.emails],
        datasheets=sheets,
    )


def _addresses(batch: Batch, client: Client, draft: Draft) -> list[Address]:
    """The row's addresses; the main one is the default."""
    if not (draft.town or draft.street or draft.postcode or draft.country):
        return []
    return [
        batch.new(
            Address,
            client_id=client.id,
            kind=place.stored_kind,
            country=place.country,
            postcode=place.postcode,
            town=place.town,
            street=place.street,
            is_default=n == 0,
        )
        for n, place in enumerate(draft.made_places)
    ]


def _people(batch: Batch, client: Client, draft: Draft) -> tuple[list[Contact], list[Phone]]:
    """The row's contacts and all of its phones; what has no name is the company's own.

    A person always has one contact, whose name the client bears.
    """
    contacts: list[Contact] = []
    phones: list[Phone] = []
    for person in draft.people:
        of: dict[str, int | None] = {"client_id": client.id, "contact_id": None}
        if person.is_named:
            contacts.append(_contact(batch, client, person))
            of["contact_id"] = contacts[-1].id
        for i, address in enumerate(person.emails):
            batch.new(Email, address=address, is_default=i == 0, **of)
        phones += [
            batch.new(Phone, raw=number, is_default=i == 0, **of)
            for i, number in enumerate(person.phones)
        ]
    return contacts, phones


def _contact(batch: Batch, client: Client, person: Person) -> Contact:
    contact: Contact = batch.new(
        Contact,
        client_id=client.id,
        family_name=person.family_name,
        given_name=person.given_name,
        position=person.position,
        created_at=batch.now,
    )
    if person.values:
        batch.values[About.CONTACT][contact.id] = person.values
    return contact


def datasheet(
    batch: Batch, client: Client, contact: Contact | None, draft: Draft
) -> Datasheet | None:
    module, status = batch.source.module, draft.status
    if module is None or status is None:
        return None
    closed = status.is_final and draft.todo is None
    sheet: Datasheet = batch.new(
        Datasheet,
        module_id=module.id,
        client_id=client.id,
        main_contact_id=contact.id if contact else None,
        name=draft.datasheet_name,
        status_id=status.id,
        status_since=batch.now,
        responsible_id=draft.responsible_id,
        shelf=(Shelf.CLOSED if closed else Shelf.OPEN).value,
        created_at=batch.now,
        created_by_id=batch.actor_id,
        **_facts(batch, module, status),
    )
    if draft.todo is not None:
        todo = _todo(batch, sheet, draft.todo)
        sheet.__dict__["next_todo_id"], sheet.next_due_at = todo.id, todo.due_at
    return sheet


def _facts(batch: Batch, module: Module, status: Status) -> dict[str, Any]:
    """What a datasheet in this status says; asked once a batch."""
    if status.pk not in batch.facts:
        found = statuses.facts(module, status)
        if module.kind == "orders" and status.key in COUNTED_ORDERS:
            found["completed_on"] = timezone.localdate(batch.now)
        batch.facts[status.pk] = {
            name: value.value if isinstance(value, Enum) else value for name, value in found.items()
        }
    return batch.facts[status.pk]


def _todo(batch: Batch, sheet: Datasheet, first: FirstTodo) -> Todo:
    todo: Todo = batch.new(
        Todo,
        datasheet_id=sheet.id,
        module_id=sheet.module_id,
        contact_id=sheet.main_contact_id,
        type_id=first.type.id,
        text=first.text,
        due_at=first.due_at,
        timed=first.timed,
        first_due_at=first.due_at,
        responsible_id=sheet.responsible_id or batch.actor_id,
        created_at=batch.now,
        created_by_id=batch.actor_id,
    )
    return todo


def history(
    batch: Batch, number: int, client_id: int, sheet: Datasheet | None, draft: Draft
) -> int:
    """ "Imported" instead of "created", the note of the file, and the first todo as planned; the
    last entry's id.
    """
    common = {
        "client_id": client_id,
        "datasheet_id": sheet.id if sheet else None,
        "author_id": batch.actor_id,
        "at": batch.now,
    }
    data = {"import": batch.source.id, "file": batch.source.name, "row": number}
    if sheet is not None:
        data["status"] = sheet.status_id
    batch.new(HistoryEntry, kind=EntryKind.IMPORTED.value, data=data, **common)
    if draft.history_note:
        batch.new(HistoryEntry, kind=EntryKind.NOTE.value, text=draft.history_note, **common)
    if draft.todo is not None:
        todo: Todo = batch.made[Todo][-1]
        batch.new(
            HistoryEntry,
            kind=EntryKind.PLANNED.value,
            text=todo.text,
            todo_id=todo.id,
            data=todo_state(todo),
            **common,
        )
    last_entry: int = batch.made[HistoryEntry][-1].id
    return last_entry
