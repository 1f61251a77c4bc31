"""Step 2: what the page shows of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import ngettext

from importer import fields
from importer.asking import Value
from importer.columns import Match
from importer.guesses import SURE
from importer.looks import Look, looks
from importer.models import Import
from modules.models import Field, FieldType

if TYPE_CHECKING:
    from importer.forms.columns import ColumnsForm


@dataclass(frozen=True)
class ValueRow:
    """A value of the file beside the choice of what it means."""

    value: Value
    field: BoundField
    chosen: bool


@dataclass(frozen=True)
class ColumnRow:
    """A column as the page shows it. ``state``: "matched", "look", "out" or "open".

    ``adds_to`` is the target whose values can all be made options at once, else "".
    """

    letter: str
    header: str
    samples: list[str]
    field: BoundField
    group: str
    state: str
    note: str
    values: list[ValueRow]
    look: Look
    adds_to: str = ""

    @property
    def tone(self) -> str:
        """Whether somebody should look at it."""
        return "warn" if self.state in ("open", "look") or self.look.problem else ""

    @property
    def is_empty(self) -> bool:
        """Whether no row has anything in it, so that it is all the same where it goes."""
        return not (self.samples or self.field.errors)


def letter(column: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def rows_of(form: ColumnsForm) -> list[ColumnRow]:
    """The columns of the file, as they are matched now."""
    said = looks(form.source, form.targets, form.own, timezone.localdate())
    return [_row(form, match, said.get(match.column, Look())) for match in form.matches]


def _row(form: ColumnsForm, match: Match, look: Look) -> ColumnRow:
    target, values = form.targets[match.column], []
    base = fields.base_of(target)
    if base in form.values and form.first_column(base) == match.column:
        values = _value_rows(form, base)
    waiting = sum(not value.chosen for value in values)
    state, note = _state(target, match), ""
    if waiting:
        state = "open"
        said = ngettext("%(n)s value waits for you", "%(n)s values wait for you", waiting)
        note = said % {"n": waiting}
    elif values:
        note = _matched(form, base, len(values))
    own = _own(form, base)
    adds = waiting > 1 and own is not None and form.may_add_to(own)
    return ColumnRow(
        letter(match.column),
        match.header,
        _samples(form.source, match)[:2],
        form[f"column_{match.column}"],
        form.known[target].heading if target else "",
        state,
        note,
        values,
        look,
        base if adds else "",
    )


def _samples(source: Import, match: Match) -> list[str]:
    """Of the first rows, or from further down where nothing stands in them."""
    kept = source.samples[match.column] if match.column < len(source.samples) else []
    return match.samples or kept


def _own(form: ColumnsForm, target: str) -> Field | None:
    """The company's field that a target is."""
    return next((one for one in form.own if f"f{one.pk}" == target), None)


def _state(target: str, match: Match) -> str:
    if not target:
        return "out"
    guessed = match.target is not None and match.target.key == target
    return "look" if guessed and match.score < SURE else "matched"


def _value_rows(form: ColumnsForm, target: str) -> list[ValueRow]:
    found = form.values[target]
    names = [f"{target}_{value.key}" for value in found]
    return [
        ValueRow(value, form[name], bool(form.chosen(name)))
        for value, name in zip(found, names, strict=True)
        if name in form.fields
    ]


def _matched(form: ColumnsForm, target: str, n: int) -> str:
    """What is said of a column whose values all have a meaning."""
    own = _own(form, target)
    if target == "responsible" or (own is not None and own.type == FieldType.USER):
        said = ngettext("This person is found", "All %(n)s people are found", n)
    else:
        said = ngettext("%(n)s value matched", "%(n)s values matched", n)
    return said % {"n": n}
