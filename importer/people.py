"""The contacts of a row: who they are, and how each is reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models.company import name_order
from importer import values
from importer.headings import BY_KEY, of_person, split
from importer.mapped import Mapped
from importer.values import Wrong

# How long a phone number is kept.
MOST_OF_A_PHONE: Final = 50


@dataclass
class Person:
    """A contact of a row; without a name it stands for the company's own phones and emails.

    ``values`` are of the company's fields of contacts, by the field's id, as they are stored.
    ``number`` tells the contacts of the row apart, as their targets do ("phone.2").
    """

    family_name: str = ""
    given_name: str = ""
    position: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    values: dict[int, Any] = field(default_factory=dict)
    number: int = 1

    @property
    def is_named(self) -> bool:
        return bool(self.family_name or self.given_name)

    @property
    def full_name(self) -> str:
        """The name in the company's order of names."""
        parts = [self.family_name, self.given_name]
        return " ".join(filter(None, parts if name_order() != "given_first" else reversed(parts)))

    @property
    def is_empty(self) -> bool:
        return not (self.is_named or self.phones or self.emails)


@dataclass
class Found:
    """What a row says of its people. ``notes`` is what has no other place to be kept in."""

    people: list[Person]
    notes: list[str]
    wrong: list[Wrong]


def numbers(targets: Iterable[str]) -> list[int]:
    """The numbers of the contacts that a row may tell of, in their order."""
    return sorted({split(target)[1] for target in targets})


def read(mapped: Mapped, contacts: Sequence[int], *, family_first: bool) -> Found:
    """The people of a row: the company's own phones and emails first, then the contacts by their
    numbers. What is reached by a number or address without a name is reached at the company.
    """
    found = Found([], [], [])
    own = Person()
    _channels(own, mapped, ("company_phone", "company_email"), found)
    for n in contacts:
        person = _named(mapped, n, family_first=family_first)
        keys = (_key("phone", n), _key("email", n))
        if person.is_named:
            found.people.append(person)
            _channels(person, mapped, keys, found)
        else:
            _channels(own, mapped, keys, found)
            found.notes += _homeless(person)
    if not own.is_empty:
        found.people.insert(0, own)
    return found


@cache
def _key(base: str, person: int) -> str:
    return of_person(BY_KEY[base], person).key


def _named(mapped: Mapped, n: int, *, family_first: bool) -> Person:
    person = Person(number=n)
    full = mapped.joined(_key("full_name", n))
    if full:
        names = values.person(full, family_first=family_first)
        person.family_name, person.given_name = names
    person.family_name = mapped.joined(_key("family_name", n)) or person.family_name
    person.given_name = mapped.joined(_key("given_name", n)) or person.given_name
    person.position = mapped.joined(_key("position", n), ", ")
    return person


def _channels(person: Person, mapped: Mapped, keys: tuple[str, str], found: Found) -> None:
    phone, email = keys
    for text in mapped.all(phone):
        numbers, other = values.phones(text)
        person.phones += [number[:MOST_OF_A_PHONE] for number in numbers]
        found.notes += other
    for text in mapped.all(email):
        try:
            person.emails += values.emails(text)
        except Wrong as wrong:
            found.wrong.append(Wrong(str(wrong), email))
    person.phones = list(dict.fromkeys(person.phones))
    person.emails = list(dict.fromkeys(person.emails))


def _homeless(person: Person) -> list[str]:
    """A position of nobody."""
    if not person.position:
        return []
    return [_("%(field)s: %(value)s") % {"field": _("Position"), "value": person.position}]
