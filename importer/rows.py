"""The rows of an import as they were read, and what becomes of them: kept in files, a line a row.

A file takes the place of the one before only when it is whole.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings

from importer.readers.base import Cell, decode, encode, line
from importer.reading import Row


def is_full(error: BaseException) -> bool:
    """Whether a file, or the database, could not be written because the disk is full."""
    return getattr(error, "errno", None) in (ENOSPC, EDQUOT, EFBIG) or any(
        word in str(error) for word in ("disk is full", "No space left on device")
    )


def folder(import_id: int) -> Path:
    """Where the files of an import lie; made when it isn't there."""
    path = Path(settings.MEDIA_ROOT) / "imports" / str(import_id)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A file to be written in the place of ``path``."""
    beside = path.with_suffix(f".{uuid4().hex}.tmp")
    try:
        with beside.open("w", encoding="ascii") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def keep(import_id: int, rows: Iterable[Row]) -> int:
    """Write the rows; how many there were."""
    n = 0
    with replacing(folder(import_id) / "rows.jsonl") as file:
        for row in rows:
            cells = [] if row.blank else [encode(cell) for cell in row.cells]
            file.write(line([row.number, cells]))
            n += 1
    return n


def read(import_id: int) -> Iterator[tuple[int, list[Cell]]]:
    """The numbers and cells of the rows; blank ones are empty."""
    with (folder(import_id) / "rows.jsonl").open(encoding="ascii") as file:
        for text in file:
            number, cells = json.loads(text)
            yield number, [decode(cell) for cell in cells]


def some(import_id: int, numbers: Collection[int]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of these numbers, as :func:`read` gives them."""
    with (folder(import_id) / "rows.jsonl").open(encoding="ascii") as file:
        for text in file:
            if int(text[1 : text.index(",")]) in numbers:
                number, cells = json.loads(text)
                yield number, [decode(cell) for cell in cells]


def first(import_id: int, n: int) -> list[tuple[int, list[Cell]]]:
    """The first rows, as :func:`read` gives them."""
    return list(islice(read(import_id), n))


@contextmanager
def keeping_results(import_id: int) -> Iterator[Callable[[Iterable[str]], object]]:
    """Gives the function that keeps what was found out about rows, a line each, in their order."""
    with replacing(folder(import_id) / "results.jsonl") as file:
        yield file.writelines


def results_page(import_id: int, kinds: Sequence[str], start: int, n: int) -> list[dict[str, Any]]:
    """``n`` results from ``start`` on: those of the first kind, then of the next, as numbered.

    A kind is a result, or "past" (:func:`importer.check.shown`). Of the lines only the places are
    kept, and those of the page are taken apart.
    """
    path = folder(import_id) / "results.jsonl"
    if not path.exists():
        return []
    marks = [(mark_of(kind), array("Q")) for kind in kinds]
    at = 0
    with path.open("rb") as file:
        for text in file:
            found = next((places for mark, places in marks if mark in text), None)
            if found is not None:
                found.append(at)
            at += len(text)
        page = islice(chain.from_iterable(places for _mark, places in marks), start, start + n)
        return [json.loads(_line_at(file, place)) for place in page]


def mark_of(kind: str) -> bytes:
    """What stands in the lines of a kind of results, and in no other: texts have their quotes
    escaped.
    """
    return b'"past":true' if kind == "past" else f'"result":"{kind}"'.encode()


def _line_at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.readline()


def results(import_id: int) -> Iterator[dict[str, Any]]:
    path = folder(import_id) / "results.jsonl"
    if path.exists():
        with path.open(encoding="ascii") as file:
            for text in file:
                yield json.loads(text)
