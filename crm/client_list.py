"""The list of clients by the Hungarian alphabet: a page of it costs the same at a million.

The order is that of an index, read from the last row's key. What narrows it (a text, a restricted
user's sight) is turned into ids where they are few, and compared row by row where they are many,
because then a page is soon full.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from crm import access, search
from crm.models import Address, Client, Contact, Datasheet, Phone, SearchDoc
from crm.search_terms import parse
from web.text import letter, letter_start

PAGE = 50
# So many ids are cheaper to sort than to walk the alphabet for; more are soon met on the way.
FEW = 2000
LONGEST_WORD = 1200


@dataclass(frozen=True)
class Place:
    """The last row seen: the next page starts behind it."""

    sort_key: str
    id: int

    def encode(self) -> str:
        """A word for an address."""
        raw = f"{self.id} {self.sort_key}".encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def decode(cls, word: str) -> Place | None:
        """The place of an address; None when the word is not one of ours."""
        if not word or len(word) > LONGEST_WORD:
            return None
        try:
            raw = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
            number, _blank, key = raw.decode().partition(" ")
            return cls(key, int(number)) if 0 <= int(number) < 2**63 else None
        except (ValueError, binascii.Error):
            return None


@dataclass
class Row:
    """A client as the list shows it; ``letter`` where a new letter of the alphabet starts."""

    client: Client
    letter: str = ""
    town: str = ""
    contact: Contact | None = None
    phone: Phone | None = None
    datasheets: int = 0


@dataclass(frozen=True)
class Page:
    """Some rows in order, and where the next page starts (empty: nowhere)."""

    rows: list[Row]
    after: str


def page(user: User, *, text: str = "", start: str = "", after: str = "") -> Page:
    """The clients that ``user`` sees and that answer ``text``, from a letter or a place on."""
    place = Place.decode(after)
    clients = _narrowed(user, text)
    if place is not None:
        behind = Q(sort_key__gt=place.sort_key) | Q(sort_key=place.sort_key, pk__gt=place.id)
        clients = clients.filter(behind, sort_key__gte=place.sort_key)
    elif key := letter_start(start):
        clients = clients.filter(sort_key__gte=key)
    # PostgreSQL reads the index in order only if its first column, though constant, is named.
    found = list(clients.order_by("trashed_at", "sort_key", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    last = Place(shown[-1].sort_key, shown[-1].pk).encode() if len(found) > PAGE else ""
    return Page(_rows(user, shown, letter(place.sort_key) if place else ""), last)


def ids(user: User, text: str, most: int) -> Iterator[int]:
    """All ids of the list as it is at this moment, in its order: one statement, read in blocks."""
    found = (
        _narrowed(user, text).order_by("trashed_at", "sort_key", "pk").values_list("pk", flat=True)
    )
    yield from found[:most].iterator(chunk_size=5000)


def size(user: User, text: str, cap: int) -> int:
    """How many clients the list has, at most ``cap``."""
    return _narrowed(user, text)[:cap].count()


def _narrowed(user: User, text: str) -> QuerySet[Any]:
    clients = Client.objects.filter(trashed_at=None)
    if parse(text):
        ids = search.clients_matching(user, text, FEW)
        if ids is not None:
            return Client.objects.visible_to(user).filter(pk__in=ids)
        clients = clients.filter(Exists(_answering(text)))
    if access.sees_everything(user):
        return clients
    seen = Datasheet.objects.visible_to(user).order_by()
    few = list(seen.values_list("client_id", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return clients.filter(pk__in=set(few))
    return clients.filter(Exists(seen.filter(client=OuterRef("pk"))))


def _answering(text: str) -> QuerySet[Any]:
    """The client's own row of the search index, if all words are in it."""
    docs = SearchDoc.objects.filter(client=OuterRef("pk"), datasheet_id=0)
    for term in parse(text):
        condition = Q(words__contains=f" {term.word}")
        for number in term.numbers:
            condition |= Q(numbers__contains=number)
        docs = docs.filter(condition)
    return docs


def _rows(user: User, clients: list[Client], letter_before: str) -> list[Row]:
    of = {"client__in": [client.pk for client in clients]}
    places = Address.objects.filter(**of).exclude(town="").order_by("is_default", "-pk")
    towns = dict(places.values_list("client_id", "town"))
    people: dict[int, Contact] = {}
    for contact in Contact.objects.filter(**of).order_by("pk"):
        people.setdefault(contact.client_id, contact)
    phones: dict[tuple[int, int | None], Phone] = {}
    for phone in Phone.objects.filter(**of).order_by("is_default", "-pk"):
        phones[phone.client_id, phone.contact_id] = phone
    sheets = Datasheet.objects.visible_to(user).filter(**of)
    counts = dict(sheets.values_list("client_id").annotate(n=Count("pk")).order_by())
    rows = []
    for client in clients:
        contact = people.get(client.pk)
        now = letter(client.sort_key)
        own = phones.get((client.pk, None))
        rows.append(
            Row(
                client,
                now if now != letter_before else "",
                towns.get(client.pk, ""),
                contact if client.is_company else None,
                phones.get((client.pk, contact.pk), own) if contact else own,
                counts.get(client.pk, 0),
            )
        )
        letter_before = now
    return rows
