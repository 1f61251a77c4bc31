"""A client's contacts with their phones and emails, and its address: two queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField, F, Value
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
    contacts = list(Contact.objects.filter(client=client).order_by("sort_key", "pk"))
    contacts.sort(key=lambda contact: contact.pk != main_contact_id)
    channels, address = _channels(client)
    people = [
        Person(contact, channels.get(contact.pk, Channels()), contact.pk == main_contact_id)
        for contact in contacts
    ]
    return ClientCard(client, people, channels.get(None, Channels()), address)


_Line = tuple[str, int | None, bool, int, str, str, str]


def _channels(client: Client) -> tuple[dict[int | None, Channels], Address | None]:
    """Everything that hangs on the client, in one query."""
    found: dict[int | None, Channels] = {}
    address: Address | None = None
    for what, contact_id, is_default, _pk, first, second, third in _lines(client):
        mine = found.setdefault(contact_id, Channels())
        if what == "phone":
            phone = Phone(raw=first, e164=second, digits=third, is_default=is_default)
            mine.phones.append(phone)
        elif what == "email":
            mine.emails.append(Email(address=first, is_default=is_default))
        elif address is None:
            address = Address(street=first, town=second, postcode=third)
    return found, address


def _lines(client: Client) -> Iterable[_Line]:
    """(what, contact, default, id, three texts), the default ones first."""
    text = CharField()
    names = ("what", "of", "is_default", "pk", "one", "two", "three")

    def texts(one: str, two: str, three: str) -> dict[str, Cast]:
        return {
            "one": Cast(F(one), text),
            "two": Cast(F(two), text),
            "three": Cast(F(three), text),
        }

    phones = (
        Phone.objects.filter(client=client)
        .annotate(what=Value("phone"), of=F("contact_id"), **texts("raw", "e164", "digits"))
        .values_list(*names)
    )
    emails = (
        Email.objects.filter(client=client)
        .annotate(what=Value("email"), of=F("contact_id"), **texts("address", "folded", "kind"))
        .values_list(*names)
    )
    nobody = Cast(Value(None), Contact._meta.pk.__class__())
    addresses = (
        Address.objects.filter(client=client)
        .annotate(what=Value("address"), of=nobody, **texts("street", "town", "postcode"))
        .values_list(*names)
    )
    lines: list[_Line] = list(phones.union(emails, addresses, all=True))
    return sorted(lines, key=lambda line: (not line[2], line[3]))
