"""The rows of an import as they were read, and those left out: kept in files, a line a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from importer.readers.base import Cell, decode, encode, line
from importer.reading import Row


def folder(import_id: int) -> Path:
    """Where the files of an import lie; made when it isn't there."""
    path = Path(settings.MEDIA_ROOT) / "imports" / str(import_id)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(import_id: int, rows: Iterable[Row]) -> int:
    """Write the rows; how many there were."""
    n = 0
    with (folder(import_id) / "rows.jsonl").open("w", encoding="ascii") as file:
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


def keep_results(import_id: int, results: Iterable[dict[str, Any]]) -> None:
    """Write what was found out about the rows that the check shows, in the order given."""
    with (folder(import_id) / "results.jsonl").open("w", encoding="ascii") as file:
        file.writelines(line(result) for result in results)


def results(import_id: int) -> Iterator[dict[str, Any]]:
    path = folder(import_id) / "results.jsonl"
    if path.exists():
        with path.open(encoding="ascii") as file:
            for text in file:
                yield json.loads(text)
