"""Which column of an import is what, as far as anybody can tell before they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from accounts.models import User
from crm.models import Client, Datasheet
from importer import fields, rows, values
from importer.columns import Match, match
from importer.models import Import
from importer.readers.base import Cell
from modules.models import Field, Module
from web.text import fold

# So many rows are looked at to tell what a column is.
SAMPLED: Final = 50
_MOST: Final = 0.8
_NAMES: Final = frozenset({"company_name", "full_name", "family_name", "given_name"})


def guess(source: Import, user: User, offered: Sequence[Field]) -> list[Match]:
    """One Match a column; ``offered`` are the company's fields that columns can go to."""
    sample = [cells for _number, cells in rows.first(source.pk, SAMPLED)]
    found = match(source.headers, sample, fields.named(offered))
    return [_ours(one, found, sample, user) for one in found]


def guess_in(source: Import, user: User, module: Module | None) -> list[Match]:
    """The same with the fields that the user has in the module."""
    return guess(source, user, fields.offered(user, module))


def _ours(one: Match, all_: Sequence[Match], sample: Sequence[Sequence[Cell]], user: User) -> Match:
    """A column of numbers of records is one only if they are ours: other programs number theirs
    too, and a row must not be taken for a client that has nothing to do with it.
    """
    key = one.target.key if one.target else ""
    if key not in ("client_id", "datasheet_id"):
        return one
    named = {m.target.key: m.column for m in all_ if m.target and m.target.key in _NAMES}
    pairs = [(_number(row, one.column), _names_in(row, named)) for row in sample]
    written = [(number, names) for number, names in pairs if number]
    records = _names_of(key, [number for number, _names in written], user)
    # A file that names nobody is about those who have the numbers, if somebody has.
    same = sum(
        number in records and (not named or records[number] in names) for number, names in written
    )
    if written and same >= _MOST * len(written):
        return one
    return replace(one, target=None, score=0.0)


def _names_of(key: str, numbers: Sequence[int], user: User) -> dict[int, str]:
    """Folded names of the clients that these numbers are of, or whose datasheets they are of."""
    if key == "client_id":
        found = Client.objects.visible_to(user).filter(pk__in=numbers).values_list("pk", "name")
    else:
        seen = Datasheet.objects.visible_to(user).filter(pk__in=numbers)
        found = seen.values_list("pk", "client__name")
    return {pk: fold(name) for pk, name in found}


def _names_in(row: Sequence[Cell], named: Mapping[str, int]) -> set[str]:
    """The folded names that a row gives a client: a private person's may stand in two columns."""
    found = {key: _name(row, column) for key, column in named.items()}
    family, given = found.pop("family_name", ""), found.pop("given_name", "")
    return {*found.values(), f"{family} {given}".strip(), f"{given} {family}".strip()}


def _number(row: Sequence[Cell], column: int) -> int:
    text = values.text(row[column]) if column < len(row) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _name(row: Sequence[Cell], column: int) -> str:
    return fold(values.text(row[column])) if column < len(row) else ""
