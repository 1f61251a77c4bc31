"""What a reader gives: rows of cells with values as a person sees them, or a reason why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

Cell = str | date | datetime | time | Decimal | bool | None
"""Text, a day, a moment (naive, as the sheet shows it), a time of day, a number, or nothing."""

Rows = Iterator[tuple[int, list[Cell]]]
"""Numbered as a spreadsheet numbers them, from 1; blank ones between others are empty lists."""

# A longer run of blank rows (a sheet formatted to its last row) is not a table's; it is left out.
BLANK_RUN: Final = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold, and what reading it may take."""

    rows: int = 500_000
    columns: int = 300
    file_bytes: int = 100 * 1024 * 1024
    unzipped_bytes: int = 1024 * 1024 * 1024
    cell_characters: int = 100_000
    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 120
    wait_seconds: int = 60  # how long one waits for the child altogether

    @property
    def mb(self) -> int:
        """The size of a file in whole megabytes."""
        return self.file_bytes // (1024 * 1024)


class Unreadable(Exception):
    """Why a file can't be read: a code of importer/reading.py's messages, and their values."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def is_blank(cells: Iterable[Cell]) -> bool:
    """Whether a row holds nothing but blanks."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def tidy(rows: Rows, limits: Limits) -> Rows:
    """Keep the limits, and make blank rows empty lists; those at the end are left out."""
    blank: list[int] = []
    count = 0
    for number, cells in rows:
        if is_blank(cells):
            if len(blank) <= BLANK_RUN:
                blank.append(number)
            continue
        while cells[-1] is None:
            cells.pop()
        if len(cells) > limits.columns:
            raise Unreadable("columns", limit=limits.columns)
        waiting = blank if len(blank) <= BLANK_RUN else []
        count += len(waiting) + 1
        if count > limits.rows + 1:  # one for the heading
            raise Unreadable("rows", limit=limits.rows)
        yield from ((each, []) for each in waiting)
        blank = []
        yield number, cells


# ---- Between the processes: a line of JSON a row -----------------------------------------------


def encode(cell: Cell) -> Any:
    """A cell as JSON: text, true, false and null as they are, the others as [kind, text]."""
    if cell is None or isinstance(cell, str | bool):
        return cell
    if isinstance(cell, Decimal):
        return ["n", str(cell)]
    if isinstance(cell, datetime):
        return ["m", cell.isoformat()]
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    return ["t", cell.isoformat()]


_DECODE: Final[dict[str, Callable[[str], Cell]]] = {
    "n": Decimal,
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
}


def decode(value: Any) -> Cell:
    """The cell that encode made the JSON of."""
    if isinstance(value, list):
        kind, text = value
        return _DECODE[kind](text)
    if value is None or isinstance(value, str | bool):
        return value
    raise ValueError(value)


_encoder: Final = json.JSONEncoder(separators=(",", ":"))


def line(value: Any) -> str:
    """One line of JSON, in ASCII."""
    return _encoder.encode(value) + "\n"
