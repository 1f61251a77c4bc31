"""The records of a block of planned rows, written in bulk.

``QuerySet`` writes have no say here: the derived columns, the history, the due key, the counts
and the search index are filled by hand, in the transaction of the block, and are what the actions
of :mod:`crm` would have made (a test holds the two together).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from crm import search
from crm.actions import counts
from crm.actions.following import COUNTED_ORDERS
from crm.actions.giving import able_to_take
from crm.actions.holding import hold_or_follow
from crm.actions.todos import todo_state
from crm.actions.turns import take_turns
from crm.bulk import insert, maker, next_ids
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
from crm.value_rows import starting_rows
from importer import statuses
from importer.change_writer import Update
from importer.changes import What
from importer.draft import Draft, FirstTodo
from importer.models import Import, ImportedRow
from importer.people import Person
from importer.plan import Result, RowPlan
from importer.updating import apply
from modules.models import About, Module, Status

# Datasheets and todos refer to each other: foreign keys are checked when the block is committed.
TABLES: tuple[type[models.Model], ...] = (
    Client, Contact, Address, Phone, Email, Datasheet, Todo, HistoryEntry, ImportedRow,
)  # fmt: skip

# Those with columns that follow from others.
DERIVING = frozenset(model for model in TABLES if hasattr(model, "derive"))


@dataclass
class Block:
    """What a block of rows makes, table by table."""

    source: Import
    actor: User
    now: datetime = field(default_factory=timezone.now)
    made: dict[type[models.Model], list[Any]] = field(
        default_factory=lambda: {model: [] for model in TABLES}
    )
    makers: dict[type[models.Model], Callable[..., Any]] = field(
        default_factory=lambda: {model: maker(model) for model in TABLES}
    )
    ids: dict[type[models.Model], list[int]] = field(default_factory=dict)
    index: list[Source] = field(default_factory=list)
    values: dict[About, dict[int, dict[int, Any]]] = field(
        default_factory=lambda: {about: {} for about in About}
    )
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.actor_id: int = self.actor.pk

    def new(self, model: type[models.Model], **values: Any) -> Any:
        """An object of these columns, with a reserved id and its derived columns filled."""
        one = self.makers[model](id=self.ids[model].pop(), **values)
        if model in DERIVING:
            one.derive()
        self.made[model].append(one)
        return one


def write(source: Import, plans: Sequence[RowPlan], *, actor: User) -> None:
    """Write the rows that create or update; within the transaction of their block."""
    block = Block(source, actor)
    updates = apply(source, [p for p in plans if p.result == Result.UPDATE], actor=actor)
    drafts = [
        (plan.number, plan.draft)
        for plan in plans
        if plan.result == Result.CREATE and plan.draft is not None
    ]
    making = [draft for _number, draft in drafts]
    making += [update.draft for update in updates if update.wants_sheet]
    _hold_statuses(source.module, making)
    _give_turns(source.module, [draft for draft in making if draft.in_turn])
    _hold_people(source.module, making)
    block.ids = _reserve([draft for _number, draft in drafts], updates)
    for number, draft in drafts:
        _add(block, number, draft)
    for update in updates:
        _add_update(block, update)
    for model in TABLES:
        insert(block.made[model])
    _insert_values(block)
    counts.add(Counter(counts.key_of(sheet) for sheet in block.made[Datasheet]))
    search.index_rows(block.index)
    search.reindex([one.held.client.pk for one in updates if one.is_found_otherwise])


def _hold_statuses(module: Module | None, drafts: Sequence[Draft]) -> None:
    """Keep the statuses until the block is committed; for one that is being removed take where
    its datasheets go.
    """
    if module is None:
        return
    wanted = {draft.status.pk for draft in drafts if draft.status is not None}
    held = {pk: hold_or_follow(pk, module.pk) for pk in sorted(wanted)}
    for draft in drafts:
        if draft.status is not None:
            draft.status = held[draft.status.pk]


def _hold_people(module: Module | None, drafts: Sequence[Draft]) -> None:
    """Whoever has lost access since it was asked who is responsible gets nothing more: what was
    to be theirs is nobody's.
    """
    wanted = {draft.responsible_id for draft in drafts if draft.responsible_id is not None}
    if module is None or not wanted:
        return
    able = able_to_take(wanted, module.pk)
    for draft in drafts:
        if draft.responsible_id not in able:
            draft.responsible_id = None


def _give_turns(module: Module | None, drafts: Sequence[Draft]) -> None:
    """Rows that name nobody go to the module's chosen users in turn, else to nobody."""
    if module is not None and drafts:
        for draft, user in zip(drafts, take_turns(module, len(drafts)), strict=False):
            draft.responsible_id = user.pk


def _reserve(
    made: Sequence[Draft], updates: Sequence[Update]
) -> dict[type[models.Model], list[int]]:
    with_sheet = [update.draft for update in updates if update.wants_sheet]
    people = [person for draft in made for person in draft.people]
    sheets = len(made) + len(with_sheet)
    wanted: dict[type[models.Model], int] = {
        Client: len(made),
        Address: len(made),
        Contact: sum(person.is_named for person in people),
        Phone: sum(len(person.phones) for person in people),
        Email: sum(len(person.emails) for person in people),
        Datasheet: sheets,
        Todo: sum(draft.todo is not None for draft in (*made, *with_sheet)),
        HistoryEntry: 3 * sheets,
        ImportedRow: len(made) + len(updates),
    }
    return {
        model: list(reversed(next_ids(model, wanted[model]))) if wanted[model] else []
        for model in TABLES
    }


def _insert_values(block: Block) -> None:
    """The rows' values, the defaults and the automatic numbers of the company's fields; in the
    order of their locks.
    """
    made, module, given = block.made, block.source.module, block.values
    clients = [(one.id, None) for one in made[Client]]
    insert(starting_rows(About.CLIENT, None, clients, given[About.CLIENT]))
    contacts = [(one.id, one.client_id) for one in made[Contact]]
    insert(starting_rows(About.CONTACT, None, contacts, given[About.CONTACT]))
    if module is not None:
        sheets = [(one.id, None) for one in made[Datasheet]]
        insert(starting_rows(About.DATASHEET, module.pk, sheets, given[About.DATASHEET]))


def _add(block: Block, number: int, draft: Draft) -> None:
    client: Client = block.new(
        Client,
        kind=(ClientKind.COMPANY if draft.is_company else ClientKind.PERSON).value,
        name=draft.name,
        tax_number=draft.tax_number,
        notes=draft.notes,
        created_at=block.now,
        created_by_id=block.actor_id,
        **draft.texts,
    )
    contacts, phones = _people(block, client, draft)
    if draft.town or draft.street or draft.postcode or draft.country:
        block.new(
            Address,
            client_id=client.id,
            country=draft.country,
            postcode=draft.postcode,
            town=draft.town,
            street=draft.street,
            is_default=True,
        )
    sheet = _datasheet(block, client, contacts[0] if contacts else None, draft)
    if draft.values:  # those of the other's fields are left aside when they are written
        block.values[About.CLIENT][client.id] = draft.values
        if sheet is not None:
            block.values[About.DATASHEET][sheet.id] = draft.values
    block.index.append(_index(client, contacts, sheet, draft, phones))
    last_entry = _history(block, number, client.id, sheet, draft)
    block.new(
        ImportedRow,
        source_id=block.source.id,
        number=number,
        client_id=client.id,
        datasheet_id=sheet.id if sheet else None,
        last_entry=last_entry,
    )


def _add_update(block: Block, update: Update) -> None:
    """The journal of a row whose client is changed, and the datasheet that it lacks."""
    sheet, last_entry, draft = update.sheet, max(update.entries, default=0), update.draft
    if update.wants_sheet:
        if not any(change.what == What.NOTE for change in update.plan.changes):
            draft = replace(draft, history_note="")
        sheet = _datasheet(block, update.held.client, update.contact, draft)
        told = len(block.made[HistoryEntry])
        last_entry = _history(block, update.plan.number, update.held.client.pk, sheet, draft)
        new = block.made[HistoryEntry][told:]
        update.ops += [["new", "crm.historyentry", entry.id] for entry in new]
    if update.wants_sheet and sheet is not None:
        block.values[About.DATASHEET][sheet.id] = draft.values
        update.ops.append(["new", "crm.datasheet", sheet.id])
    block.new(
        ImportedRow,
        source_id=block.source.id,
        number=update.plan.number,
        client_id=update.held.client.pk,
        datasheet_id=sheet.pk if sheet is not None else None,
        created=False,
        changes=update.ops,
        last_entry=last_entry,
    )


def _index(
    client: Client,
    contacts: Sequence[Contact],
    sheet: Datasheet | None,
    draft: Draft,
    phones: Sequence[Phone],
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
        places=[draft.town] if draft.town else [],
        contacts=[f"{contact.family_name} {contact.given_name}" for contact in contacts],
        emails=[one.strip().lower() for person in draft.people for one in person.emails],
        datasheets=sheets,
    )


def _people(block: Block, client: Client, draft: Draft) -> tuple[list[Contact], list[Phone]]:
    """The row's contacts and all of its phones; what has no name is the company's own.

    A person always has one contact, whose name the client bears.
    """
    contacts: list[Contact] = []
    phones: list[Phone] = []
    for person in draft.people:
        of: dict[str, int | None] = {"client_id": client.id, "contact_id": None}
        if person.is_named:
            contacts.append(_contact(block, client, person))
            of["contact_id"] = contacts[-1].id
        for i, address in enumerate(person.emails):
            block.new(Email, address=address, is_default=i == 0, **of)
        phones += [
            block.new(Phone, raw=number, is_default=i == 0, **of)
            for i, number in enumerate(person.phones)
        ]
    return contacts, phones


def _contact(block: Block, client: Client, person: Person) -> Contact:
    contact: Contact = block.new(
        Contact,
        client_id=client.id,
        family_name=person.family_name,
        given_name=person.given_name,
        position=person.position,
        created_at=block.now,
    )
    if person.values:
        block.values[About.CONTACT][contact.id] = person.values
    return contact


def _datasheet(
    block: Block, client: Client, contact: Contact | None, draft: Draft
) -> Datasheet | None:
    module, status = block.source.module, draft.status
    if module is None or status is None:
        return None
    closed = status.is_final and draft.todo is None
    sheet: Datasheet = block.new(
        Datasheet,
        module_id=module.id,
        client_id=client.id,
        main_contact_id=contact.id if contact else None,
        name=draft.datasheet_name,
        status_id=status.id,
        status_since=block.now,
        responsible_id=draft.responsible_id,
        shelf=(Shelf.CLOSED if closed else Shelf.OPEN).value,
        created_at=block.now,
        created_by_id=block.actor_id,
        **_facts(block, module, status),
    )
    if draft.todo is not None:
        todo = _todo(block, sheet, draft.todo)
        sheet.__dict__["next_todo_id"], sheet.next_due_at = todo.id, todo.due_at
    return sheet


def _facts(block: Block, module: Module, status: Status) -> dict[str, Any]:
    """What a datasheet in this status says; asked once a block."""
    if status.pk not in block.facts:
        found = statuses.facts(module, status)
        if module.kind == "orders" and status.key in COUNTED_ORDERS:
            found["completed_on"] = timezone.localdate(block.now)
        block.facts[status.pk] = {
            name: value.value if isinstance(value, Enum) else value for name, value in found.items()
        }
    return block.facts[status.pk]


def _todo(block: Block, sheet: Datasheet, first: FirstTodo) -> Todo:
    todo: Todo = block.new(
        Todo,
        datasheet_id=sheet.id,
        module_id=sheet.module_id,
        contact_id=sheet.main_contact_id,
        type_id=first.type.id,
        text=first.text,
        due_at=first.due_at,
        timed=first.timed,
        first_due_at=first.due_at,
        responsible_id=sheet.responsible_id or block.actor_id,
        created_at=block.now,
        created_by_id=block.actor_id,
    )
    return todo


def _history(
    block: Block, number: int, client_id: int, sheet: Datasheet | None, draft: Draft
) -> int:
    """ "Imported" instead of "created", the note of the file, and the first todo as planned; the
    last entry's id.
    """
    common = {
        "client_id": client_id,
        "datasheet_id": sheet.id if sheet else None,
        "author_id": block.actor_id,
        "at": block.now,
    }
    data = {"import": block.source.id, "file": block.source.name, "row": number}
    if sheet is not None:
        data["status"] = sheet.status_id
    block.new(HistoryEntry, kind=EntryKind.IMPORTED.value, data=data, **common)
    if draft.history_note:
        block.new(HistoryEntry, kind=EntryKind.NOTE.value, text=draft.history_note, **common)
    if draft.todo is not None:
        todo: Todo = block.made[Todo][-1]
        block.new(
            HistoryEntry,
            kind=EntryKind.PLANNED.value,
            text=todo.text,
            todo_id=todo.id,
            data=todo_state(todo),
            **common,
        )
    last_entry: int = block.made[HistoryEntry][-1].id
    return last_entry
