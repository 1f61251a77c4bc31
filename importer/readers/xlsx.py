"""Rows of an .xlsx or .xlsm workbook (ECMA-376), streamed with a few megabytes of memory.

Its own small parser over the standard library's expat, because openpyxl needs 1.4 s for 5,000
rows of 15 cells (this takes a quarter), walks every row that a sheet merely declares, and drops
what some workbooks write. Reads values, number formats and nothing else: no formulas, no links,
no macros. A document type declaration, by which XML bombs work, is refused.
"""

from __future__ import annotations

import itertools
import re
from typing import Final
from xml.parsers import expat

from importer.readers.base import Cell, Limits, Rows, Unreadable, is_blank
from importer.readers.numbers import BUILT_IN, Convert, converter, iso_date, number
from importer.readers.package import Package, local_names, no_doctype

_CHUNK: Final = 1 << 16
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescape(text: str) -> str:
    """_x000D_ and the like, by which workbooks write what XML can't."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(text: str) -> str:
    text = _unescape(text)
    return text.replace("\x00", "") if "\x00" in text else text


class _Texts:
    """Collects the text of <t> inside of one <si> or <is>, without phonetic hints (<rPh>)."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.inside = False
        self.phonetic = False

    def start(self, tag: str) -> None:
        if tag == "t":
            self.inside = not self.phonetic
        elif tag == "rPh":
            self.phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.phonetic = False

    def take(self) -> str:
        text = _plain("".join(self.pieces))
        self.pieces.clear()
        return text


def _shared_strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    texts = _Texts()

    def end(tag: str) -> None:
        texts.end(tag)
        if tag == "si":
            strings.append(texts.take())

    def data(text: str) -> None:
        if texts.inside:
            texts.pieces.append(text)

    package.parse(part, local_names(lambda tag, _: texts.start(tag), end, data))
    return strings


def _styles(package: Package, part: str, since_1904: bool) -> list[Convert]:
    """How to read the numbers of each cell format (cellXfs)."""
    codes = dict(BUILT_IN)
    ids: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and inside[-1:] == ["numFmts"]:
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "xf" and inside[-1:] == ["cellXfs"]:
            ids.append(int(attributes.get("numFmtId", "0")))
        inside.append(tag)

    def end(_: str) -> None:
        inside.pop()

    try:
        package.parse(part, local_names(start, end))
    except ValueError:
        raise Unreadable("broken") from None
    known: dict[int, Convert] = {}
    for each in ids:
        if each not in known:
            known[each] = converter(codes.get(each, "General"), since_1904=since_1904)
    return [known[each] for each in ids]


class _Workbook:
    """The list of sheets, the texts and the formats that they share."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.package = Package(path, limits)
        self.part = self._find()
        relations = self.package.relations(self.part)
        self.since_1904 = False
        self.sheets: dict[str, str] = {}  # name -> part, the visible ones first
        hidden: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self.since_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
                kind, part = relations.get(key, ("", ""))
                if kind == "worksheet":
                    shown = attributes.get("state", "visible") == "visible"
                    (self.sheets if shown else hidden)[attributes.get("name", key)] = part

        self.package.parse(self.part, local_names(start))
        self.sheets.update(hidden)
        parts = dict(relations.values())
        self.strings: list[str] = []
        if self.package.has(parts.get("sharedStrings", "")):
            self.strings = _shared_strings(self.package, parts["sharedStrings"])
        self.formats: list[Convert] = []
        if self.package.has(parts.get("styles", "")):
            self.formats = _styles(self.package, parts["styles"], self.since_1904)

    def _find(self) -> str:
        if self.package.has("EncryptedPackage"):
            raise Unreadable("password")
        for kind, part in self.package.relations("").values():
            if kind == "officeDocument" and self.package.has(part):
                return part
        if self.package.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        raise Unreadable("unknown")


class _Sheet:
    """Callbacks that turn a sheet's XML into rows; the finished ones wait in ``rows``.

    Called a million times for a large sheet, so it takes short ways: the prefix of all names is
    that of the first, and text goes straight into a list while a value is open.
    """

    def __init__(self, book: _Workbook, limits: Limits) -> None:
        self.strings, self.formats, self.limits = book.strings, book.formats, limits
        self.rows: list[tuple[int, list[Cell]]] = []
        self.row: list[Cell] = []
        self.number = self.column = self.style = 0
        self.kind = "n"
        self.pieces: list[str] = []
        self.phonetic = False
        self.columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = no_doctype
        self.parser.StartElementHandler = self.first

    def first(self, name: str, attributes: dict[str, str]) -> None:
        """The root element: by what prefix the others go."""
        prefix = name[: -len(name.rpartition(":")[2])]
        self.c, self.v, self.t = f"{prefix}c", f"{prefix}v", f"{prefix}t"
        self.row_name, self.hint = f"{prefix}row", f"{prefix}rPh"
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.c:
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
            reference = attributes.get("r")
            if reference:
                letters = reference.rstrip("0123456789")
                column = self.columns.get(letters)
                self.column = self._column(letters) if column is None else column
        elif name == self.v or (name == self.t and not self.phonetic):
            self.parser.CharacterDataHandler = self.pieces.append
        elif name == self.row_name:
            self.number = int(attributes.get("r", self.number + 1))
            self.row, self.column = [], 0
        elif name == self.hint:
            self.phonetic = True

    def end(self, name: str) -> None:
        if name == self.c:
            if self.pieces:
                self._end_cell()
            self.column += 1
        elif name == self.v or name == self.t:
            self.parser.CharacterDataHandler = None
        elif name == self.row_name:
            self.rows.append((self.number, self.row))
        elif name == self.hint:
            self.phonetic = False

    def _column(self, letters: str) -> int:
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - 64
        self.columns[letters] = column - 1
        return column - 1

    def _end_cell(self) -> None:
        cell = self._cell("".join(self.pieces))
        self.pieces.clear()
        if cell is None:
            return
        missing = self.column - len(self.row)
        if missing == 0:
            self.row.append(cell)
        elif missing > 0:
            if self.column >= self.limits.columns:
                raise Unreadable("columns", limit=self.limits.columns)
            self.row.extend([None] * missing)
            self.row.append(cell)
        else:  # cells out of order
            self.row[self.column] = cell

    def _cell(self, raw: str) -> Cell:
        kind = self.kind
        if kind == "n":
            convert = self.formats[self.style] if self.style < len(self.formats) else number
            return convert(raw)
        if kind == "s":
            index = int(raw)
            return (self.strings[index] or None) if index < len(self.strings) else None
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "e":
            return None
        return iso_date(raw) if kind == "d" else _plain(raw)


def _rows(book: _Workbook, part: str, limits: Limits) -> Rows:
    sheet = _Sheet(book, limits)
    expected = 1
    for _ in book.package.parse_by_chunks(part, sheet.parser):
        for at, cells in sheet.rows:
            if len(cells) and not is_blank(cells) and 0 < at - expected <= limits.rows:
                # Rows that the file leaves out are blank ones; how many matter is tidy's to say.
                yield from ((missing, []) for missing in range(expected, at))
            yield at, cells
            expected = max(expected, at) + 1
        sheet.rows.clear()


def read(path: str, sheet: str | None, limits: Limits) -> tuple[str, list[str], Rows]:
    """The name of the sheet that was read, the names of all, and its rows.

    Without ``sheet`` the first one that holds anything, the visible ones first.
    """
    book = _Workbook(path, limits)
    names = list(book.sheets)
    if sheet is not None and sheet not in book.sheets:
        raise Unreadable("sheet", name=sheet)
    for name in [sheet] if sheet is not None else names:
        rows = _rows(book, book.sheets[name], limits)
        for at, cells in rows:
            if not is_blank(cells):
                return name, names, itertools.chain([(at, cells)], rows)
    raise Unreadable("empty")
