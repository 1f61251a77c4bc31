"""What a person is recognised by in texts: names, email addresses, phone numbers.

A pattern finds the candidates in the database, :meth:`Traces.are_in` decides. Accents, case and
Hungarian endings ("Annával") don't matter. A name, address or number that somebody else bears too
says nothing outside of the person's own client, and is sought only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from accounts.models import User
from crm.models import Client, Contact, Email, Phone
from web.text import digits, fold, fold_company

SHORTEST_PART: Final = 3
LONGEST_ENDING: Final = 7
PHONE_DIGITS: Final = 8
_TOKEN: Final = re.compile(r"\w+")
# The letters that fold to each plain one.
_ALIKE: Final = {
    "a": "áàâäãåăąā", "c": "ćčç", "d": "ďđ", "e": "éèêëěęē", "g": "ğ", "i": "íìîïī", "l": "łľĺ",
    "n": "ńňñ", "o": "óòôöőõøō", "r": "řŕ", "s": "śšşș", "t": "ťţț", "u": "úùûüűůū", "y": "ýÿ",
    "z": "źžż",
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Whose data: a client with all its people (``contact`` None), or one contact of a company."""

    client: Client
    contact: Contact | None = None

    @classmethod
    def of(cls, client: Client, contact: Contact | None = None) -> Subject:
        """A private person is their own and only contact: then it is the whole client."""
        return cls(client, contact if client.is_company else None)

    @property
    def is_whole(self) -> bool:
        return self.contact is None

    @property
    def name(self) -> str:
        return self.contact.full_name if self.contact else self.client.name

    @property
    def key(self) -> str:
        """How the activity log calls it, without a name."""
        return f"contact {self.contact.pk}" if self.contact else f"client {self.client.pk}"

    def contacts(self) -> list[Contact]:
        if self.contact is not None:
            return [self.contact]
        return list(Contact.objects.filter(client=self.client).order_by("pk"))


@dataclass(frozen=True)
class Traces:
    """``names``, ``emails``, ``phones`` (last digits) are sought everywhere; ``own_names`` and the
    single ``parts`` of names only within the client's own records.
    """

    names: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    own_names: frozenset[str]
    own_emails: frozenset[str]
    own_phones: frozenset[str]
    parts: frozenset[str]

    def are_in(self, told: Any, *, own: bool = False) -> bool:
        """Whether a text, or any text within a JSON value, names the person."""
        return any(self._are_in(text, own) for text in texts_in(told))

    def _are_in(self, text: str, own: bool) -> bool:
        tokens = _TOKEN.findall(text)
        folded = [fold(token) for token in tokens]
        line = f" {' '.join(folded)}"
        lower, numbers = text.lower(), digits(text)
        names, emails, phones = self._sought(own)
        return (
            any(f" {name}" in line for name in names)
            or any(email in lower for email in emails)
            or any(phone in numbers for phone in phones)
            or (own and self._has_part(tokens, folded))
        )

    def _sought(self, own: bool) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        if own:
            return self.own_names, self.own_emails, self.own_phones
        return self.names, self.emails, self.phones

    def _has_part(self, tokens: list[str], folded: list[str]) -> bool:
        """A word that begins with one of the names, with a capital: "Annával", but not "nagyon"."""
        return any(
            token[:1].isupper() and word.startswith(part)
            and len(word) - len(part) <= LONGEST_ENDING
            for token, word in zip(tokens, folded, strict=True)
            for part in self.parts
        )  # fmt: skip

    def pattern(self) -> str:
        """A regular expression that both databases know; empty when there is nothing to seek.

        It also fits JSON, where SQLite keeps letters with accents as their numbers.
        """
        wanted = [_spelled(name) for name in sorted(self.names)]
        wanted += [re.escape(email) for email in sorted(self.emails)]
        wanted += ["[^0-9]{0,3}".join(phone) for phone in sorted(self.phones)]
        return "|".join(f"({one})" for one in wanted)


def candidates(fields: Iterable[str], pattern: str) -> Q:
    """Rows in one of whose text columns the pattern is found."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__iregex": pattern})
    return found


def texts_in(told: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for one in told.values():
            yield from texts_in(one)
    elif isinstance(told, list | tuple):
        for one in told:
            yield from texts_in(one)


def traces_of(subject: Subject) -> Traces:
    """What ``subject`` is recognised by now; call it before anything is erased."""
    contacts = subject.contacts()
    ids = [contact.pk for contact in contacts]
    own = {"client": subject.client} if subject.is_whole else {"contact__in": ids}
    names = {name for contact in contacts for name in _both_ways(contact)}
    parts = {
        part
        for contact in contacts
        for part in fold(f"{contact.family_name} {contact.given_name}").split()
    }
    if subject.is_whole:
        names.add(_plain(fold_company(subject.client.name)))
    emails = set(Email.objects.filter(**own).values_list("folded", flat=True))
    phones = {
        run[-PHONE_DIGITS:]
        for run in Phone.objects.filter(**own).values_list("digits", flat=True)
        if len(run) >= PHONE_DIGITS
    }
    return Traces(
        names=frozenset(name for name in names if name and not _is_borne(name, subject, ids)),
        emails=frozenset(email for email in emails if not _is_used(email, subject, ids)),
        phones=frozenset(phone for phone in phones if not _is_dialled(phone, subject, ids)),
        own_names=frozenset(name for name in names if name),
        own_emails=frozenset(emails),
        own_phones=frozenset(phones),
        parts=frozenset(part for part in parts if len(part) >= SHORTEST_PART),
    )


def _both_ways(contact: Contact) -> Iterator[str]:
    family, given = _plain(fold(contact.family_name)), _plain(fold(contact.given_name))
    if family and given:
        yield f"{family} {given}"
        yield f"{given} {family}"


def _plain(folded: str) -> str:
    """The words alone, as texts are compared."""
    return " ".join(_TOKEN.findall(folded))


def _others(subject: Subject, ids: list[int]) -> Q:
    return ~Q(client=subject.client) if subject.is_whole else ~Q(contact__in=ids) | Q(contact=None)


def _is_borne(name: str, subject: Subject, ids: list[int]) -> bool:
    """Whether somebody else has the name, or it is a single word, which many may have."""
    if " " not in name:
        return True
    reversed_name = " ".join(reversed(name.split(" ", 1)))
    either = Q(folded_name__in=[name, reversed_name])
    return (
        Contact.objects.filter(either).exclude(pk__in=ids).exists()
        or Client.objects.filter(either).exclude(pk=subject.client.pk).exists()
        or User.objects.filter(either).exists()
    )


def _is_used(email: str, subject: Subject, ids: list[int]) -> bool:
    others = Email.objects.filter(_others(subject, ids), folded=email)
    return others.exists() or User.objects.filter(email__iexact=email).exists()


def _is_dialled(phone: str, subject: Subject, ids: list[int]) -> bool:
    return Phone.objects.filter(_others(subject, ids), digits__endswith=phone).exists()


def _spelled(name: str) -> str:
    return "[^a-z0-9]{1,3}".join("".join(map(_letter, word)) for word in name.split())


def _letter(letter: str) -> str:
    """The letter with any accent, as itself or as JSON writes it."""
    if not letter.isalpha():
        return re.escape(letter)
    alike = _ALIKE.get(letter, "" if letter.isascii() else letter)
    both = sorted({*alike, *alike.upper()})
    numbers = [rf"\\u{ord(one):04x}" for one in both]
    return f"({'|'.join([letter, *both, *numbers])})" if both else letter
