"""Which column of a table is what: by its heading, else by what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz, process

from importer.contents import by_content, person_or_company, text_of
from importer.headings import (
    AMBIGUOUS_NAMES,
    BY_KEY,
    GROUPS,
    KNOWN,
    MOST_PEOPLE,
    NOT_TAKEN,
    OF_COMPANY,
    PREFIXES,
    TARGETS,
    WEAK,
    Target,
    of_person,
)
from importer.readers.base import Cell
from web.text import fold, words

__all__ = ["BY_KEY", "GROUPS", "TARGETS", "Match", "Named", "Target", "looks_like_heading", "match"]

SAMPLES: Final = 3
SURE: Final = 0.8
"""A match below this is a guess, to be looked at."""

_FUZZY: Final = 88.0
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_ASIDE: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_JOINED: Final = {known.replace(" ", ""): key for known, key in KNOWN.items()}
_ORDINALS: Final = {
    **dict.fromkeys(("masodik", "masodlagos", "second", "secondary"), 2),
    **dict.fromkeys(("harmadik", "third"), 3),
    **dict.fromkeys(("negyedik", "fourth"), 4),
    **dict.fromkeys(("otodik", "fifth"), 5),
}
_PEOPLE: Final = frozenset(name for name, group in PREFIXES.items() if group == "contact")
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
    """A field of the company with what it is and was called, as :func:`heading_words` has it;
    ``labels`` are folded whole, for two fields may differ in a number alone.
    """

    target: Target
    names: frozenset[str]
    labels: frozenset[str] = frozenset()


# ---- By the heading ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart. ``number`` is the "2" of "Telefon 2", 1 when there is none;
    ``marked``: it says that it is the number of a contact ("2. kapcsolattartó telefonja").
    ``whole`` is all of it, folded, what says which contact it is about left out ("Contact 2:").
    """

    words: str
    number: int = 1
    marked: bool = False
    whole: str = ""


def _read(header: str) -> Heading:
    bare = _ASIDE.sub(" ", header) if _ASIDE.sub(" ", header).strip() else header
    parts = words(fold(_CAMEL.sub(" ", bare)))
    number, marked = 1, False
    kept: list[str] = []
    for at, part in enumerate(parts):
        found = int(part) if part.isdigit() and len(part) < 3 else _ORDINALS.get(part, 0)
        if not found and not part.isdigit():
            kept.append(part)
        elif found and number == 1 and not marked:
            beside = {*parts[max(at - 1, 0) : at], *parts[at + 1 : at + 2]}
            if (marked := bool(beside & _PEOPLE)) or found <= MOST_PEOPLE:
                number = found
    whole = header.partition(":")[2] if marked and ":" in header else header
    return Heading(" ".join(kept), number, marked, fold(whole))


def heading_words(header: str) -> str:
    """A heading as KNOWN has it: "Telefon 2 (mobil)" is "telefon", "postalCode" "postal code"."""
    return _read(header).words


def _exactly(name: str) -> tuple[str, float]:
    if name in KNOWN:
        return KNOWN[name], WEAK.get(name, 1.0)
    return (_JOINED[name.replace(" ", "")], 0.95) if name.replace(" ", "") in _JOINED else ("", 0.0)


def _after_prefix(name: str) -> tuple[str, float]:
    """ "Person - Phone - Work" is the phone of a person, "Cég: Telefon" that of the company."""
    for n in (2, 1):
        first, rest = " ".join(name.split()[:n]), " ".join(name.split()[n:])
        group = PREFIXES.get(first)
        if group is None or not rest:
            continue
        key = _exactly(rest)[0]
        if rest in AMBIGUOUS_NAMES or (group == "datasheet" and rest == "title"):
            names = {"client": "company_name", "contact": "full_name"}
            key = names.get(group, "datasheet_name" if group == "datasheet" else "")
        elif group == "client":
            key = OF_COMPANY.get(key, key)
        if key and (group != "address" or BY_KEY[key].group == "address"):
            return key, 0.94
    return "", 0.0


def _fuzzily(name: str, known: Iterable[str]) -> tuple[str, float]:
    if len(name) < 4 or name in AMBIGUOUS_NAMES:
        return "", 0.0
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return (found[0], found[1] / 100 - 0.1) if found else ("", 0.0)


def _by_heading(heading: Heading) -> tuple[str, float]:
    name = heading.words
    if not name:
        return "", 0.0
    key, score = _exactly(name)
    if not key:
        key, score = _after_prefix(name)
    if not key:
        near, score = _fuzzily(name, KNOWN)
        key = KNOWN.get(near, "")
    if not key and heading.number > 1 and name in AMBIGUOUS_NAMES:
        return "full_name", 0.9
    return key, score


# ---- All columns together ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Guess:
    """What a column may be. The surest of a column's guesses that is still free is taken."""

    column: int
    target: Target
    score: float


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
    near, score = _fuzzily(heading.words, names)
    return names.get(near), score


def _candidates(
    column: int, header: str, heading: Heading, values: Sequence[str], fields: Sequence[Named]
) -> list[_Guess]:
    if heading.number > MOST_PEOPLE:  # of a contact for whom there is no place
        return []
    key, score = ("", 0.0) if heading.words in NOT_TAKEN else _by_heading(heading)
    named, how = _by_name(heading, fields) if fields and heading.words else (None, 0.0)
    found = [_Guess(column, BY_KEY[key], score)] if key else []
    found += [_Guess(column, named, how)] if named is not None else []
    if found or heading.words in NOT_TAKEN:
        return found
    if heading.words in AMBIGUOUS_NAMES:
        key, score = person_or_company(values)
    else:
        key, score = by_content(values)
        # A heading that says something else outweighs what the values look like.
        score *= 0.9 if header else 1.0
    return [_Guess(column, BY_KEY[key], score)] if key else []


def _whose(headings: Sequence[Heading], guesses: list[list[_Guess]]) -> list[list[_Guess]]:
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


def _shared_out(guesses: Iterable[_Guess]) -> dict[int, _Guess]:
    """Leave each field that takes one column to the surest, the leftmost of equals."""
    chosen: dict[int, _Guess] = {}
    taken: set[str] = set()
    for guess in sorted(guesses, key=lambda each: (-each.score, each.column)):
        if guess.column in chosen or guess.target.key in taken:
            continue
        chosen[guess.column] = guess
        if not guess.target.several:
            taken.add(guess.target.key)
    return chosen


def _address_parts(matches: list[Match]) -> list[Match]:
    """ "Address" beside a town or postcode is the street."""
    keys = {found.target.key for found in matches if found.target}
    if not keys & {"town", "postcode"} or "street" in keys:
        return matches
    return [
        replace(found, target=BY_KEY["street"])
        if found.target and found.target.key == "address"
        else found
        for found in matches
    ]


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
    headings = [_read(header) for header in headers]
    values: list[list[str]] = []
    for column in range(len(headers)):
        cells = (row[column] for row in sample_rows if column < len(row))
        values.append([text for text in map(text_of, cells) if text])
    guesses = [
        _candidates(column, header, headings[column], values[column], fields)
        for column, header in enumerate(headers)
    ]
    chosen = _shared_out(guess for found in _whose(headings, guesses) for guess in found)
    matches = []
    for column, header in enumerate(headers):
        guess = chosen.get(column)
        target, score = (guess.target, round(guess.score, 2)) if guess else (None, 0.0)
        matches.append(Match(column, header, target, score, _samples(values[column])))
    return _address_parts(_spare(matches, headings))


# ---- Is the first row a heading? ---------------------------------------------------------------


def _known(text: str) -> bool:
    name = heading_words(text)
    return name in KNOWN or name in AMBIGUOUS_NAMES


def looks_like_heading(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns rather than being one of the rows."""
    cells = [cell for cell in first if cell is not None and text_of(cell)]
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if not texts or len(texts) < len(cells):
        return False
    if sum(map(_known, texts)) * 3 >= len(texts):
        return True
    if any(by_content([text])[0] for text in texts):
        return False
    return bool(others) and len(set(texts)) == len(texts)


# So far down a heading is looked for, below a title and other words about the table.
HEADING_WITHIN: Final = 25


def heading_at(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The index of the row that names the columns, wherever it is; None when there is none.

    The first row that knows columns by their names; else the first row of all if it looks like a
    heading; else, below a title of a cell or two, the first full row of different words.
    """
    if not rows:
        return None
    for at, row in enumerate(rows[:HEADING_WITHIN]):
        names = _names_in(row)
        known = sum(map(_known, names))
        if known > 1 and known * 3 >= len(names):
            return at
    if not _is_title(rows):
        return 0 if looks_like_heading(rows[0], rows[1:]) else None
    wide = max(len(row) for row in rows) * 2 // 3
    for at, row in enumerate(rows[1:HEADING_WITHIN], 1):
        if len(_names_in(row)) >= wide and looks_like_heading(row, rows[at + 1 :]):
            return at
    return None


def _names_in(row: Sequence[Cell]) -> list[str]:
    """The texts of a row that holds nothing else; a row with a number or a day names nothing."""
    cells = [cell for cell in row if cell is not None and text_of(cell)]
    names = [cell for cell in cells if isinstance(cell, str)]
    return names if len(names) == len(cells) else []


def _is_title(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table begins with a line or two of its own above the columns."""
    filled = [cell for cell in rows[0] if cell is not None and text_of(cell)]
    return len(filled) <= 2 and max(len(row) for row in rows) >= 4
