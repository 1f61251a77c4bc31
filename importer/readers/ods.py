"""Rows of an .ods spreadsheet (OpenDocument 1.3, part 3), streamed.

Its own small parser over the standard library's expat, because what is known only from a cell's
shown text (0007 in a number with four places) and the runs of repeated rows get lost elsewhere.
"""

from __future__ import annotations

import itertools
import re
from typing import Final
from xml.parsers import expat

from importer.readers.base import Cell, Limits, Rows, Unreadable, is_blank
from importer.readers.numbers import iso_date, number
from importer.readers.package import Package, no_doctype

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_DURATION: Final = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?")
_LEADING_ZERO: Final = re.compile(r"0\d+")
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
# A note beside a cell, the phonetic hints over its text: not what the cell says.
_ASIDES: Final = frozenset({"office:annotation", "text:ruby-text"})


def _duration(raw: str) -> str:
    found = _DURATION.fullmatch(raw)
    if found is None:
        return raw
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    shown = f"{hours}:{minutes:02}"
    return f"{shown}:{seconds:02}" if seconds else shown


def _cell(attributes: dict[str, str], text: str) -> Cell:
    kind = attributes.get("office:value-type") or attributes.get("calcext:value-type", "")
    value = attributes.get("office:value", "")
    if kind in ("float", "currency") and value:
        return text if _LEADING_ZERO.fullmatch(text) else number(value)
    if kind == "percentage":
        return text or None
    if kind == "date":
        return iso_date(attributes.get("office:date-value", text))
    if kind == "time":
        return _duration(attributes.get("office:time-value", text))
    if kind == "boolean":
        return attributes.get("office:boolean-value") == "true"
    if kind == "string":
        text = attributes.get("office:string-value", text)
    return text.replace("\x00", "") or None


class _Sheets:
    """Callbacks that turn the document into rows of the wanted sheet; they wait in ``rows``.

    ``wanted`` None: the first sheet in which a cell holds something. Runs of repeated rows and
    cells are spread out only as far as they hold something.
    """

    def __init__(self, wanted: str | None, limits: Limits) -> None:
        self.wanted, self.limits = wanted, limits
        self.names: list[str] = []
        self.chosen = ""
        self.rows: list[tuple[int, list[Cell]]] = []
        self.name = ""
        self.inside = False
        self.depth = self.aside = 0
        self.number = 1
        self.row: list[Cell] = []
        self.skipped = 0
        self.repeat = 1
        self.attributes: dict[str, str] | None = None
        self.paragraphs: list[list[str]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = no_doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._start_table(attributes)
        elif name in _ASIDES:
            self.aside += 1
        elif not self.inside:
            return
        elif name == "table:table-row":
            self.row, self.skipped = [], 0
            self.repeat = _count(attributes, "table:number-rows-repeated")
        elif name in _CELLS:
            self.attributes, self.paragraphs = attributes, []
        elif self.attributes is not None and not self.aside:
            self._start_text(name, attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > 1:  # a table inside a cell
            return
        self.name = attributes.get("table:name", "")
        self.names.append(self.name)
        self.inside = self.name == self.wanted if self.wanted is not None else not self.chosen
        self.number = 1

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            self.paragraphs.append([])
        elif self.paragraphs:
            signs = {"text:tab": "\t", "text:line-break": "\n"}
            if name == "text:s":
                self.paragraphs[-1].append(" " * min(_count(attributes, "text:c"), 1000))
            elif name in signs:
                self.paragraphs[-1].append(signs[name])

    def data(self, text: str) -> None:
        if self.inside and self.paragraphs and self.attributes is not None and not self.aside:
            self.paragraphs[-1].append(text)

    def end(self, name: str) -> None:
        if name == "table:table":
            self.depth -= 1
            self.inside = self.inside and self.depth > 0
        elif name in _ASIDES:
            self.aside -= 1
        elif self.inside and name in _CELLS and self.attributes is not None:
            self._end_cell(self.attributes)
        elif self.inside and name == "table:table-row":
            self._end_row()

    def _end_cell(self, attributes: dict[str, str]) -> None:
        text = "\n".join("".join(pieces) for pieces in self.paragraphs)
        if len(text) > self.limits.cell_characters:
            raise Unreadable("cell", limit=self.limits.cell_characters)
        cell = _cell(attributes, text)
        times = _count(attributes, "table:number-columns-repeated")
        self.attributes, self.paragraphs = None, []
        if cell is None:
            self.skipped += times
            return
        if len(self.row) + self.skipped + times > self.limits.columns:
            raise Unreadable("columns", limit=self.limits.columns)
        self.row += [None] * self.skipped + [cell] * times
        self.skipped = 0

    def _end_row(self) -> None:
        if is_blank(self.row):
            self.number += self.repeat
            return
        if not self.chosen:
            self.chosen = self.name
        if self.repeat > self.limits.rows:
            raise Unreadable("rows", limit=self.limits.rows)
        for _each in range(self.repeat):
            self.rows.append((self.number, list(self.row)))
            self.number += 1


def _count(attributes: dict[str, str], name: str) -> int:
    raw = attributes.get(name, "1")
    return max(int(raw), 1) if raw.isdecimal() else 1


def _rows(package: Package, sheets: _Sheets) -> Rows:
    expected = 1
    for _chunk in package.parse_by_chunks(_CONTENT, sheets.parser):
        for at, cells in sheets.rows:
            yield from ((missing, []) for missing in range(max(expected, at - 5000), at))
            yield at, cells
            expected = at + 1
        sheets.rows.clear()


def read(path: str, sheet: str | None, limits: Limits) -> tuple[str, list[str], Rows]:
    """The name of the sheet that was read, the names of all, and its rows.

    Without ``sheet`` the first one that holds anything.
    """
    package = Package(path, limits)
    if package.has(_MANIFEST) and b"encryption-data" in b"".join(package.chunks(_MANIFEST)):
        raise Unreadable("password")
    names = _names(path, limits)
    if sheet is not None and sheet not in names:
        raise Unreadable("sheet", name=sheet)
    sheets = _Sheets(sheet, limits)
    rows = _rows(package, sheets)
    for at, cells in rows:
        if not is_blank(cells):
            return sheets.chosen, names, itertools.chain([(at, cells)], rows)
    raise Unreadable("empty")


def _names(path: str, limits: Limits) -> list[str]:
    """The names of all sheets, which stand scattered through the document."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            found.append(attributes.get("table:name", ""))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = no_doctype
    parser.StartElementHandler = start
    Package(path, limits).parse(_CONTENT, parser)
    return found
