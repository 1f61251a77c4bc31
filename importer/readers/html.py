"""Rows of the tables of an HTML page: many a program that says it writes .xls writes one.

Read as a browser reads it: the next cell or row ends the one before, whatever is closed. A cell
that goes over several columns or rows has its text in the first one, as a merged cell of a
spreadsheet has. All cells are text, as of a .csv. A table in a cell is not one of its own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from importer.readers.base import Cell, Limits, Rows, Unreadable
from importer.readers.csv import encoding_of

_CHUNK: Final = 1 << 16
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_STARTS: Final = ("<!doctype html", "<html", "<head", "<meta", "<table", "<body", "<style")
_UNSEEN: Final = frozenset({"style", "script", "title"})
_LINES: Final = frozenset({"br", "p", "div", "li"})


def is_one(head: bytes) -> bool:
    """Whether a file that begins so is an HTML page, in any encoding."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(b"<?xml"):
        return b"<html" in text
    return text.startswith(tuple(start.encode() for start in _STARTS))


def read(path: str, limits: Limits) -> Rows:
    """The rows of all tables, one table after the other. Raises Unreadable when there is none."""
    parser = _Tables(limits)
    with Path(path).open(encoding=_encoding(Path(path)), errors="replace") as file:
        while chunk := file.read(_CHUNK):
            parser.feed(chunk)
            yield from parser.taken()
    parser.close()
    parser.end_row()
    yield from parser.taken()
    if not parser.tables:
        raise Unreadable("page")


def _encoding(path: Path) -> str:
    """As of a .csv, unless the page is not in Unicode and says in which of the others it is."""
    found = encoding_of(path)
    with path.open("rb") as file:
        said = _CHARSET.search(file.read(4096))
    if found != "cp1250" or said is None:
        return found
    try:
        name = codecs.lookup(said[1].decode()).name
    except LookupError:
        return found
    return name if name.startswith(("cp125", "iso8859")) else found


class _Tables(HTMLParser):
    """Rows as they end; those that nobody has taken yet wait in ``rows``."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.rows: list[tuple[int, list[Cell]]] = []
        self.number = self.tables = self.depth = 0
        self.cells: dict[int, str] = {}
        self.below: dict[int, int] = {}  # columns that cells above reach into, for how many rows
        self.pieces: list[str] | None = None
        self.in_row = False
        self.at = self.start = self.end = self.high = self.characters = 0
        self.unseen = ""

    def taken(self) -> Iterator[tuple[int, list[Cell]]]:
        found, self.rows = self.rows, []
        yield from found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen = tag
        elif tag == "table":
            self.depth += 1
            self.tables += 1
        elif self.depth == 1 and tag == "tr":
            self.end_row()
            self.in_row = True
        elif self.depth == 1 and tag in ("td", "th"):
            self._start_cell(dict(attrs))
        elif tag in _LINES:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unseen:
            self.unseen = ""
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self.end_row()
                self.below.clear()
            self.depth -= 1
        elif self.depth == 1 and tag == "tr":
            self.end_row()
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif tag in _LINES:
            self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        if self.pieces is None or self.unseen:
            return
        self.characters += len(data)
        if self.characters > self.limits.cell_characters:
            raise Unreadable("cell", limit=self.limits.cell_characters)
        self.pieces.append(data)

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        while self.below.get(self.at, 0):
            self.at += 1
        self.pieces, self.characters = [], 0
        wide, high = _span(attributes, "colspan"), _span(attributes, "rowspan")
        if self.at + wide > self.limits.columns:
            wide = 1  # merged over the whole sheet
        self.start, self.end, self.high = self.at, self.at + wide, high
        self.at = self.end

    def _end_cell(self) -> None:
        if self.pieces is None:
            return
        lines = "".join(self.pieces).split("\n")
        text = "\n".join(line for line in (" ".join(each.split()) for each in lines) if line)
        self.cells[self.start] = text
        for column in range(self.start, self.end):
            self.below[column] = self.high
        self.pieces = None

    def end_row(self) -> None:
        """What has come since the last row is one."""
        self._end_cell()
        if self.in_row or self.cells:
            self.number += 1
            width = max(self.cells, default=-1) + 1
            self.rows.append((self.number, [self.cells.get(n) or None for n in range(width)]))
            self.cells = {}
            self.below = {column: left - 1 for column, left in self.below.items() if left > 1}
        self.in_row, self.at = False, 0


def _span(attributes: dict[str, str | None], name: str) -> int:
    said = (attributes.get(name) or "1").strip()
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1
