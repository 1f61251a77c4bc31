"""Step 2: what the page shows of each column."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms.boundfield import BoundField

from importer.asking import Value
from importer.looks import Look


@dataclass(frozen=True)
class ValueRow:
    """A value of the file beside the choice of what it means."""

    value: Value
    field: BoundField
    chosen: bool


@dataclass(frozen=True)
class ColumnRow:
    """A column as the page shows it. ``state``: "matched", "look", "out" or "open"."""

    letter: str
    header: str
    samples: list[str]
    field: BoundField
    group: str
    state: str
    note: str
    values: list[ValueRow]
    look: Look

    @property
    def tone(self) -> str:
        """Whether somebody should look at it."""
        return "warn" if self.state in ("open", "look") or self.look.problem else ""


def letter(column: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
