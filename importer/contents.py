"""What a column is by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from importer.readers.base import Cell
from web.text import digits, fold, fold_company, words

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


def is_company(text: str) -> bool:
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
    ("company_name", is_company, 0.7),
    ("address", _full(_ADDRESS), 0.65),
    ("postcode", _full(_POSTCODE), 0.4),
)
_SHARE: Final = 0.6


def text_of(cell: Cell) -> str:
    if isinstance(cell, date):  # a moment, too
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def by_content(values: Sequence[str]) -> tuple[str, float]:
    for key, test, weight in _CONTENT:
        part = share(values, test)
        if part >= _SHARE:
            return key, weight * part
    return "", 0.0


def person_or_company(values: Sequence[str]) -> tuple[str, float]:
    return ("company_name", 0.9) if share(values, is_company) >= 0.3 else ("full_name", 0.75)
