"""Rows of cells copied from a spreadsheet: tabs between cells, newlines between rows.

A cell with a newline, tab or quote in it comes in quotes, with its own quotes doubled (Excel,
Google Sheets, LibreOffice); a cell that merely begins with a quote does not, so quotes that
enclose nothing of the kind are part of the text.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Final

from importer.readers.base import Cell, Limits, Rows, Unreadable
from importer.readers.csv import delimiter_of, rows_of

_CELL: Final = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)|[^\t\n]*')


def _value(found: re.Match[str], limits: Limits) -> Cell:
    quoted = found[1]
    needed = quoted is not None and ("\n" in quoted or "\t" in quoted or '""' in quoted)
    text = quoted.replace('""', '"') if needed else found[0]
    if len(text) > limits.cell_characters:
        raise Unreadable("cell", limit=limits.cell_characters)
    return text.replace("\x00", "") or None


def _tabbed(text: str, limits: Limits) -> Rows:
    number, position = 1, 0
    row: list[Cell] = []
    while position < len(text):
        found = _CELL.match(text, position)
        if found is None:
            raise AssertionError("the pattern matches the empty text")
        row.append(_value(found, limits))
        position = found.end()
        if position < len(text):
            if text[position] == "\n":
                yield number, row
                number, row = number + 1, []
            elif position + 1 == len(text):
                row.append(None)
            position += 1
    if row:
        yield number, row


def read_text(text: str, limits: Limits) -> Rows:
    """The rows of a pasted text; without any tab in it, it is read as a .csv file would be."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        return _tabbed(text, limits)
    delimiter = delimiter_of(text, whole=True, limits=limits)
    return rows_of(StringIO(text, newline=""), delimiter, limits)


def read(path: str, limits: Limits) -> Rows:
    """The rows of a pasted text kept in a file, as UTF-8."""
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("broken") from None
    return read_text(text, limits)
