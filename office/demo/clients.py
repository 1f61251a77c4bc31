"""The demo's clients: companies and private persons with contacts, channels and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from stdnum.hu import anum

from crm.constants import ClientKind, EmailKind, PhoneKind
from crm.models import Address, Client, Contact, Email, Phone
from office.demo import texts
from web.text import fold, fold_company

# The tax authority's number of a county, by the first digit of the postcode (its biggest one).
COUNTIES = dict(
    zip("123456789", ("41", "13", "05", "09", "16", "03", "14", "19", "08"), strict=True)
)
POSITIONS = ("managing", "purchasing", "warehouse", "production", "finance", "office")
MOBILE = ("20", "30", "70")


@dataclass
class Clients:
    """The records, not saved yet, in the order in which they can be."""

    by_name: dict[str, Client] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    phones: list[Phone] = field(default_factory=list)
    emails: list[Email] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)

    def save(self) -> None:
        contacts = [contact for some in self.contacts.values() for contact in some]
        records: Sequence[Client | Contact | Phone | Email | Address] = [
            *self.by_name.values(),
            *contacts,
            *self.phones,
            *self.emails,
            *self.addresses,
        ]
        for record in records:
            record.derive()
        Client.objects.bulk_create(self.by_name.values())
        Contact.objects.bulk_create(contacts)
        Phone.objects.bulk_create(self.phones)
        Email.objects.bulk_create(self.emails)
        Address.objects.bulk_create(self.addresses)


def make_clients(random: Random, language: str, since: datetime) -> Clients:
    """All clients; `since` is when they were entered (a datasheet's story may start later)."""
    return _Maker(random, language, since).make()


class _Maker:
    def __init__(self, random: Random, language: str, since: datetime) -> None:
        self.random, self.language, self.since = random, language, since
        self.made = Clients()
        self.towns = {row["town"]: row["postcode"] for row in texts.rows("towns")}
        self.streets = texts.values("names", "street")
        self.positions = texts.words("position", language)

    def make(self) -> Clients:
        for row in texts.rows("companies"):
            self.company(row["name"], row["town"], row["industry"])
        for row in texts.rows("persons"):
            self.person(row["family"], row["given"])
        return self.made

    def company(self, name: str, town: str, industry: str) -> None:
        random, postcode = self.random, self.towns[town]
        number = self.tax_number()
        county = COUNTIES[postcode[0]]
        vat = "1" if name.endswith("Alapítvány") else "2"
        site = fold_company(name).replace(" ", "-").replace(",", "").replace(".", "") + ".example"
        client = Client(
            kind=ClientKind.COMPANY,
            name=name,
            tax_number=f"{number}-{vat}-{county}",
            eu_vat_number=f"HU{number}" if random.random() < 0.4 else "",
            registration_number=f"{county}-09-{random.randrange(10**5, 10**6)}",
            website=f"www.{site}" if random.random() < 0.7 else "",
            industry=texts.words("industry", self.language)[industry],
            size=random.choice(list(texts.words("size", self.language).values())),
            created_at=self.since,
        )
        self.made.by_name[name] = client
        self.address(client, postcode, town)
        self.contacts(client, site)
        if random.random() < 0.35:
            line = f"+36 {random.choice(('1', '22', '46', '62', '72', '96'))} "
            line += f"{random.randrange(200, 999)} {random.randrange(1000):03}"
            line += "4" if " 1 " in line else ""
            self.made.phones.append(
                Phone(client=client, kind=PhoneKind.WORK, raw=line, is_default=True)
            )
            self.made.emails.append(Email(client=client, address=f"info@{site}", is_default=True))

    def person(self, family: str, given: str) -> None:
        """A private person: a client with exactly one contact, whose name it bears."""
        name = f"{family} {given}"
        client = Client(kind=ClientKind.PERSON, name=name, created_at=self.since)
        self.made.by_name[name] = client
        town, postcode = self.random.choice(list(self.towns.items()))
        self.address(client, postcode, town)
        contact = self.contact(client, family, given, "")
        email = fold(f"{given}.{family}").replace(" ", "") + "@levelem.example"
        self.channels(contact, self.mobile(), email, EmailKind.PRIVATE)

    def contacts(self, client: Client, site: str) -> None:
        known = [row for row in texts.rows("contacts") if row["client"] == client.name]
        for row in known:
            contact = self.contact(client, row["family"], row["given"], row["position"])
            self.channels(contact, row["phone"], row["email"])
        if known:
            return
        positions = self.random.sample(POSITIONS, self.random.choice((1, 1, 2, 2, 3)))
        for position in positions:
            family = self.random.choice(texts.values("names", "family"))
            given = self.random.choice(texts.values("names", self.random.choice(("woman", "man"))))
            email = fold(f"{family}.{given}") + f"@{site}"
            contact = self.contact(client, family, given, position)
            self.channels(contact, self.mobile(), email if self.random.random() < 0.9 else "")

    def contact(self, client: Client, family: str, given: str, position: str) -> Contact:
        contact = Contact(
            client=client,
            family_name=family,
            given_name=given,
            position=self.positions.get(position, ""),
            created_at=self.since,
        )
        self.made.contacts.setdefault(client.name, []).append(contact)
        return contact

    def channels(
        self, contact: Contact, phone: str, email: str, kind: EmailKind = EmailKind.WORK
    ) -> None:
        of = {"client": contact.client, "contact": contact, "is_default": True}
        self.made.phones.append(Phone(kind=PhoneKind.MOBILE, raw=phone, **of))
        if email:
            self.made.emails.append(Email(kind=kind, address=email, **of))

    def address(self, client: Client, postcode: str, town: str) -> None:
        street = f"{self.random.choice(self.streets)} {self.random.randrange(1, 120)}."
        self.made.addresses.append(
            Address(client=client, postcode=postcode, town=town, street=street, is_default=True)
        )

    def mobile(self) -> str:
        number = self.random.randrange(10**6, 10**7)
        return f"+36 {self.random.choice(MOBILE)} {number // 10**4:03} {number % 10**4:04}"

    def tax_number(self) -> str:
        """Eight digits with the right check digit."""
        base = str(self.random.randrange(1_000_000, 3_000_000))
        return base + str(-anum.checksum(base) % 10)
