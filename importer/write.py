"""The records of a block of planned rows, written in bulk.

``QuerySet`` writes have no say here: the derived columns, the history, the due key, the counts
and the search index are filled by hand, in the transaction of the block, and are what the actions
of :mod:`crm` would have made (a test holds the two together).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from crm import search
from crm.actions import counts
from crm.bulk import insert, next_ids
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
from importer.draft import Draft
from importer.models import Import, ImportedRow
from importer.plan import RowPlan

# Datasheets and todos refer to each other: foreign keys are checked when the block is committed.
TABLES: tuple[type[models.Model], ...] = (
    Client, Contact, Address, Phone, Email, Datasheet, Todo, HistoryEntry, ImportedRow,
)  # fmt: skip


@dataclass
class Block:
    """What a block of rows makes, table by table."""

    source: Import
    actor: User
    now: datetime = field(default_factory=timezone.now)
    made: dict[type[models.Model], list[Any]] = field(
        default_factory=lambda: {model: [] for model in TABLES}
    )
    ids: dict[type[models.Model], list[int]] = field(default_factory=dict)
    index: list[Source] = field(default_factory=list)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def new(self, model: type[models.Model], **values: Any) -> Any:
        one = model(pk=self.ids[model].pop(), **values)
        self.made[model].append(one)
        return one


def write(source: Import, plans: Sequence[RowPlan], *, actor: User) -> None:
    """Write the rows to be created; within the transaction of their block."""
    block = Block(source, actor)
    drafts = [(plan.number, plan.draft) for plan in plans if plan.draft is not None]
    block.ids = _reserve(draft for _number, draft in drafts)
    for number, draft in drafts:
        _add(block, number, draft)
    for model in TABLES:
        insert(block.made[model])
    counts.add(Counter(counts.key_of(sheet) for sheet in block.made[Datasheet]))
    search.index_rows(block.index)


def _reserve(drafts: Iterable[Draft]) -> dict[type[models.Model], list[int]]:
    wanted: Counter[type[models.Model]] = Counter()
    for draft in drafts:
        wanted.update([Client, Datasheet, ImportedRow])
        wanted[HistoryEntry] += 3
        wanted[Contact] += 1
        wanted[Address] += 1
        wanted[Phone] += len(draft.phones)
        wanted[Email] += len(draft.emails)
        wanted[Todo] += draft.todo is not None
    return {
        model: list(reversed(next_ids(model, wanted[model]))) if wanted[model] else []
        for model in TABLES
    }


def _add(block: Block, number: int, draft: Draft) -> None:
    client = block.new(
        Client,
        kind=ClientKind.COMPANY if draft.is_company else ClientKind.PERSON,
        name=draft.name,
        tax_number=draft.tax_number,
        notes=draft.notes,
        created_at=block.now,
        created_by=block.actor,
        **draft.texts,
    )
    client.derive()
    contact = _contact(block, client, draft)
    _channels(block, client, contact, draft)
    if draft.town or draft.street or draft.postcode:
        address = block.new(
            Address,
            client=client,
            country=draft.country,
            postcode=draft.postcode,
            town=draft.town,
            street=draft.street,
            is_default=True,
        )
        address.derive()
    sheet = _datasheet(block, client, contact, draft)
    _history(block, number, client, sheet, draft)
    block.new(ImportedRow, source=block.source, number=number, client=client, datasheet=sheet)
    block.index.append(
        Source(
            client.pk,
            client.name,
            numbers=[*draft.phones, draft.tax_number],
            places=[draft.town],
            contacts=[contact.full_name] if contact else [],
            emails=draft.emails,
            datasheets=[Sheet(sheet.pk, sheet.name, sheet.module_id, sheet.responsible_id)]
            if sheet
            else [],
        )
    )


def _contact(block: Block, client: Client, draft: Draft) -> Contact | None:
    """The row's contact; a person always has one, whose name the client bears."""
    if not (draft.family_name or draft.given_name):
        return None
    contact: Contact = block.new(
        Contact,
        client=client,
        family_name=draft.family_name,
        given_name=draft.given_name,
        position=draft.position,
        created_at=block.now,
    )
    contact.derive()
    return contact


def _channels(block: Block, client: Client, contact: Contact | None, draft: Draft) -> None:
    """Phones and emails of the contact, or of the company when the row names nobody."""
    of = {"client": client, "contact": contact}
    for i, number in enumerate(draft.phones):
        block.new(Phone, raw=number, is_default=i == 0, **of).derive()
    for i, address in enumerate(draft.emails):
        block.new(Email, address=address, is_default=i == 0, **of).derive()


def _datasheet(
    block: Block, client: Client, contact: Contact | None, draft: Draft
) -> Datasheet | None:
    module = block.source.module
    if module is None or draft.status is None:
        return None
    status = draft.status
    if status.pk not in block.facts:
        block.facts[status.pk] = statuses.facts(module, status)
        if module.kind == "orders" and status.key in ("completed", "successful"):
            block.facts[status.pk]["completed_on"] = timezone.localdate(block.now)
    sheet: Datasheet = block.new(
        Datasheet,
        module=module,
        client=client,
        main_contact=contact,
        name=draft.datasheet_name,
        status=status,
        status_since=block.now,
        responsible_id=draft.responsible_id,
        shelf=Shelf.CLOSED if status.is_final and draft.todo is None else Shelf.OPEN,
        created_at=block.now,
        created_by=block.actor,
        **block.facts[status.pk],
    )
    sheet.derive()
    if draft.todo is not None:
        todo = block.new(
            Todo,
            datasheet=sheet,
            module=module,
            contact=contact,
            type=draft.todo.type,
            text=draft.todo.text,
            due_at=draft.todo.due_at,
            timed=draft.todo.timed,
            first_due_at=draft.todo.due_at,
            responsible_id=draft.responsible_id or block.actor.pk,
            created_at=block.now,
            created_by=block.actor,
        )
        sheet.next_todo_id, sheet.next_due_at = todo.pk, todo.due_at
    return sheet


def _history(
    block: Block, number: int, client: Client, sheet: Datasheet | None, draft: Draft
) -> None:
    common = {"client": client, "datasheet": sheet, "author": block.actor, "at": block.now}
    data = {"import": block.source.pk, "file": block.source.name, "row": number}
    block.new(HistoryEntry, kind=EntryKind.IMPORTED, data=data, **common)
    if draft.history_note:
        block.new(HistoryEntry, kind=EntryKind.NOTE, text=draft.history_note, **common)
