"""A client's contacts with their phones and emails, and its address, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from crm.models import Address, Client, Contact, Email, Phone


@dataclass
class Channels:
    """Phones and emails of a contact or of the company, the default ones first."""

    phones: list[Phone] = field(default_factory=list)
    emails: list[Email] = field(default_factory=list)

    @property
    def phone(self) -> Phone | None:
        return self.phones[0] if self.phones else None

    @property
    def email(self) -> Email | None:
        return self.emails[0] if self.emails else None


@dataclass
class Person:
    """A contact with how to reach them."""

    contact: Contact
    channels: Channels
    is_main: bool = False


@dataclass
class ClientCard:
    """What the datasheet's side shows of its client."""

    client: Client
    people: list[Person]
    company: Channels
    address: Address | None

    @property
    def contacts(self) -> Sequence[Contact]:
        return [person.contact for person in self.people]

    def channels_of(self, contact: Contact | None) -> Channels:
        """How to reach a contact; nobody, or one without a phone, by the company's own."""
        found = next((p.channels for p in self.people if p.contact == contact), Channels())
        return Channels(found.phones or self.company.phones, found.emails or self.company.emails)


def client_card(client: Client, main_contact_id: int | None = None) -> ClientCard:
    """The card of a client that the caller has found visible; the main contact comes first."""
    contacts: list[tuple[str, Contact]] = []
    found: dict[int | None, Channels] = {}
    address: Address | None = None
    for what, contact_id, is_default, pk, one, two, three, key in _lines(client):
        mine = found.setdefault(contact_id, Channels())
        if what == "contact":
            contact = Contact(pk=pk, client=client, family_name=one, given_name=two, position=three)
            contacts.append((key, contact))
        elif what == "phone":
            phone = Phone(raw=one, e164=two, digits=three, is_default=is_default)
            mine.phones.append(phone)
        elif what == "email":
            mine.emails.append(Email(address=one, is_default=is_default))
        elif address is None:
            address = Address(street=one, town=two, postcode=three)
    contacts.sort(key=lambda pair: (pair[1].pk != main_contact_id, pair[0], pair[1].pk))
    people = [
        Person(contact, found.get(contact.pk, Channels()), contact.pk == main_contact_id)
        for _key, contact in contacts
    ]
    return ClientCard(client, people, found.get(None, Channels()), address)


# what, contact, default, id, three texts, key of the order
_Line = tuple[str, int | None, bool, int, str, str, str, str]
_TEXTS = {
    Contact: ("family_name", "given_name", "position", "sort_key"),
    Phone: ("raw", "e164", "digits", "kind"),
    Email: ("address", "folded", "kind", "kind"),
    Address: ("street", "town", "postcode", "kind"),
}


def _lines(client: Client) -> list[_Line]:
    """Everything that hangs on the client, in one query; the default ones first."""
    parts = [_part(model, client) for model in _TEXTS]
    lines: list[_Line] = list(parts[0].union(*parts[1:], all=True))
    return sorted(lines, key=lambda line: (not line[2], line[3]))


def _part(model: Any, client: Client) -> QuerySet[Any, Any]:
    names = ("what", "of", "default", "pk", "one", "two", "three", "four")
    texts = {
        name: Cast(F(column), TextField())
        for name, column in zip(names[4:], _TEXTS[model], strict=True)
    }
    has_contact, has_default = model in (Phone, Email), model is not Contact
    nobody, no = Cast(Value(None), BigIntegerField()), Cast(Value(False), BooleanField())
    part: QuerySet[Any, Any] = (
        model.objects.filter(client=client)
        .annotate(
            what=Value(model.__name__.lower()),
            of=F("contact_id") if has_contact else nobody,
            default=F("is_default") if has_default else no,
            **texts,
        )
        .values_list(*names)
    )
    return part
