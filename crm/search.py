"""Search: clients, contacts and datasheets by what somebody types, as far as they may see them.

The index is kept in the transaction of each change (:func:`reindex`), the importer writes its rows
in bulk (:func:`crm.search_docs.index_of`), ``manage.py reindex`` makes it anew (:func:`rebuild`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Q

from accounts.models import User
from crm import access, search_docs
from crm.models import Address, Client, Contact, Datasheet, Email, Phone
from crm.search_sql import Scope, is_broad, look_inside, look_up
from crm.search_terms import Piece, Term, parse, parse_words, pieces
from web.prepared import Prepared, filled
from web.text import digits, fold, words

__all__ = ["Results", "find", "rebuild", "reindex"]

# Of a broad word so many rows are looked at, and the best of them shown. Never more.
CANDIDATES = 24


@dataclass
class Results:
    """What was found, the best first; each list has at most ``limit``, ``more`` says of cut ones.

    Clients come with ``town`` and contacts with ``phone_shown`` and ``email_shown`` to be shown.
    """

    terms: list[Term] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    datasheets: list[Datasheet] = field(default_factory=list)
    inside: bool = False
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.clients or self.contacts or self.datasheets)

    def pieces(self, text: str) -> list[Piece]:
        """A shown text with what was looked for marked in it."""
        return pieces(text, self.terms, inside=self.inside)


def find(user: User, text: str, limit: int = 20) -> Results:
    """The clients, contacts and datasheets in which every word of ``text`` begins a word.

    Accents and case don't matter; a run of three digits and more may be any part of a phone or
    tax number. When little begins so, it is looked for inside of words, where the database can.
    """
    scope = Scope.of(user)
    terms = parse(text)
    results = _find(user, terms, scope, limit)
    if not results and len(terms) == 1 and terms[0].numbers and " " in text.strip():
        results = _find(user, parse_words(text), scope, limit)
    return results


def clients_matching(user: User, text: str, most: int) -> list[int] | None:
    """The ids of visible clients that answer ``text``, in no order; None when there are more."""
    terms, scope = parse(text), Scope.of(user)
    if is_broad(terms, scope):
        return None
    hits = look_up(terms, scope, most + 1, clients_only=True)
    if not hits:
        hits = look_inside(terms, scope, most + 1, clients_only=True)
    return None if len(hits) > most else [hit.client_id for hit in hits]


def reindex(client_ids: Iterable[int]) -> None:
    """Bring the search index of these clients, their contacts and datasheets up to date."""
    if unique := list(dict.fromkeys(client_ids)):
        search_docs.refresh(unique)


def rebuild() -> int:
    """Make the whole index anew; the number of its rows."""
    return search_docs.rewrite_all()


# ---- From rows of the index to what is shown ---------------------------------------------------


def _find(user: User, terms: list[Term], scope: Scope, limit: int) -> Results:
    if not terms:
        return Results()
    most = max(CANDIDATES, limit)
    hits = look_up(terms, scope, most)
    inside = False
    if len(hits) < limit:
        more = look_inside(terms, scope, most)
        inside = len(more) > len(hits)
        hits = list(dict.fromkeys([*hits, *more]))
    first = [] if inside else _names_that_start(user, terms)
    client_ids = list(dict.fromkeys([*first, *(hit.client_id for hit in hits)]))
    found = _Found(user, terms, inside, client_ids, {hit.datasheet_id for hit in hits})
    return found.results(limit, broad=len(hits) >= most)


def _names_that_start(user: User, terms: Sequence[Term]) -> list[int]:
    """A few clients whose name starts with what was typed: of a broad word the likeliest.

    Only for those who see all clients: for others the walk could be long and find nothing.
    """
    if len(terms) > 1 or not access.sees_everything(user):
        return []
    start = terms[0].word
    return _BY_NAME.ask(start, _after(start))


def _after(start: str) -> str:
    """The first text, by code points, behind all those that start so."""
    return start[:-1] + chr(ord(start[-1]) + 1)


# Of so many ids at once, and multiples of it, the SQL is kept.
_AT_ONCE = 24

_BY_NAME = Prepared(
    lambda start, end: (
        Client.objects.filter(folded_name__gte=start, folded_name__lt=end)
        .order_by("folded_name")
        .values_list("pk", flat=True)[:10]
    )
)
_CLIENTS: Prepared[Client] = Prepared(
    lambda user, *ids, role: Client.objects.visible_to(User(pk=user, role=role)).filter(pk__in=ids)
)
_CONTACTS: Prepared[Contact] = Prepared(
    lambda *ids: Contact.objects.filter(client__in=ids).order_by("pk")
)
_PHONES = Prepared(
    lambda *ids: (
        Phone.objects.filter(client__in=ids)
        .order_by("-is_default", "pk")
        .values_list("client_id", "contact_id", "digits", "e164", "raw")
    )
)
_EMAILS = Prepared(
    lambda *ids: (
        Email.objects.filter(client__in=ids)
        .order_by("-is_default", "pk")
        .values_list("client_id", "contact_id", "folded", "address")
    )
)
_TOWNS = Prepared(
    lambda *ids: (
        Address.objects.filter(client__in=ids)
        .exclude(town="")
        .order_by("is_default", "-pk")
        .values_list("client_id", "town")
    )
)


def _sheets(user_id: int, *ids: int, role: str, lengths: tuple[int, ...], most: int) -> Any:
    """``ids`` are those of clients, of contacts, of datasheets, and of the clients seen."""
    rest = iter(ids)
    clients, contacts, datasheets, seen = (list(islice(rest, length)) for length in lengths)
    of_found = Q(client__in=clients) | Q(main_contact__in=contacts) | Q(pk__in=datasheets)
    return (
        Datasheet.objects.visible_to(User(pk=user_id, role=role))
        .filter(of_found, client__in=seen)
        .select_related("module", "client", "main_contact", "next_todo")
        .order_by("next_due_at", "pk")[:most]
    )


_DATASHEETS: Prepared[Datasheet] = Prepared(_sheets)


@dataclass
class _Found:
    """The candidates loaded, as far as they are visible, and sorted out in memory."""

    user: User
    terms: list[Term]
    inside: bool
    client_ids: Collection[int]
    datasheet_ids: Collection[int]

    def results(self, limit: int, *, broad: bool) -> Results:
        clients = [c for c in self.clients.values() if self._answers_client(c)]
        contacts = [c for c in self.contacts if self._answers_contact(c)]
        datasheets = self._datasheets(clients, contacts, limit + 1)
        shown = {c.client_id for c in contacts} | {d.client_id for d in datasheets}
        clients += [c for c in self.clients.values() if c not in clients and c.pk not in shown]
        clients.sort(key=lambda c: (not self._starts(c.folded_name), c.sort_key, c.pk))
        contacts.sort(key=lambda c: (not self._starts(c.folded_name), c.sort_key, c.pk))
        for client in clients[:limit]:
            client.town = self.towns.get(client.pk, "")  # type: ignore[attr-defined]
        for contact in contacts[:limit]:
            self._add_channels(contact)
        return Results(
            self.terms,
            clients[:limit],
            contacts[:limit],
            datasheets[:limit],
            self.inside,
            broad or max(len(clients), len(contacts), len(datasheets)) > limit,
        )

    # Loading

    @cached_property
    def clients(self) -> dict[int, Client]:
        ids = filled(self.client_ids, _AT_ONCE)
        visible = _CLIENTS.ask(self.user.pk, *ids, role=self.user.role)
        return {client.pk: client for client in visible}

    @cached_property
    def _seen(self) -> list[int]:
        return filled(self.clients, _AT_ONCE)

    @cached_property
    def contacts(self) -> list[Contact]:
        found = _CONTACTS.ask(*self._seen)
        for contact in found:
            contact.client = self.clients[contact.client_id]
        return found

    @cached_property
    def phones(self) -> dict[tuple[int, int | None], list[tuple[str, ...]]]:
        """(digits, E.164, as written) of each contact, or of the company: the default first."""
        return _grouped(_PHONES.ask(*self._seen))

    @cached_property
    def emails(self) -> dict[tuple[int, int | None], list[tuple[str, ...]]]:
        """(folded, as written) in the same way."""
        return _grouped(_EMAILS.ask(*self._seen))

    @cached_property
    def towns(self) -> dict[int, str]:
        return dict(_TOWNS.ask(*self._seen))

    def _datasheets(
        self, clients: list[Client], contacts: list[Contact], most: int
    ) -> list[Datasheet]:
        """Those found by themselves, and those of the clients and people found; urgent first."""
        lists = [
            filled(ids, _AT_ONCE)
            for ids in (
                [client.pk for client in clients],
                [contact.pk for contact in contacts],
                [pk for pk in self.datasheet_ids if pk],
                self.clients,
            )
        ]
        ids = [pk for some in lists for pk in some]
        lengths = tuple(len(some) for some in lists)
        return _DATASHEETS.ask(self.user.pk, *ids, role=self.user.role, lengths=lengths, most=most)

    # Answering

    def _all(self, texts: Iterable[str], numbers: Iterable[str] = ()) -> bool:
        found = [word for text in texts for word in words(fold(text))]
        runs = [digits(number) for number in numbers]
        return all(
            (term.within(found) if self.inside else term.begins(found)) or term.in_numbers(runs)
            for term in self.terms
        )

    def _answers_client(self, client: Client) -> bool:
        own = (client.pk, None)
        texts = [client.name, self.towns.get(client.pk, "")]
        texts += [folded for folded, _address in self.emails.get(own, ())]
        numbers = [client.tax_number, client.eu_vat_number, client.registration_number]
        return self._all(texts, numbers + [phone[0] for phone in self.phones.get(own, ())])

    def _answers_contact(self, contact: Contact) -> bool:
        """By name, phone or email, perhaps with the client's name beside; not by that alone."""
        key = (contact.client_id, contact.pk)
        texts = [contact.folded_name, *(folded for folded, _address in self.emails.get(key, ()))]
        numbers = [phone[0] for phone in self.phones.get(key, ())]
        if self._all(texts, numbers):
            return True
        name = contact.client.name
        return not self._all([name]) and self._all([*texts, name], numbers)

    def _starts(self, folded_name: str) -> bool:
        return any(folded_name.startswith(term.word) for term in self.terms)

    def _add_channels(self, contact: Contact) -> None:
        key = (contact.client_id, contact.pk)
        number, e164, raw = next(iter(self.phones.get(key, ())), ("", "", ""))
        phone = Phone(raw=raw, e164=e164, digits=number)
        emails = self.emails.get(key, [])
        answering = [email for email in emails if self._all([email[0]])]
        _folded, address = next(iter([*answering, *emails]), ("", ""))
        contact.phone_shown = phone.shown  # type: ignore[attr-defined]
        contact.email_shown = address  # type: ignore[attr-defined]


def _grouped(
    rows: Iterable[tuple[Any, ...]],
) -> dict[tuple[int, int | None], list[tuple[str, ...]]]:
    found: dict[tuple[int, int | None], list[tuple[str, ...]]] = defaultdict(list)
    for client_id, contact_id, *texts in rows:
        found[client_id, contact_id].append(tuple(texts))
    return found
