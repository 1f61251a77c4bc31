"""Taking a table in: a file or pasted cells, read whole and kept, with a guess at its columns."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Company, User
from crm.errors import Refused
from importer import mappings, rows
from importer.guessing import guess_in
from importer.models import IN_TURN, Existing, Import, SameBy, Step
from importer.reading import LIMITS, Limits, ReadError, open_table
from modules.models import FirstResponsible, Module

# The check runs while somebody waits for its page: more rows need a job of their own.
MOST_ROWS: Final = 20_000


def limits() -> Limits:
    """What a file may hold; how large it may be is the company's setting."""
    most = min(LIMITS.file_bytes, Company.current().upload_mb * 1024 * 1024)
    return replace(LIMITS, rows=MOST_ROWS, file_bytes=most)


@dataclass(frozen=True)
class Upload:
    """What somebody brings in: a file, or the text of pasted cells."""

    file: File[bytes] | None = None
    name: str = ""
    pasted: str = ""
    module: Module | None = None


def take_in(upload: Upload, *, actor: User) -> Import:
    """Keep and read a table. Raises ReadError; then nothing of it stays."""
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
    _read(source, sheet=sheet, has_heading=has_heading)
    source.step, source.counts = Step.COLUMNS, {}
    source.save()
    return source


def discard(import_id: int, *, actor: User) -> None:
    """Throw an import away that has not been loaded, with its file."""
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        transaction.on_commit(lambda: _throw_away(source, row=False))
        Import.objects.filter(pk=source.pk).delete()


def open_one(import_id: int, *, actor: User) -> Import:
    """One's own import, locked within a transaction; Refused when it is being loaded."""
    found = Import.objects.of(actor).filter(pk=import_id)
    if transaction.get_connection().in_atomic_block:
        found = found.select_for_update(of=("self",))
    source = found.select_related("module", "created_by", "job").first()
    if source is None:
        raise Http404
    if not source.is_open:
        raise Refused(_("This import is being loaded already."))
    return source


def _throw_away(source: Import, *, row: bool = True) -> None:
    if row:
        Import.objects.filter(pk=source.pk).delete()
    source.file.delete(save=False)
    shutil.rmtree(rows.folder(source.pk), ignore_errors=True)


def _read(source: Import, *, sheet: str = "", has_heading: bool | None = None) -> None:
    kind = "paste" if source.pasted else "file"
    with open_table(
        source.file.path,
        kind=kind,
        name=source.name,
        sheet=sheet or None,
        header=has_heading,
        limits=limits(),
    ) as table:
        head = list(islice(table.rows, 1))
        if not head:
            raise ReadError("empty")
        count = rows.keep(source.pk, chain(head, table.rows))
    source.sheet, source.sheets = table.sheet[:200], table.sheets
    source.has_heading = table.header_row is not None
    source.headers, source.rows = table.headers, count
    matches = guess_in(source, source.created_by, source.module)
    source.targets = [found.target.key if found.target else "" for found in matches]
    source.samples = [found.samples for found in matches]
    if "client_id" in source.targets:
        source.same_by = SameBy.ID
    before = mappings.remembered(source, source.created_by)
    if before is not None:
        mappings.put(before, source, source.created_by)
