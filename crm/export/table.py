"""The records of a list, laid by until it is known how many columns they need, and the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Final

from crm.export.columns import MORE_CONTACTS, REPEATED, Column, Widths
from crm.export.records import Record
from web import workbooks
from web.formulas import plain
from web.workbooks import Cell

_BLOCK: Final = 1000


class Spool:
    """Records in a file, a line each, so that a list of any length takes no memory."""

    def __init__(self, file: IO[str], columns: Sequence[Column]) -> None:
        self.file = file
        self.widths = Widths.none()
        self.of_person = [
            one.key for one in columns if one.group == "contact" and one.key != MORE_CONTACTS
        ]
        # The columns before and behind those of the contacts.
        groups = [one.group for one in columns]
        at = groups.index("contact") if "contact" in groups else len(columns)
        rest = [one.key for one in columns[at:] if one.group != "contact"]
        self.before, self.behind = [one.key for one in columns[:at]], rest

    def add(self, record: Record) -> None:
        """Lay a record by."""
        self.widths.fit_company(_counts(record.cells))
        for at, person in enumerate(record.people):
            self.widths.fit_person(at, _counts(person))
        line = json.dumps([record.cells, record.people], default=_encode, ensure_ascii=False)
        self.file.write(line + "\n")

    def rows(self) -> Iterator[list[Cell]]:
        """The cells of all records, each row as wide as :func:`columns.headings` is."""
        self.file.seek(0)
        people = self.widths.people or [{}]
        for line in self.file:
            cells, persons = json.loads(line)
            row = _cells(cells, self.before, self.widths.company)
            for at, counts in enumerate(people if self.of_person else ()):
                row += _cells(persons[at] if at < len(persons) else {}, self.of_person, counts)
            yield row + _cells(cells, self.behind, self.widths.company)


def _counts(cells: dict[str, Any]) -> dict[str, int]:
    return {key: len(value) for key, value in cells.items() if key in REPEATED}


def _cells(found: dict[str, Any], keys: Sequence[str], counts: dict[str, int]) -> list[Cell]:
    row: list[Cell] = []
    for key in keys:
        value = found.get(key)
        if key in REPEATED:
            several = value or []
            row += several
            row += [None] * (counts.get(key, 1) - len(several))
        else:
            row.append(_decode(value) if type(value) is dict else value)
    return row


def _encode(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return {"m" if isinstance(value, datetime) else "d": value.isoformat()}


def _decode(value: dict[str, str]) -> Cell:
    (kind, text), *_ = value.items()
    if kind == "n":
        return Decimal(text)
    return datetime.fromisoformat(text) if kind == "m" else date.fromisoformat(text)


def write(
    file: IO[bytes],
    kind: str,
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    language: str,
) -> int:
    """Write the file of this kind; how many rows it has below its heading."""
    if kind == "csv":
        return _write_csv(file, headings, rows, language)
    return workbooks.write(file, title, headings, rows)


def _write_csv(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]], language: str
) -> int:
    """UTF-8 with its mark; semicolons and decimal commas where spreadsheets expect them."""
    hungarian = language.startswith("hu")
    comma = "," if hungarian else "."
    file.write(b"\xef\xbb\xbf")
    n = 0
    lines: Iterator[Sequence[str]] = ([_said(cell, comma) for cell in row] for row in rows)
    block: list[Sequence[str]] = [[plain(name) for name in headings]]
    while block:
        out = io.StringIO()
        csv.writer(out, delimiter=";" if hungarian else ",").writerows(block)
        file.write(out.getvalue().encode())
        n += len(block)
        block = list(islice(lines, _BLOCK))
    return n - 1


def _said(cell: Cell, comma: str) -> str:
    if isinstance(cell, str):
        return plain(cell)
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", comma)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return str(cell)
