"""Everything that is known of a person or a client, as plain values to be handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Q

from crm.client_history import entries_of
from crm.constants import TodoState
from crm.forms.when import Moment
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    FieldValue,
    HistoryEntry,
    Phone,
    Todo,
)
from crm.traces import Subject, Traces

# Columns that follow from others, or say something of the product and not of the person.
DERIVED: Final = frozenset(
    {
        "id", "client", "contact", "datasheet", "folded_name", "sort_key", "tax_digits", "version",
        "trashed_by", "created_by", "folded", "e164", "shelf", "timed", "digits", "folded_town",
        "slot", "module",
    }
)  # fmt: skip
BLOCK: Final = 500


@dataclass
class Everything:
    """What is handed out: values that JSON knows, and the stored files by their path in it."""

    data: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def collect(subject: Subject, traces: Traces) -> Everything:
    """All that is kept of the subject: of a contact, also what names them."""
    found = Everything()
    client = subject.client
    if subject.is_whole:
        found.data["client"] = {
            **_columns(client),
            "addresses": [_columns(one) for one in Address.objects.filter(client=client)],
            **_channels(Q(client=client, contact=None)),
            "fields": _values(Q(client=client, contact=None), found),
        }
    else:
        found.data["client"] = {"name": client.name}
    found.data["contacts"] = [
        {
            **_columns(contact),
            **_channels(Q(contact=contact)),
            "fields": _values(Q(contact=contact), found),
        }
        for contact in subject.contacts()
    ]
    found.data["datasheets"] = list(_datasheets(subject, traces, found))
    found.data["history"] = list(_history(subject, traces, found))
    return found


def _columns(record: models.Model) -> dict[str, Any]:
    """The filled columns of a record, in words where they are choices."""
    told: dict[str, Any] = {}
    for column in record._meta.concrete_fields:
        value = getattr(record, column.attname)
        if column.name in DERIVED or value in (None, "", [], {}):
            continue
        if column.is_relation:
            told[column.name] = str(getattr(record, column.name))
        elif column.choices:
            told[column.name] = str(getattr(record, f"get_{column.name}_display")())
        else:
            told[column.name] = value if isinstance(value, bool | int | list) else str(value)
    return told


def _channels(of: Q) -> dict[str, Any]:
    return {
        "phones": [_columns(one) for one in Phone.objects.filter(of)],
        "emails": [_columns(one) for one in Email.objects.filter(of)],
    }


def _values(of: Q, found: Everything) -> dict[str, list[str]]:
    """The company's own fields by their labels; files are named by their place in the zip."""
    told: dict[str, list[str]] = {}
    rows = FieldValue.objects.filter(of).select_related("field", "choice", "person")
    for value in rows.order_by("field", "slot"):
        told.setdefault(value.field.label, []).append(_value(value, found))
    return told


def _value(value: FieldValue, found: Everything) -> str:
    if value.file:
        name = _place(value.pk, value.text)
        found.files[name] = str(value.file.name)
        return name
    if value.choice is not None:
        return value.choice.name
    if value.person is not None:
        return value.person.full_name
    plain = (value.number, value.day, value.moment)
    return next((str(one) for one in plain if one is not None), value.text)


def _place(key: object, name: str) -> str:
    """Where a file lies in the zip."""
    return f"files/{key}-{(name or 'file').replace('/', '_')[-100:]}"


def _datasheets(subject: Subject, traces: Traces, found: Everything) -> Iterator[dict[str, Any]]:
    sheets = Datasheet.objects.filter(client=subject.client).order_by("pk")
    for sheet in sheets.select_related("module", "status", "responsible", "main_contact"):
        todos = [_todo(todo) for todo in _todos(sheet, subject, traces)]
        if not subject.is_whole and sheet.main_contact != subject.contact and not todos:
            continue
        sheet.client = subject.client
        told = {"title": sheet.title, "module": sheet.module.name, **_columns(sheet)}
        told.pop("next_due_at", None)
        told.pop("next_todo", None)
        told["todos"] = todos
        if subject.is_whole:
            told["fields"] = _values(Q(datasheet=sheet), found)
        yield told


def _todos(sheet: Datasheet, subject: Subject, traces: Traces) -> Iterator[Todo]:
    ids = {contact.pk for contact in subject.contacts()}
    for todo in sheet.todos.select_related("type", "responsible", "contact").order_by("pk"):
        texts = [todo.text, todo.comment, todo.checklist]
        if subject.is_whole or todo.contact_id in ids or traces.are_in(texts, own=True):
            yield todo


def _todo(todo: Todo) -> dict[str, Any]:
    told = _columns(todo)
    told["state"] = str(TodoState(todo.state).label)
    told.pop("zone", None)
    return told


def _history(subject: Subject, traces: Traces, found: Everything) -> Iterator[dict[str, Any]]:
    """Newest last: a sentence, what was written, and the values as they are kept."""
    moment = Moment.current()
    rows = HistoryEntry.objects.filter(client=subject.client).select_related(
        "author", "contact", "todo", "datasheet__module", "datasheet__main_contact", "kept_file"
    )
    ids = {contact.pk for contact in subject.contacts()}
    for block in _blocks(rows):
        mine = [one for one in block if subject.is_whole or _concerns(one, ids, traces)]
        for told in entries_of(subject.client, mine, moment):
            entry = told.told.entry
            if (kept := getattr(entry, "kept_file", None)) is not None:
                found.files[_place(f"earlier-{kept.pk}", kept.name)] = str(kept.file.name)
            yield {
                "at": entry.at.astimezone(moment.zone).isoformat(timespec="seconds"),
                "what": "".join(part.text for part in told.parts),
                "text": entry.text,
                "data": entry.data,
                "datasheet": entry.datasheet.title if entry.datasheet else "",
            }


def _concerns(entry: HistoryEntry, ids: set[int], traces: Traces) -> bool:
    if entry.contact_id in ids or (entry.todo is not None and entry.todo.contact_id in ids):
        return True
    return traces.are_in([entry.text, entry.data], own=True)


def _blocks(rows: Any) -> Iterator[list[HistoryEntry]]:
    after = 0
    while block := list(rows.filter(pk__gt=after).order_by("pk")[:BLOCK]):
        yield block
        after = block[-1].pk


def subject_named(of: str, pk: int) -> Subject | None:
    """The subject of an address ("client" or "contact", and its id), in the trash or not."""
    if of == "client":
        client: Client | None = Client.objects.filter(pk=pk).first()
        return Subject.of(client) if client else None
    contact: Contact | None = Contact.objects.select_related("client").filter(pk=pk).first()
    return Subject.of(contact.client, contact) if contact else None
