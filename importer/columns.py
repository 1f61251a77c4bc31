"""Which column of a table is what: by its heading, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rapidfuzz import fuzz, process

from importer.headings import AMBIGUOUS_NAMES, BY_KEY, GROUPS, KNOWN, TARGETS, Target
from importer.readers.base import Cell
from web.text import digits, fold, fold_company, words

__all__ = ["BY_KEY", "GROUPS", "TARGETS", "Match", "Target", "looks_like_heading", "match"]

SAMPLES: Final = 3
SURE: Final = 0.8
"""A match below this is a guess, to be looked at."""

_FUZZY: Final = 88.0
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASIDE: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")


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


# ---- By the heading ----------------------------------------------------------------------------


def heading_words(header: str) -> str:
    """A heading as KNOWN has it: "Telefon 2 (mobil)" is "telefon", "postalCode" "postal code"."""
    bare = _ASIDE.sub(" ", header) if _ASIDE.sub(" ", header).strip() else header
    parts = words(fold(_CAMEL.sub(" ", bare)))
    return " ".join(part for part in parts if not part.isdigit())


def _by_heading(header: str) -> tuple[str, float]:
    name = heading_words(header)
    if not name:
        return "", 0.0
    if name in KNOWN:
        return KNOWN[name], 1.0
    joined = name.replace(" ", "")
    for known, key in KNOWN.items():
        if known.replace(" ", "") == joined:
            return key, 0.95
    if len(name) < 4 or name in AMBIGUOUS_NAMES:
        return "", 0.0
    found = process.extractOne(name, KNOWN.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return (KNOWN[found[0]], found[1] / 100 - 0.1) if found else ("", 0.0)


# ---- By the values -----------------------------------------------------------------------------

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(r"\+?[\d\s()/.\-]{6,24}")
_TAX: Final = re.compile(r"\d{8}-\d-\d{2}")
_EU_VAT: Final = re.compile(r"[A-Z]{2}\s?[0-9A-Z]{8,12}")
_REGISTRATION: Final = re.compile(r"\d{2}[- ]\d{2}[- ]\d{6}")
_WEBSITE: Final = re.compile(r"(https?://|www\.)\S+|[\w-]+\.(hu|com|eu|net|org|info)", re.I)
_DATE: Final = re.compile(r"\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?(\s.*)?")
_ADDRESS: Final = re.compile(r"(H-)?\d{4},?\s+[^\W\d]{2,}.*[,\s].*\d+.*")
_POSTCODE: Final = re.compile(r"(H-)?\d{4}")


def _is_phone(text: str) -> bool:
    if not _PHONE.fullmatch(text) or _DATE.fullmatch(text) or _TAX.fullmatch(text):
        return False
    number = digits(text)
    return 8 <= len(number) <= 15 and (text.startswith(("+", "0", "(")) or number[:2] in _DIALLED)


_DIALLED: Final = frozenset({"20", "30", "31", "50", "70", "36"})


def _is_company(text: str) -> bool:
    return fold_company(text) != " ".join(words(fold(text)))


def _full(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


# In the order in which they are tried: a tax number would pass as a phone number.
_CONTENT: Final[tuple[tuple[str, Callable[[str], bool], float], ...]] = (
    ("email", _full(_EMAIL), 0.75),
    ("tax_number", _full(_TAX), 0.75),
    ("registration_number", _full(_REGISTRATION), 0.7),
    ("todo_due", _full(_DATE), 0.5),
    ("eu_vat_number", _full(_EU_VAT), 0.7),
    ("phone", _is_phone, 0.7),
    ("website", _full(_WEBSITE), 0.7),
    ("company_name", _is_company, 0.7),
    ("address", _full(_ADDRESS), 0.65),
    ("postcode", _full(_POSTCODE), 0.4),
)
_SHARE: Final = 0.6


def _text(cell: Cell) -> str:
    if isinstance(cell, date):  # a moment, too
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _by_content(values: Sequence[str]) -> tuple[str, float]:
    for key, test, weight in _CONTENT:
        share = _share(values, test)
        if share >= _SHARE:
            return key, weight * share
    return "", 0.0


def _person_or_company(values: Sequence[str]) -> tuple[str, float]:
    return ("company_name", 0.9) if _share(values, _is_company) >= 0.3 else ("full_name", 0.75)


# ---- All columns together ----------------------------------------------------------------------


def _candidate(header: str, values: Sequence[str]) -> tuple[str, float]:
    key, score = _by_heading(header)
    if key:
        return key, score
    if heading_words(header) in AMBIGUOUS_NAMES:
        return _person_or_company(values)
    key, score = _by_content(values)
    # A heading that says something else outweighs what the values look like.
    return key, score * (0.9 if header else 1.0)


def _once(matches: list[Match]) -> list[Match]:
    """Leave each field that takes one column to the surest, the leftmost of equals."""
    taken: dict[str, Match] = {}
    for found in sorted(matches, key=lambda each: (-each.score, each.column)):
        if found.target and not found.target.several:
            taken.setdefault(found.target.key, found)
    return [
        found
        if found.target is None or found.target.several or taken[found.target.key] is found
        else replace(found, target=None, score=0.0)
        for found in matches
    ]


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


def _samples(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[:SAMPLES]


def match(headers: Sequence[str], sample_rows: Sequence[Sequence[Cell]]) -> list[Match]:
    """One Match a column, in their order. Some dozens of sample rows are enough."""
    matches: list[Match] = []
    for column, header in enumerate(headers):
        cells = (row[column] for row in sample_rows if column < len(row))
        values = [text for text in map(_text, cells) if text]
        key, score = _candidate(header, values)
        target = BY_KEY[key] if key else None
        matches.append(Match(column, header, target, round(score, 2), _samples(values)))
    return _address_parts(_once(matches))


# ---- Is the first row a heading? ---------------------------------------------------------------


def _known(text: str) -> bool:
    name = heading_words(text)
    return name in KNOWN or name in AMBIGUOUS_NAMES


def looks_like_heading(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns rather than being one of the rows."""
    cells = [cell for cell in first if cell is not None and _text(cell)]
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if not texts or len(texts) < len(cells):
        return False
    if sum(map(_known, texts)) * 3 >= len(texts):
        return True
    if any(_by_content([text])[0] for text in texts):
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
    cells = [cell for cell in row if cell is not None and _text(cell)]
    names = [cell for cell in cells if isinstance(cell, str)]
    return names if len(names) == len(cells) else []


def _is_title(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table begins with a line or two of its own above the columns."""
    filled = [cell for cell in rows[0] if cell is not None and _text(cell)]
    return len(filled) <= 2 and max(len(row) for row in rows) >= 4
