"""What the page of the columns says beside a matched one: what was tidied, what can't be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.company import name_order
from crm.models.channel import e164
from crm.tax_numbers import checked
from importer import fields, rows, values
from importer.findings import findings
from importer.headings import split
from importer.models import Import
from importer.readers.base import Cell
from importer.values import Wrong
from modules.models import Field

# So many rows are looked at.
LOOKED_AT: Final = 5_000
# Of what can't be right so many are shown.
_SHOWN: Final = 5
_MOST_SHOWN: Final = 60
_YEAR: Final = re.compile(r"\d{4}")

TIDIED, WRONG = "tidied", "wrong"


@dataclass(frozen=True)
class Look:
    """``notes`` are what was done with the values; ``problem`` is how many can't be right, with
    ``then`` what becomes of them and ``wrong`` the first ones: number of the row, text.
    """

    notes: list[str] = field(default_factory=list)
    problem: str = ""
    then: str = ""
    wrong: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Seen:
    """What was counted in a column. ``years`` are those that days without one were given."""

    tidied: int = 0
    wrong: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


# What a cell turns out to be: TIDIED, WRONG, a year that it was given, or nothing to speak of.
Judge = Callable[[Cell], str | int]


def looks(
    source: Import, targets: Sequence[str], own: Sequence[Field], today: date
) -> dict[int, Look]:
    """What is to be said of the columns, by their places, in the first rows of the file."""
    reader = fields.Values(own, {})
    judges: dict[str, tuple[int, Judge]] = {}
    places: dict[str, int] = {}
    for column, target in enumerate(targets):
        judge = _judge(target, reader, today)
        if judge is not None:
            version = _version(target, reader)
            judges[f"look:{column}:{target}:{version}:{today}"] = (column, judge)
            places[f"look:{column}:{target}:{version}:{today}"] = column
    found = findings(source.pk, judges, lambda missing: _count(source.pk, judges, missing))
    return {
        column: _told(targets[column], Seen(**found[key]), source, reader)
        for key, column in places.items()
    }


def _count(
    import_id: int, judges: Mapping[str, tuple[int, Judge]], keys: Sequence[str]
) -> dict[str, Any]:
    found = {key: Seen() for key in keys}
    for number, cells in islice(rows.read(import_id), LOOKED_AT):
        for key in keys:
            column, judge = judges[key]
            cell = cells[column] if column < len(cells) else None
            if cell is not None and values.text(cell):
                _note(found[key], number, cell, judge(cell))
    return {key: asdict(seen) for key, seen in found.items()}


def _note(seen: Seen, number: int, cell: Cell, result: str | int) -> None:
    if result == WRONG:
        seen.wrong += 1
        if len(seen.first) < _SHOWN:
            seen.first.append((number, values.text(cell)[:_MOST_SHOWN]))
    elif result == TIDIED:
        seen.tidied += 1
    elif isinstance(result, int) and result not in seen.years:
        seen.years.append(result)


# ---- Judges ------------------------------------------------------------------------------------


def _judge(target: str, reader: fields.Values, today: date) -> Judge | None:
    base = split(target)[0] if target else ""
    pk = fields.id_of(target) if target else None
    if pk is not None:
        own = reader.fields.get(pk)
        listed = own is None or own.type in fields.ASKED
        return None if listed else lambda cell: _readable(reader, target, cell)
    if base == "todo_due":
        return lambda cell: _day(cell, today)
    return _JUDGES.get(base)


def _version(target: str, reader: fields.Values) -> int:
    """A field of the company that was changed reads otherwise."""
    own = reader.fields.get(fields.id_of(target) or 0)
    return own.version if own is not None else 0


def _readable(reader: fields.Values, target: str, cell: Cell) -> str:
    try:
        reader.value(target, cell)
    except Wrong:
        return WRONG
    return ""


def _phone(cell: Cell) -> str:
    numbers, other = values.phones(values.text(cell))
    if other:
        return WRONG
    home = (not one.startswith("+") and e164(one).startswith("+36") for one in numbers)
    return TIDIED if any(home) else ""


def _email(cell: Cell) -> str:
    try:
        values.emails(values.text(cell))
    except Wrong:
        return WRONG
    return ""


def _tax_number(cell: Cell) -> str:
    try:
        checked(values.text(cell))
    except ValueError:
        return WRONG
    return ""


def _day(cell: Cell, today: date) -> str | int:
    try:
        due = values.due(cell, today)
    except Wrong:
        return WRONG
    bare = isinstance(cell, str) and not _YEAR.search(cell)
    return due.day.year if due is not None and bare else ""


def _full_name(cell: Cell) -> str:
    return TIDIED if " " in values.text(cell) else ""


def _address(cell: Cell) -> str:
    return "" if values.place(values.text(cell))[1] else TIDIED


_JUDGES: Final[dict[str, Judge]] = {
    "phone": _phone,
    "company_phone": _phone,
    "email": _email,
    "company_email": _email,
    "tax_number": _tax_number,
    "full_name": _full_name,
    "address": _address,
}


# ---- Words -------------------------------------------------------------------------------------


def _told(target: str, seen: Seen, source: Import, reader: fields.Values) -> Look:
    base = split(target)[0]
    notes = _notes(base, seen)
    problem = _problem(base, seen.wrong, reader.fields.get(fields.id_of(target) or 0))
    then = ""
    if problem:
        then = _("These rows come back to you.")
        if base in ("phone", "company_phone"):
            then = _("They go into the notes.")
    if source.rows > LOOKED_AT and (problem or seen.tidied) and base != "full_name":
        notes.append(_("In the first %(n)s rows.") % {"n": number_format(LOOKED_AT)})
    return Look(notes, problem, then, [(number, text) for number, text in seen.first])


def _notes(base: str, seen: Seen) -> list[str]:
    if base == "full_name" and seen.tidied:
        given = name_order() == "given_first"
        return [_("Given name first") if given else _("Family name first")]
    if base == "address" and seen.tidied:
        said = ngettext(
            "%(n)s goes into the street as it is",
            "%(n)s go into the street as they are",
            seen.tidied,
        )
        return [said % {"n": seen.tidied}]
    if seen.tidied:
        said = ngettext("%(n)s tidied to +36", "%(n)s tidied to +36", seen.tidied)
        return [said % {"n": seen.tidied}]
    if len(seen.years) == 1:
        return [_("Year %(year)s where missing") % {"year": seen.years[0]}]
    return [_("The next such day where the year is missing")] if seen.years else []


def _problem(base: str, wrong: int, own: Field | None) -> str:
    if not wrong:
        return ""
    if own is not None:
        said = ngettext("%(n)s can't be: %(type)s", "%(n)s can't be: %(type)s", wrong)
        return said % {"n": wrong, "type": own.get_type_display()}
    if base in ("email", "company_email"):
        said = ngettext("%(n)s is not an address", "%(n)s are not addresses", wrong)
    elif base == "tax_number":
        said = ngettext("%(n)s is not a tax number", "%(n)s are not tax numbers", wrong)
    elif base == "todo_due":
        said = ngettext("%(n)s is not a date", "%(n)s are not dates", wrong)
    else:
        said = ngettext("%(n)s is not a number", "%(n)s are not numbers", wrong)
    return said % {"n": wrong}
