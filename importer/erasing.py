"""What imports keep of a person that is being erased: rows as they were read, and whole files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.actions.erase import ERASED
from crm.errors import Refused
from crm.traces import Subject, Traces
from importer import rows
from importer.models import Import, ImportedRow, Step
from importer.readers.base import Cell, line


@dataclass
class Found:
    """The numbers of the rows of one import that came in as the client, or name the person."""

    source: Import
    numbers: set[int] = field(default_factory=set)


def find(subject: Subject, traces: Traces) -> list[Found]:
    """The imports that hold rows of the subject; every kept file is read."""
    found: list[Found] = []
    came_in: dict[int, set[int]] = {}
    changed: dict[int, set[int]] = {}
    journal = ImportedRow.objects.filter(client=subject.client)
    for source_id, number, changes in journal.values_list("source_id", "number", "changes"):
        came_in.setdefault(source_id, set()).add(number)
        if changes and (subject.is_whole or traces.are_in(changes)):
            changed.setdefault(source_id, set()).add(number)
    for source in Import.objects.order_by("pk"):
        linked = came_in.get(source.pk, set())
        numbers = set(_naming(source, linked, subject, traces)) | changed.get(source.pk, set())
        if numbers or traces.are_in([source.name, source.samples, source.mended]):
            found.append(Found(source, numbers))
    return found


def cells_of(found: list[Found]) -> list[dict[str, Any]]:
    """The rows as they came, to be handed out."""
    return [
        {
            "file": one.source.name,
            "row": number,
            "cells": {
                header or str(at + 1): str(cell)
                for at, (header, cell) in enumerate(zip(_headers(one, cells), cells, strict=True))
                if cell not in (None, "")
            },
        }
        for one in found
        for number, cells in _read(one.source)
        if number in one.numbers
    ]


def erase(found: list[Found], traces: Traces) -> int:
    """Blank these rows, within a transaction; how many. The files go once it is through.

    An import that was never loaded is thrown away with its file, a loaded one keeps its numbers.
    Refused while one of them is being loaded.
    """
    for one in found:
        source = one.source
        if source.step == Step.LOAD and source.job is not None and not source.job.is_finished:
            raise Refused(
                _("An import that names them is being loaded. Try again when it is done.")
            )
    for one in found:
        if one.source.step in (Step.READ, Step.COLUMNS, Step.CHECK):
            _throw_away(one.source)
        else:
            _blank(one, traces)
    return sum(len(one.numbers) for one in found)


def _naming(source: Import, linked: set[int], subject: Subject, traces: Traces) -> Iterator[int]:
    """Of a contact only the rows that name them; a whole client's own rows in any case."""
    for number, cells in _read(source):
        own = number in linked
        told = [str(cell) for cell in cells if cell is not None]
        joined = " ".join(told)
        if (own and subject.is_whole) or traces.are_in([joined, *told], own=own):
            yield number


def _read(source: Import) -> Iterator[tuple[int, list[Cell]]]:
    path = rows.folder(source.pk) / "rows.jsonl"
    return rows.read(source.pk) if path.exists() else iter(())


def _headers(one: Found, cells: list[Cell]) -> list[str]:
    headers = [str(header) for header in one.source.headers][: len(cells)]
    return headers + [""] * (len(cells) - len(headers))


def _throw_away(source: Import) -> None:
    pk, file = source.pk, source.file
    Import.objects.filter(pk=pk).delete()

    def files() -> None:
        file.delete(save=False)
        shutil.rmtree(rows.folder(pk), ignore_errors=True)

    transaction.on_commit(files)


def _blank(one: Found, traces: Traces) -> None:
    """The file as it was sent can't be mended; what was read of it can."""
    source = one.source
    old = source.file.name
    name = ERASED if traces.are_in(source.name) else source.name
    Import.objects.filter(pk=source.pk).update(name=name, samples=[], file="", mended={})

    # What it changed, and from what, can't be put back any more either.
    ImportedRow.objects.filter(source=source, number__in=one.numbers).update(changes=[])

    def files() -> None:
        if old:
            source.file.storage.delete(old)
        folder = rows.folder(source.pk)
        (folder / "findings.json").unlink(missing_ok=True)
        _rewrite(folder / "rows.jsonl", lambda row: _without_cells(row, one.numbers))
        _rewrite(folder / "results.jsonl", lambda row: _without_words(row, one.numbers))

    transaction.on_commit(files)


def _without_cells(row: Any, numbers: set[int]) -> Any:
    return [row[0], []] if row[0] in numbers else row


def _without_words(row: Any, numbers: set[int]) -> Any:
    if row.get("row") not in numbers:
        return row
    return row | {"name": ERASED, "contact": "", "reasons": [], "todo": ""}


def _rewrite(path: Path, change: Callable[[Any], Any]) -> None:
    if not path.exists():
        return
    with rows.replacing(path) as new, path.open(encoding="ascii") as old:
        for text in old:
            new.write(line(change(json.loads(text))))
