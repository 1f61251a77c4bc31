"""What a heading says on its own: which field it names, and whose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from importer.headings import (
    AMBIGUOUS_NAMES,
    BY_KEY,
    KNOWN,
    MOST_PEOPLE,
    OF_COMPANY,
    POSTAL,
    PREFIXES,
    WEAK,
    Target,
    kind_of,
)
from web.text import fold, words

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
_OF_ADDRESSES: Final = (["cim"], ["address"])


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart. ``number`` is the "2" of "Telefon 2", 1 when there is none;
    ``marked``: it says that it is the number of a contact ("2. kapcsolattartó telefonja").
    ``whole`` is all of it, folded, what says which contact it is about left out ("Contact 2:").
    ``elsewhere``: it is about another address than the first ("Address 2 - Street").
    """

    words: str
    number: int = 1
    marked: bool = False
    whole: str = ""
    elsewhere: bool = False


def read(header: str) -> Heading:
    """A heading taken apart."""
    bare = _ASIDE.sub(" ", header) if _ASIDE.sub(" ", header).strip() else header
    parts = words(fold(_CAMEL.sub(" ", bare)))
    number, marked, elsewhere = 1, False, False
    kept: list[str] = []
    for at, part in enumerate(parts):
        found = int(part) if part.isdigit() and len(part) < 3 else _ORDINALS.get(part, 0)
        if not found and not part.isdigit():
            kept.append(part)
        elif found and number == 1 and not marked:
            beside = {*parts[max(at - 1, 0) : at], *parts[at + 1 : at + 2]}
            if (marked := bool(beside & _PEOPLE)) or found <= MOST_PEOPLE:
                number = found
                elsewhere = number > 1 and at + 1 < len(parts) and kept[-1:] in _OF_ADDRESSES
    whole = header.partition(":")[2] if marked and ":" in header else header
    said = _with_aside(" ".join(kept), header)
    return Heading(said, number, marked, fold(whole), elsewhere)


def _with_aside(said: str, header: str) -> str:
    """ "Cím (számlázási)" says in brackets which address it is: "szamlazasi cim"."""
    for aside in _ASIDE.findall(header):
        which = " ".join(words(fold(aside)))
        for name in (f"{which} {said}", f"{said} {which}"):
            if name in POSTAL or kind_of(KNOWN.get(name, "")):
                return name
    return said


def heading_words(header: str) -> str:
    """A heading as KNOWN has it: "Telefon 2 (mobil)" is "telefon", "postalCode" "postal code"."""
    return read(header).words


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


def fuzzily(name: str, known: Iterable[str]) -> tuple[str, float]:
    """Which of the known names it nearly is, and how sure that is; "" if it is like none."""
    if len(name) < 4 or name in AMBIGUOUS_NAMES:
        return "", 0.0
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return (found[0], found[1] / 100 - 0.1) if found else ("", 0.0)


def by_heading(heading: Heading) -> tuple[str, float]:
    """The key of the field that it names, and how sure that is; "" for none."""
    name = heading.words
    if not name:
        return "", 0.0
    key, score = _exactly(name)
    if not key:
        key, score = _after_prefix(name)
    if not key:
        near, score = fuzzily(name, KNOWN)
        key = KNOWN.get(near, "")
    if not key and heading.number > 1 and name in AMBIGUOUS_NAMES:
        return "full_name", 0.9
    return key, score


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be. The surest of a column's guesses that is still free is taken."""

    column: int
    target: Target
    score: float
