"""Opening a table that somebody sent: the parent's side of importer/readers/child.py."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from importer.heading_row import heading_at
from importer.readers.base import Cell, Limits, Unreadable, decode, is_blank

__all__ = ["LIMITS", "Cell", "Limits", "ReadError", "Row", "Table", "open_table"]

LIMITS: Final = Limits()
_ROOT: Final = Path(__file__).resolve().parent.parent
_CHUNK: Final = 1 << 16

_MESSAGES: Final = {
    "broken": _noop("This file is damaged. Open it in a spreadsheet, save it again and retry."),
    "unknown": _noop("This is not a table. Upload a spreadsheet or a .csv file, or paste cells."),
    "password": _noop("This file is password protected. Save it without a password and retry."),
    "page": _noop(
        "This is a page or a document, not a table. Open it in a spreadsheet, save it as .xlsx"
        " and retry."
    ),
    "quote": _noop(
        "A quotation mark opens in row %(row)s and is never closed. Close it, or save the file as"
        " .xlsx, and retry."
    ),
    "hollow": _noop("This file is empty. Choose another."),
    "empty": _noop("No rows found in this file."),
    "sheet": _noop("There is no sheet called “%(name)s” in this file."),
    "size": _noop("This file is too large: at most %(limit)s MB are read at once."),
    "rows": _noop("This file has too many rows: at most %(limit)s are read at once."),
    "columns": _noop("This file has too many columns: at most %(limit)s are read."),
    "cell": _noop("A cell of this file is too long: at most %(limit)s characters are read."),
    "unzipped": _noop("This file unpacks to far more than a table. Save it again and retry."),
    "memory": _noop("This file needs too much memory. Save it as .csv and retry."),
    "time": _noop("This file takes too long to read. Save it as .csv and retry."),
}


class ReadError(Exception):
    """The file can't be read; ``message`` says why and what to do, ``code`` is for tests."""

    def __init__(self, code: str, values: dict[str, Any] | None = None) -> None:
        self.code = code if code in _MESSAGES else "broken"
        self.message = _(_MESSAGES[self.code]) % (values or {})
        super().__init__(self.message)


class Row(NamedTuple):
    """One row: its number in the file (from 1) and its cells, as many as the table has columns.

    A blank row has only None.
    """

    number: int
    cells: list[Cell]

    @property
    def blank(self) -> bool:
        return is_blank(self.cells)


@dataclass
class Table:
    """One sheet. ``headers`` are texts ("" where a column has none); ``rows`` can be read once.

    ``rows`` counts blank rows between others, not those at the end. A row with more cells than
    the heading has makes no new column: see ``width``.
    """

    sheet: str
    sheets: list[str]
    headers: list[str]
    header_row: int | None
    rows: Iterator[Row] = field(repr=False)

    @property
    def width(self) -> int:
        return len(self.headers)


class _Child:
    """The reading process, its output by lines, and the patience with which it is awaited."""

    def __init__(self, job: dict[str, Any], limits: Limits) -> None:
        self.patience = float(limits.wait_seconds)
        self.process = subprocess.Popen(  # noqa: S603 (our own module, one argument)
            [sys.executable, "-m", "importer.readers.child", json.dumps(job)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
        )

    def _chunks(self) -> Iterator[bytes]:
        if self.process.stdout is None:
            raise AssertionError("the child has a pipe")
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while True:
                # Only waiting counts: who takes long over a row must not lose the next one.
                began = time.monotonic()
                ready = selector.select(max(self.patience, 0))
                self.patience -= time.monotonic() - began
                if not ready:
                    raise ReadError("time")
                chunk = os.read(self.process.stdout.fileno(), _CHUNK)
                if not chunk:
                    return
                yield chunk

    def lines(self) -> Iterator[Any]:
        """The child's lines, read; ends only after its last one, else raises ReadError."""
        rest = b""
        for chunk in self._chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            for each in whole:
                value = json.loads(each)
                if isinstance(value, dict) and "error" in value:
                    raise ReadError(value["error"], value["values"])
                if isinstance(value, dict) and "end" in value:
                    return
                yield value
        # It died: of its limits, or of what was in the file.
        status = self.process.wait()
        raise ReadError("time" if status in (-24, -9) else "memory" if status < 0 else "broken")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _cells(value: list[Any]) -> list[Cell]:
    return [decode(each) if type(each) is list else each for each in value[1:]]


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _rows(lines: Iterator[Any], width: int, first: list[Row]) -> Iterator[Row]:
    for row in first:
        yield Row(row.number, _fit(row.cells, width))
    for value in lines:
        yield Row(value[0], _fit(_cells(value), width))


def _fit(cells: list[Cell], width: int) -> list[Cell]:
    missing = width - len(cells)
    return cells + [None] * missing if missing > 0 else cells[:width]


PEEKED: Final = 50
"""So many rows are looked at for the width of the table and its heading."""


def _table(lines: Iterator[Any], header: bool | None) -> Table:
    opening = next(lines)
    first: list[Row] = []
    for value in lines:
        first.append(Row(value[0], _cells(value)))
        if len(first) > PEEKED:
            break
    filled = [row for row in first if not row.blank]
    at = 0 if header else None
    if header is None:
        at = heading_at([row.cells for row in filled])
    heading = filled[at] if at is not None else None
    if heading is not None:  # what stands above it is a title, no row of the table
        first = first[first.index(heading) + 1 :]
    width = max(len(row.cells) for row in [*first, *([heading] if heading else [])])
    names = [_text(cell) for cell in heading.cells] if heading else []
    headers = names + [""] * (width - len(names))
    return Table(
        opening["sheet"],
        opening["sheets"],
        headers,
        heading.number if heading else None,
        _rows(lines, width, first),
    )


@contextmanager
def open_table(
    path: str | Path,
    *,
    kind: str = "file",
    name: str = "",
    sheet: str | None = None,
    header: bool | None = None,
    limits: Limits = LIMITS,
    started: Callable[[int], None] | None = None,
) -> Iterator[Table]:
    """The table in a file, read by a child process while its rows are taken.

    ``kind``: "file" (its content tells .xlsx from .csv) or "paste" (pasted cells kept as UTF-8).
    ``name``: what the file was called, if the path doesn't say.
    ``header``: whether the first row that holds anything is the heading; None: look for one.
    ``started`` is told the child's process id. Raises ReadError here or while rows are taken.
    """
    job = {"path": str(Path(path).resolve()), "kind": kind, "sheet": sheet}
    job["name"] = name or Path(path).name
    child = _Child({**job, "limits": asdict(limits)}, limits)
    try:
        if started is not None:
            started(child.process.pid)
        yield _table(child.lines(), header)
    except Unreadable as error:
        raise ReadError(error.code, error.values) from None
    finally:
        child.stop()
