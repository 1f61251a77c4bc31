"""Taking a table in: a file or pasted cells, read whole and kept, with a guess at its columns."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Final
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Company, User
from crm.errors import Refused
from importer import asking, cards, mappings, options, rows
from importer.contents import text_of
from importer.guessing import guess_in
from importer.models import IN_TURN, Existing, Import, SameBy, Step
from importer.readers import vcard
from importer.reading import LIMITS, Limits, ReadError, Row, Table, open_table
from importer.sheets import open_likeliest
from jobs import runner
from modules.models import FirstResponsible, Module

KIND: Final = "import_read"
# A file of this size is read in about a second.
AT_ONCE: Final = 1024 * 1024
# Reading a large file may take so much longer for each megabyte of it.
_SECONDS_A_MB: Final = 10
# How often one is told how far the reading is, in rows.
_TOLD_EVERY: Final = 5_000
Beat = Callable[[int], None]


def limits(size: int = 0) -> Limits:
    """What a file may hold, by the company's settings; one of ``size`` bytes also how long it
    may take.
    """
    company = Company.current()
    more = size // (1024 * 1024) * _SECONDS_A_MB
    return replace(
        LIMITS,
        rows=company.import_rows,
        columns=company.import_columns,
        file_bytes=company.import_mb * 1024 * 1024,
        cpu_seconds=LIMITS.cpu_seconds + more,
        wait_seconds=LIMITS.wait_seconds + more,
    )


@dataclass(frozen=True)
class Upload:
    """What somebody brings in: a file, or the text of pasted cells."""

    file: File[bytes] | None = None
    name: str = ""
    pasted: str = ""
    module: Module | None = None


def take_in(upload: Upload, *, actor: User) -> Import:
    """Keep a table and read it, a large file in the background: then its step is READ.

    Raises ReadError when it is read at once and can't be; then nothing of it stays.
    """
    source = Import(
        name=(upload.name if upload.file else _("Pasted cells"))[-200:],
        created_by=actor,
        module=upload.module,
        responsible=_first_responsible(upload.module, actor),
        users=_turns(upload.module),
        existing=Existing.FILL,
        pasted=upload.file is None,
    )
    content = upload.file or ContentFile(upload.pasted.encode())
    # Its own name is shown, never used: what a stranger typed is no path of ours.
    source.file.save(uuid4().hex, content, save=False)
    if content.size > AT_ONCE:
        return _read_later(source, actor, {})
    source.save()
    try:
        _read(source)
        source.save()
    except BaseException:
        _throw_away(source)
        raise
    return source


def _first_responsible(module: Module | None, actor: User) -> User | None:
    """Of rows that name nobody, unless another one is chosen."""
    creator = module is None or module.first_responsible == FirstResponsible.CREATOR
    return actor if creator else None


def _turns(module: Module | None) -> dict[str, int]:
    in_turn = module is not None and module.first_responsible == FirstResponsible.IN_TURN
    return {"": IN_TURN} if in_turn else {}


def read_again(import_id: int, *, actor: User, sheet: str, has_heading: bool | None) -> Import:
    """Read another sheet, or take the first row for a heading or not. Raises ReadError, Refused.

    The file is read beside what is there, so that one that can't be read changes nothing.
    """
    source = open_one(import_id, actor=actor)
    if source.file.size > AT_ONCE:
        return _read_later(source, actor, {"sheet": sheet, "has_heading": has_heading})
    _read(source, sheet=sheet, has_heading=has_heading)
    source.step, source.counts = Step.COLUMNS, {}
    source.save()
    return source


def _read_later(source: Import, actor: User, how: dict[str, Any]) -> Import:
    with transaction.atomic():
        source.step = Step.READ
        source.save()
        payload = {"import": source.pk, **how}
        source.job = runner.start(KIND, actor=actor, payload=payload)
        source.save(update_fields=["job"])
    return source


def read_now(source: Import, how: dict[str, Any], beat: Beat) -> None:
    """Read the file of an import in the background; ``beat`` is told how many rows were read.

    Raises ReadError; what had been read before stays then. One that was thrown away in the
    meantime leaves nothing.
    """
    before = source.rows
    try:
        _read(source, sheet=how.get("sheet", ""), has_heading=how.get("has_heading"), beat=beat)
    except ReadError:
        if before:
            Import.objects.filter(pk=source.pk, step=Step.READ).update(step=Step.COLUMNS)
        raise
    source.step, source.counts = Step.COLUMNS, {}
    with transaction.atomic():
        here = Import.objects.filter(pk=source.pk, step=Step.READ).select_for_update()
        if here.values_list("pk").first():
            source.save()
            return
    _throw_away(source, row=False)


def discard(import_id: int, *, actor: User) -> None:
    """Throw an import away that has not been loaded, with its file."""
    with transaction.atomic():
        source = _locked(import_id, actor)
        if not source.is_open and source.step != Step.READ:
            raise Refused(_("This import is being loaded already."))
        if source.job is not None:
            runner.cancel(source.job)
        options.remove_unused(source, actor=actor)
        transaction.on_commit(lambda: _throw_away(source, row=False))
        Import.objects.filter(pk=source.pk).delete()


def open_one(import_id: int, *, actor: User) -> Import:
    """One's own import, locked within a transaction; Refused when it is being loaded."""
    source = _locked(import_id, actor)
    if source.step == Step.READ:
        raise Refused(_("This import is still being read."))
    if not source.is_open:
        raise Refused(_("This import is being loaded already."))
    return source


def _locked(import_id: int, actor: User) -> Import:
    found = Import.objects.of(actor).filter(pk=import_id)
    if transaction.get_connection().in_atomic_block:
        found = found.select_for_update(of=("self",))
    source = found.select_related("module", "created_by", "job").first()
    if source is None:
        raise Http404
    return source


def _throw_away(source: Import, *, row: bool = True) -> None:
    if row:
        Import.objects.filter(pk=source.pk).delete()
    source.file.delete(save=False)
    shutil.rmtree(rows.folder(source.pk), ignore_errors=True)


def _read(
    source: Import,
    *,
    sheet: str = "",
    has_heading: bool | None = None,
    beat: Beat = lambda done: None,
) -> None:
    with _opened(source, sheet, has_heading) as table:
        head = list(islice(table.rows, 1))
        if not head:
            raise ReadError("empty")
        values: dict[int, str] = {}
        noted = _noting(chain(head, table.rows), values, table.width)
        count = rows.keep(source.pk, _told(noted, beat))
    source.sheet, source.sheets = table.sheet[:200], table.sheets
    source.has_heading = table.header_row is not None
    source.headers = cards.headings() if table.headers == vcard.HEADING else table.headers
    source.rows = count
    matches = guess_in(source, source.created_by, source.module)
    source.targets = [found.target.key if found.target else "" for found in matches]
    source.samples = [
        found.samples or [values[found.column]] if found.column in values else []
        for found in matches
    ]
    if "client_id" in source.targets:
        source.same_by = SameBy.ID
    before = mappings.remembered(source, source.created_by)
    if before is not None:
        mappings.put(before, source, source.created_by)
    asking.prepare(source)


def _opened(source: Import, sheet: str, has_heading: bool | None) -> AbstractContextManager[Table]:
    path, name, most = source.file.path, source.name, limits(source.file.size)
    if source.pasted or sheet or has_heading is not None:
        kind, chosen = "paste" if source.pasted else "file", sheet or None
        return open_table(path, kind=kind, name=name, sheet=chosen, header=has_heading, limits=most)
    return open_likeliest(path, name=name, limits=most)


def _noting(rows_read: Iterable[Row], values: dict[int, str], width: int) -> Iterator[Row]:
    """Note the first value of each column; of one that holds nothing there is none."""
    missing = set(range(width))
    for row in rows_read:
        for column in list(missing):
            cell = row.cells[column]
            if cell is not None and (text := text_of(cell)):
                values[column] = text
                missing.discard(column)
        yield row


def _told(rows_read: Iterable[Row], beat: Beat) -> Iterator[Row]:
    for n, row in enumerate(rows_read, start=1):
        if n % _TOLD_EVERY == 0:
            beat(n)
        yield row
