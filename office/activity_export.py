"""The activity log as a table: .csv, written while it is sent, or .xlsx."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts.models import AuditEntry
from office.activity_list import blocks
from office.activity_words import tell
from web.formulas import plain
from web.sheets import cell_of

MOST: Final = 100_000
WIDTHS: Final = (20, 24, 60, 60, 20, 30, 22)


def _heading() -> list[str]:
    return [
        _("When"),
        _("Who"),
        _("What happened"),
        _("From what to what"),
        _("Address"),
        _("Device"),
        _("Action"),
    ]


def _row(entry: AuditEntry) -> list[str]:
    told = tell(entry)
    return [
        f"{told.local:%Y-%m-%d %H:%M:%S}",
        entry.actor.full_name if entry.actor else _("The system"),
        told.text,
        told.changes_text,
        entry.address or "",
        entry.device,
        entry.action,
    ]


def csv_lines(rows: QuerySet[AuditEntry], language: str, zone: ZoneInfo) -> Iterator[bytes]:
    """UTF-8 with its mark, semicolons where the comma is the decimal sign, as Excel wants it.

    It is sent after the request is over, so each block speaks the reader's language by itself.
    """
    delimiter = ";" if language == "hu" else ","
    with translation.override(language):
        yield b"\xef\xbb\xbf" + _written([_heading()], delimiter)
    for block in blocks(rows, MOST):
        with translation.override(language), timezone.override(zone):
            yield _written([_row(entry) for entry in block], delimiter)


def _written(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow([plain(cell) for cell in row])
    return out.getvalue().encode()


def workbook(rows: QuerySet[AuditEntry]) -> IO[bytes]:
    """A file open at its beginning, gone when it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Activity log"))
    for column, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append([cell_of(sheet, text, bold=True) for text in _heading()])
    for block in blocks(rows, MOST):
        for entry in block:
            sheet.append([cell_of(sheet, text) for text in _row(entry)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    book.save(file)
    file.seek(0)
    return file
