"""Which column of a table is what: by its heading, else by what stands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from importer import address_columns
from importer.contents import by_content, person_or_company, text_of
from importer.guesses import SURE, Guess, Heading, by_heading, fuzzily, read
from importer.headings import (
    AMBIGUOUS_NAMES,
    BY_KEY,
    MOST_PEOPLE,
    NOT_TAKEN,
    Target,
    of_person,
)
from importer.readers.base import Cell

SAMPLES: Final = 3
_NAMES: Final = frozenset({"full_name", "family_name", "given_name"})


@dataclass(frozen=True, slots=True)
class Match:
    """A column and the field it goes to; ``target`` is None for one that is left out.

    ``column`` counts from 0; ``score`` is 0..1, sure from SURE on; ``samples`` are its first
    different values.
    """

    column: int
    header: str
    target: Target | None
    score: float
    samples: list[str]

    @property
    def sure(self) -> bool:
        return self.target is not None and self.score >= SURE


@dataclass(frozen=True, slots=True)
class Named:
    """A field of the company. ``names`` are what it is and was called, as
    :func:`importer.guesses.heading_words` has it; ``labels`` are folded whole, for two fields may
    differ in a number alone.
    """

    target: Target
    names: frozenset[str]
    labels: frozenset[str] = frozenset()


# ---- All columns together ----------------------------------------------------------------------


def _by_name(heading: Heading, fields: Sequence[Named]) -> tuple[Target | None, float]:
    """The company's field that the heading names, of a marked one after "Contact 2"."""
    for field in fields:
        if heading.whole in field.labels:
            return field.target, 0.99
    said = {heading.words, heading.words.partition(" ")[2] if heading.marked else ""}
    for field in fields:
        if said & field.names:
            return field.target, 0.98
    names = {name: field.target for field in fields for name in field.names}
    near, score = fuzzily(heading.words, names)
    return names.get(near), score


def _candidates(
    column: int, header: str, heading: Heading, values: Sequence[str], fields: Sequence[Named]
) -> list[Guess]:
    if heading.number > MOST_PEOPLE:  # of a contact for whom there is no place
        return []
    key, score = ("", 0.0) if heading.words in NOT_TAKEN else by_heading(heading)
    named, how = _by_name(heading, fields) if fields and heading.words else (None, 0.0)
    found = [Guess(column, BY_KEY[key], score)] if key else []
    found += [Guess(column, named, how)] if named is not None else []
    if found or heading.words in NOT_TAKEN:
        return found
    if heading.words in AMBIGUOUS_NAMES:
        key, score = person_or_company(values)
    else:
        key, score = by_content(values)
        # A heading that says something else outweighs what the values look like.
        score *= 0.9 if header else 1.0
    return [Guess(column, BY_KEY[key], score)] if key else []


def _whose(headings: Sequence[Heading], guesses: list[list[Guess]]) -> list[list[Guess]]:
    """Which contact of the row each column is about.

    A name says it by its number, or by standing there a second time; "Telefon 2" is a phone of
    the second contact where a second one has a name, else another phone of the first.
    """
    firsts = [found[0].target if found else None for found in guesses]
    seen: Counter[str] = Counter()
    persons: list[int] = []
    current = 1
    for heading, target in zip(headings, firsts, strict=True):
        person = heading.number if heading.marked else 1
        if target is not None and target.key in _NAMES:
            seen[heading.words] += 1
            person = max(heading.number, min(seen[heading.words], MOST_PEOPLE))
            current = person
        elif target is not None and target.group == "contact" and not heading.marked:
            seen[heading.words] += 1
            person = -heading.number if heading.number > 1 else 0
            person = current if not person and seen[heading.words] > 1 else person or 1
        persons.append(person)
    named = {
        n for n, target in zip(persons, firsts, strict=True) if target and target.key in _NAMES
    }
    return [
        [replace(one, target=of_person(one.target, _settled(person, named))) for one in found]
        for person, found in zip(persons, guesses, strict=True)
    ]


def _settled(person: int, named: set[int]) -> int:
    """A number that may be of a contact (a negative one) is, if that contact has a name."""
    return person if person > 0 else -person if -person in named else 1


def _shared_out(guesses: Iterable[Guess]) -> dict[int, Guess]:
    """Leave each field that takes one column to the surest, the leftmost of equals."""
    chosen: dict[int, Guess] = {}
    taken: set[str] = set()
    for guess in sorted(guesses, key=lambda each: (-each.score, each.column)):
        if guess.column in chosen or guess.target.key in taken:
            continue
        chosen[guess.column] = guess
        if not guess.target.several:
            taken.add(guess.target.key)
    return chosen


def _spare(matches: list[Match], headings: Sequence[Heading]) -> list[Match]:
    """Leave out what says again in one column, less surely, what others say: a "Name" beside the
    family name and the given name; and the "State" of an address, which is no status.
    """
    keys = {found.target.key for found in matches if found.target}
    kept = []
    for found, heading in zip(matches, headings, strict=True):
        target = found.target
        key, dot, person = target.key.partition(".") if target else ("", "", "")
        parts = {f"family_name{dot}{person}", f"given_name{dot}{person}"}
        again = key == "full_name" and not found.sure and parts <= keys
        if again or (heading.words == "state" and keys & {"town", "postcode"}):
            found = replace(found, target=None, score=0.0)
        kept.append(found)
    return kept


def _samples(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[:SAMPLES]


def match(
    headers: Sequence[str], sample_rows: Sequence[Sequence[Cell]], fields: Sequence[Named] = ()
) -> list[Match]:
    """One Match a column, in their order. Some dozens of sample rows are enough.

    ``fields`` are those that the company added.
    """
    headings = [read(header) for header in headers]
    values: list[list[str]] = []
    for column in range(len(headers)):
        cells = (row[column] for row in sample_rows if column < len(row))
        values.append([text for text in map(text_of, cells) if text])
    found = [
        _candidates(column, header, headings[column], values[column], fields)
        for column, header in enumerate(headers)
    ]
    guesses = _whose(headings, address_columns.apart(headings, found))
    chosen = _shared_out(guess for several in guesses for guess in several)
    chosen = address_columns.streets(headings, guesses, chosen)
    matches = []
    for column, header in enumerate(headers):
        guess = chosen.get(column)
        target, score = (guess.target, round(guess.score, 2)) if guess else (None, 0.0)
        matches.append(Match(column, header, target, score, _samples(values[column])))
    return _spare(matches, headings)
