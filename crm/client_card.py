"""A client's contacts with their phones and emails, and its address, in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.models import Address, Client, Contact, Email, Phone
from crm.values import Shown
from web import statements
from web.prepared import of_row


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
    fields: Sequence[Shown] = ()


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

    def add_fields(self, found: Mapping[int, Sequence[Shown]]) -> None:
        """Give the contacts what :func:`crm.values.of_contacts` has found."""
        for person in self.people:
            person.fields = found.get(person.contact.pk, ())

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
            names = {"family_name": one, "given_name": two, "position": three}
            contact = of_row(Contact, id=pk, client_id=client.pk, **names)
            contact.client = client
            contacts.append((key, contact))
        elif what == "phone":
            numbers = {"raw": one, "e164": two, "digits": three}
            mine.phones.append(of_row(Phone, id=pk, is_default=is_default, **numbers))
        elif what == "email":
            mine.emails.append(of_row(Email, id=pk, is_default=is_default, address=one))
        elif address is None:
            address = of_row(Address, id=pk, street=one, town=two, postcode=three)
    contacts.sort(key=lambda pair: (pair[1].pk != main_contact_id, pair[0], pair[1].pk))
    people = [
        Person(contact, found.get(contact.pk, Channels()), contact.pk == main_contact_id)
        for _key, contact in contacts
    ]
    return ClientCard(client, people, found.get(None, Channels()), address)


# what, contact, default, id, three texts, key of the order
_Line = tuple[str, int | None, bool, int, str, str, str, str]
# Written by hand: built by the ORM, this union cost more than it took the database to answer it.
_LINES = """
SELECT 'contact', NULL, FALSE, id, family_name, given_name, position, sort_key
FROM crm_contact WHERE client_id = %(client)s
UNION ALL SELECT 'phone', contact_id, is_default, id, raw, e164, digits, ''
FROM crm_phone WHERE client_id = %(client)s
UNION ALL SELECT 'email', contact_id, is_default, id, address, '', '', ''
FROM crm_email WHERE client_id = %(client)s
UNION ALL SELECT 'address', NULL, is_default, id, street, town, postcode, ''
FROM crm_address WHERE client_id = %(client)s
"""


def _lines(client: Client) -> list[_Line]:
    """Everything that hangs on the client, in one query; the default ones first."""
    with statements.cursor() as db:
        db.execute(_LINES, {"client": client.pk})
        lines: list[_Line] = db.fetchall()
    return sorted(lines, key=lambda line: (not line[2], line[3]))
