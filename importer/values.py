"""Cells as values of a record: what can't be one is a :class:`Wrong` with words for the user."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from crm.typed_dates import Unreadable, parse_when
from importer.readers.base import Cell
from web.text import digits

# What the column holds.
MOST_OF_AN_EMAIL: Final = 254
_TITLES: Final = frozenset({"dr", "id", "ifj", "özv", "prof", "phd", "mr", "mrs", "ms"})
_PLACE: Final = re.compile(r"(?:H-)?(\d{4}),?\s+([^,\d]+?)(?:,\s*|\s+(?=\S+\s+\S))(.+)")
_PLAIN_LOCAL: Final = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*", re.IGNORECASE | re.ASCII)
_SEVERAL: Final = re.compile(r"[;,\n]+")


class Wrong(Exception):
    """A value that can't be what its column says; the text says why.

    ``target`` is the field whose cell is to be mended, as far as it is known where it is raised.
    """

    def __init__(self, text: str, target: str = "") -> None:
        super().__init__(text)
        self.target = target


@dataclass(frozen=True, slots=True)
class Due:
    """A day, and a time of day if one was given."""

    day: date
    at: time | None


def text(cell: Cell) -> str:
    """What a person sees in the cell, without the blanks around it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("\x00", "").strip()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()


def emails(written: str) -> list[str]:
    """The addresses of a cell; several may stand in one."""
    found = [part.strip() for part in _SEVERAL.split(written) if part.strip()]
    for one in found:
        if len(one) > MOST_OF_AN_EMAIL or not _is_address(one):
            raise Wrong(_("“%(value)s” is not an email address.") % {"value": one})
    return found


def _is_address(written: str) -> bool:
    """Plain addresses at a domain that was met before take the short way."""
    local, _at, domain = written.rpartition("@")
    try:
        if _PLAIN_LOCAL.fullmatch(local):
            _check_domain(domain)
        else:
            validate_email(written)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=4096)
def _check_domain(domain: str) -> None:
    validate_email(f"a@{domain}")


def phones(written: str) -> tuple[list[str], list[str]]:
    """The phone numbers of a cell, and what stands there that is none."""
    parts = [part.strip() for part in _SEVERAL.split(written) if part.strip()]
    return [part for part in parts if digits(part)], [part for part in parts if not digits(part)]


def due(cell: Cell, today: date) -> Due | None:
    """The day (and time) of a cell, however it is written; None when the cell is empty."""
    if isinstance(cell, datetime):
        moment = cell.time()
        return Due(cell.date(), moment if moment != time.min else None)
    if isinstance(cell, date):
        return Due(cell, None)
    written = text(cell)
    if not written:
        return None
    try:
        return _due(written, today)
    except Unreadable as unreadable:
        why = str(unreadable)
        named = (
            why if written in why else _("“%(value)s”: %(why)s") % {"value": written, "why": why}
        )
        raise Wrong(named) from None


@lru_cache(maxsize=4096)
def _due(written: str, today: date) -> Due:
    """A file has few different days."""
    when = parse_when(written, today)
    return Due(when.day, when.at)


def person(full_name: str, *, family_first: bool) -> tuple[str, str]:
    """A full name as (family name, given name); titles stay with the family name."""
    parts = full_name.split()
    if len(parts) < 2:
        return full_name, ""
    if not family_first:
        return parts[-1], " ".join(parts[:-1])
    titles = 0
    while titles < len(parts) - 2 and parts[titles].strip(".").lower() in _TITLES:
        titles += 1
    return " ".join(parts[: titles + 1]), " ".join(parts[titles + 1 :])


def place(address: str) -> tuple[str, str, str]:
    """A whole address as (postcode, town, street); one that isn't recognised is all street."""
    found = _PLACE.fullmatch(address)
    return (found[1], found[2].strip(), found[3].strip()) if found else ("", "", address)
