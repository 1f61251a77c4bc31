"""The clients of a block of rows as they are now, with all that an update may change of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from accounts.models import User
from crm import access
from crm.bulk import among
from crm.constants import EntryKind, Shelf
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
from crm.value_rows import value_of
from importer import former
from importer.match import live_clients
from modules.models import Field, Module, Status

Record = TypeVar("Record", Client, Address)
_Key: TypeAlias = tuple[str, int]


@dataclass
class Held:
    """One client. ``sheets`` are its live datasheets in the module, the newest first.

    ``values`` are those of the company's fields, by whose field it is and the record's id;
    ``imported`` is what earlier imports changed.
    """

    client: Client
    contacts: list[Contact] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    emails: list[Email] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    sheets: list[Datasheet] = field(default_factory=list)
    values: dict[tuple[str, int], dict[int, Any]] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    imported: list[list[Any]] = field(default_factory=list)

    def value(self, about: str, pk: int, field_id: int) -> Any:
        return self.values.get((about, pk), {}).get(field_id)

    def before(self, ops: Sequence[former.Op]) -> Held:
        """By what the client was known before a row changed it so (:attr:`ImportedRow.changes`)."""
        old = {(what, told[0]): told[1] for verb, what, *told in ops if verb == "set"}
        new = {(what, told[0]) for verb, what, *told in ops if verb == "new"}
        return replace(
            self,
            client=_was(self.client, old),
            addresses=[_was(one, old) for one in self.addresses if _key(one) not in new],
            phones=[one for one in self.phones if _key(one) not in new],
            emails=[one for one in self.emails if _key(one) not in new],
            imported=[op for op in self.imported if op not in ops],
        )


def _was(record: Record, old: Mapping[_Key, Mapping[str, list[Any]]]) -> Record:
    found = copy(record)
    for name, (value, _new) in old.get(_key(record), {}).items():
        setattr(found, name, value)
    found.derive()
    return found


def _key(record: Client | Address | Phone | Email) -> _Key:
    return record._meta.label_lower, record.pk


def read(
    ids: Collection[int],
    *,
    user: User,
    module: Module | None,
    fields: Mapping[int, Field],
    statuses: Mapping[int, Status],
    notes: Collection[str] = (),
    lock: bool = False,
) -> dict[int, Held]:
    """These clients as far as the user sees them; ten queries, however many they are.

    ``fields`` are those whose values are read, ``statuses`` those of the module.

    ``notes`` are texts that are looked for in their histories. ``lock``: within a transaction,
    their rows stay as they are until its end; datasheets before clients, as everybody does.
    """
    if not ids:
        return {}
    sheets = _sheets(ids, user, module, statuses, lock)
    here = live_clients(user).filter(pk__in=among(ids)).order_by("pk")
    if lock:
        here = here.select_for_update(of=("self",), no_key=True)
    found = {client.pk: Held(client) for client in here if client.trashed_at is None}
    for sheet in sheets:
        if sheet.client_id in found:
            found[sheet.client_id].sheets.append(sheet)
    _add_parts(found)
    _add_values(found, fields)
    for pk, ops in former.changes_of(found).items():
        found[pk].imported = ops
    if notes:
        _add_notes(found, notes)
    return found


def _sheets(
    ids: Collection[int],
    user: User,
    module: Module | None,
    statuses: Mapping[int, Status],
    lock: bool,
) -> list[Datasheet]:
    """Read alone, also because PostgreSQL drops rows that it waited for where they are joined;
    and by the client alone, as in :func:`importer.match.live_clients`.
    """
    if module is None:
        return []
    everything = access.sees_everything(user)
    seen = Datasheet.objects.all() if everything else Datasheet.objects.visible_to(user)
    seen = seen.filter(client__in=among(ids)).order_by("pk")
    here = seen.select_for_update(of=("self",)) if lock else seen
    found = [one for one in here if one.module_id == module.pk and one.shelf != Shelf.TRASH]
    for sheet in found:
        sheet.module = module
        if sheet.status_id in statuses:
            sheet.status = statuses[sheet.status_id]
    return found[::-1]


def _add_parts(found: dict[int, Held]) -> None:
    """Contacts, phones, emails and addresses, the default address first."""
    for contact in Contact.objects.filter(client__in=among(found)).order_by("pk"):
        held = found[contact.client_id]
        contact.client = held.client
        held.contacts.append(contact)
    for phone in Phone.objects.filter(client__in=among(found)).order_by("pk"):
        found[phone.client_id].phones.append(phone)
    for email in Email.objects.filter(client__in=among(found)).order_by("pk"):
        found[email.client_id].emails.append(email)
    for address in Address.objects.filter(client__in=among(found)).order_by("-is_default", "pk"):
        found[address.client_id].addresses.append(address)


def _add_notes(found: dict[int, Held], notes: Collection[str]) -> None:
    told = HistoryEntry.objects.filter(
        client__in=among(found), kind=EntryKind.NOTE, text__in=among(notes), taken_back_at=None
    )
    for pk, text in told.values_list("client_id", "text"):
        found[pk].notes.add(text)


def _add_values(found: dict[int, Held], fields: Mapping[int, Field]) -> None:
    if not fields:
        return
    client_of = {sheet.pk: pk for pk, held in found.items() for sheet in held.sheets}
    rows: dict[tuple[int, str, int, int], list[FieldValue]] = {}
    of_people = FieldValue.objects.filter(client__in=among(found), field__in=fields)
    of_sheets = FieldValue.objects.filter(datasheet__in=among(client_of), field__in=fields)
    for row in [*of_people.order_by("slot", "pk"), *of_sheets.order_by("slot", "pk")]:
        owner = row.datasheet_id or row.contact_id or row.client_id or 0
        client_id = client_of[row.datasheet_id] if row.datasheet_id else row.client_id or 0
        key = (client_id, fields[row.field_id].about, owner, row.field_id)
        rows.setdefault(key, []).append(row)
    for (client_id, about, owner, field_id), held in rows.items():
        values = found[client_id].values.setdefault((about, owner), {})
        values[field_id] = value_of(fields[field_id], held)
