"""Clients: made together with a datasheet, changed, put into the trash and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from crm import access, keeping, search
from crm.actions.channels import Change, Channel, set_channels
from crm.actions.datasheets import DatasheetPlan, make_datasheet
from crm.actions.todos import TodoPlan
from crm.constants import ClientKind, EntryKind, Shelf
from crm.errors import Conflict, Forbidden, Refused
from crm.models import Address, Client, Contact, Datasheet, HistoryEntry
from crm.value_rows import Values, start

FIELDS = (
    "name",
    "tax_number",
    "eu_vat_number",
    "registration_number",
    "website",
    "industry",
    "size",
    "bank_account",
    "notes",
)


@dataclass(frozen=True)
class ContactPlan:
    """What a contact is to be. Of several defaults the first counts, of none the first one."""

    family_name: str = ""
    given_name: str = ""
    position: str = ""
    phones: Sequence[Channel] = ()
    emails: Sequence[Channel] = ()
    values: Values = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        return bool(self.family_name or self.given_name)


@dataclass(frozen=True)
class ClientPlan:
    """What a new client is to be. A person bears the name of the contact.

    Phones and emails of a contact without a name belong to the company itself.
    """

    kind: str
    name: str = ""
    tax_number: str = ""
    contact: ContactPlan | None = None
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class AddressPlan:
    """A postal address as a form gives it."""

    kind: str
    country: str = ""
    postcode: str = ""
    town: str = ""
    street: str = ""
    is_default: bool = False


def create_client(
    plan: ClientPlan, sheet: DatasheetPlan, *, actor: User, todo: TodoPlan | None = None
) -> Datasheet:
    """A new client with its contact, its first datasheet and perhaps a first todo, all at once.

    The actor must see what they made: a restricted user keeps it or leaves it to nobody.
    """
    with transaction.atomic():
        client, contact = _make_client(plan, actor)
        return _open(client, contact, sheet, todo, actor)


def open_datasheet(
    client_id: int,
    sheet: DatasheetPlan,
    *,
    actor: User,
    todo: TodoPlan | None = None,
    contact: ContactPlan | None = None,
) -> Datasheet:
    """A new datasheet of a client that is there, perhaps with a new contact of it."""
    with changing_client(client_id, actor=actor) as client:
        added = None
        if contact is not None and contact.is_named:
            added = make_contact(client, contact, actor=actor)
        return _open(client, added, sheet, todo, actor)


def change_client(
    client_id: int,
    values: Mapping[str, str],
    *,
    actor: User,
    version: int | None = None,
    phones: Sequence[Channel] | None = None,
    emails: Sequence[Channel] | None = None,
    addresses: Sequence[AddressPlan] | None = None,
) -> Client:
    """Set some of :data:`FIELDS`, the company's own channels and its addresses; None: as it is."""
    with changing_client(client_id, actor=actor, version=version) as client:
        changes = []
        for name in FIELDS:
            new = values.get(name, getattr(client, name)).strip()
            if new != getattr(client, name):
                changes.append(Change(name, getattr(client, name), new))
                setattr(client, name, new)
        if not client.name:
            raise Refused(_("Write the company's name."), field="name")
        changes += set_channels(client, None, phones, emails)
        if addresses is not None:
            changes += _set_addresses(client, addresses)
        record_changes(client, changes, actor=actor)
        return client


def trash_client(client_id: int, *, actor: User) -> Client:
    """Into the trash: by administrators and managers, and only without live datasheets."""
    with changing_client(client_id, actor=actor) as client:
        allowed = access.may(actor, "trash", client)
        if not allowed:
            raise Forbidden(allowed.reason)
        if Datasheet.objects.filter(client=client).exclude(shelf=Shelf.TRASH).exists():
            raise Refused(_("It still has datasheets. Move those to the trash first."))
        client.trashed_at, client.trashed_by = timezone.now(), actor
        record_client(EntryKind.TRASHED, client, actor=actor)
        audit.record(actor, "client.trashed", client.name, {"client": client.pk})
        return client


def restore_client(client_id: int, *, actor: User) -> Client:
    """Out of the trash, for a while; for others than administrators and managers it has none."""
    with transaction.atomic():
        client: Client | None = (
            Client.objects.filter(pk=client_id, trashed_at__isnull=False)
            .select_for_update(no_key=True)
            .first()
        )
        if client is None or not access.may(actor, "restore", client):
            raise Http404
        if client.trashed_at is not None and client.trashed_at < keeping.trash_limit():
            raise Refused(keeping.too_late())
        client.trashed_at = client.trashed_by = None
        record_client(EntryKind.RESTORED, client, actor=actor)
        audit.record(actor, "client.restored", client.name, {"client": client.pk})
        _save(client)
        return client


# ---- What changes of a client share ------------------------------------------------------------


@contextmanager
def changing_client(client_id: int, *, actor: User, version: int | None = None) -> Iterator[Client]:
    """Lock a client that ``actor`` sees, let it be changed, then save and index it.

    Raises Http404 when it doesn't exist for the actor, :class:`Conflict` when ``version`` is
    not the present one.
    """
    with transaction.atomic():
        seen = Client.objects.visible_to(actor).filter(pk=client_id)
        client: Client | None = seen.select_for_update(of=("self",), no_key=True).first()
        if client is None:
            raise Http404
        if version is not None and version != client.version:
            raise Conflict(
                _("Somebody changed this while you were editing. Look at both, then save again."),
                client,
            )
        yield client
        _save(client)


def _save(client: Client) -> None:
    client.version += 1
    client.save()
    search.reindex([client.pk])


def record_client(
    kind: EntryKind,
    client: Client,
    *,
    actor: User | None,
    text: str = "",
    data: dict[str, Any] | None = None,
    contact: Contact | None = None,
) -> HistoryEntry:
    """Write what happened to the client itself, not to one of its datasheets."""
    entry: HistoryEntry = HistoryEntry.objects.create(
        client=client,
        author=actor,
        kind=kind,
        text=text,
        data=data or {},
        contact=contact,
        at=timezone.now(),
    )
    return entry


def record_changes(
    client: Client,
    changes: Sequence[Change],
    *,
    actor: User,
    contact: Contact | None = None,
) -> None:
    """One entry for each field that changed, with both values."""
    for change in changes:
        data = {"field": change.field, "from": change.old, "to": change.new}
        if contact is not None:
            data["of"] = contact.full_name
        record_client(EntryKind.CHANGED, client, actor=actor, data=data, contact=contact)


def make_contact(client: Client, plan: ContactPlan, *, actor: User) -> Contact:
    """A new contact of a client that the caller has locked; a person has one and only one."""
    if not client.is_company and Contact.objects.filter(client=client).exists():
        raise Refused(_("A private person is their own and only contact."))
    if not plan.is_named:
        raise Refused(_("Write a family name or a given name."), field="family_name")
    contact = Contact.objects.create(
        client=client,
        family_name=plan.family_name,
        given_name=plan.given_name,
        position=plan.position,
    )
    set_channels(client, contact, plan.phones, plan.emails)
    start(contact, plan.values)
    if client.is_company:
        data = {"field": "contact", "from": "", "to": contact.full_name}
        record_client(EntryKind.CHANGED, client, actor=actor, data=data, contact=contact)
    return contact


def _make_client(plan: ClientPlan, actor: User) -> tuple[Client, Contact | None]:
    person = plan.contact or ContactPlan()
    if plan.kind == ClientKind.PERSON:
        named = Contact(family_name=person.family_name, given_name=person.given_name)
        name, field = named.full_name, "family_name"
    else:
        name, field = plan.name.strip(), "name"
    if not name:
        raise Refused(_("Write a name."), field=field)
    client = Client.objects.create(
        kind=plan.kind,
        name=name,
        tax_number=plan.tax_number if plan.kind == ClientKind.COMPANY else "",
        created_by=actor,
    )
    start(client, plan.values)
    record_client(EntryKind.CREATED, client, actor=actor)
    if person.is_named:
        return client, make_contact(client, person, actor=actor)
    set_channels(client, None, person.phones, person.emails)
    return client, None


def _open(
    client: Client,
    contact: Contact | None,
    sheet: DatasheetPlan,
    todo: TodoPlan | None,
    actor: User,
) -> Datasheet:
    main = contact or sheet.main_contact
    if main is not None and main.client_id != client.pk:
        raise Refused(_("Choose a contact of this client."), field="contact")
    if todo is not None:
        todo = replace(todo, contact=main)
    made = make_datasheet(client, replace(sheet, main_contact=main), actor=actor, todo=todo)
    if not access.can_see(actor, made):
        raise Refused(
            _("Choose yourself or nobody: otherwise you couldn't see it."), field="responsible"
        )
    return made


def _set_addresses(client: Client, plans: Sequence[AddressPlan]) -> list[Change]:
    """The client's addresses are these; the first default is the default, else the first one."""
    default = next((i for i, plan in enumerate(plans) if plan.is_default), 0)
    new = [Address(client=client, **vars(plan)) for plan in plans]
    for i, address in enumerate(new):
        address.is_default = i == default
    old = list(Address.objects.filter(client=client).order_by("pk"))
    if [_address(one) for one in old] == [_address(one) for one in new]:
        return []
    Address.objects.filter(client=client).delete()
    for address in new:
        address.save()
    return [Change("addresses", _lines(old), _lines(new))]


def _address(one: Address) -> tuple[str, ...]:
    return (one.kind, one.country, one.postcode, one.town, one.street, str(one.is_default))


def _lines(addresses: Sequence[Address]) -> str:
    return "; ".join(str(address) for address in addresses)
