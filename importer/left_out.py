"""The rows that did not come in, as a workbook that can be mended and loaded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from importer import rows
from importer.models import Import
from importer.plan import Result
from importer.readers.base import Cell
from web.sheets import cell_of

_WIDE: Final = 60


def workbook(source: Import, kinds: Sequence[Result]) -> bytes:
    """The rows of these results, each with its cells as they were read and why it is here."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Left out"))
    width = len(source.headers)
    sheet.column_dimensions[get_column_letter(width + 1)].width = _WIDE
    sheet.freeze_panes = "A2"
    heading = [*map(_header, enumerate(source.headers)), _("Why it was left out")]
    sheet.append([cell_of(sheet, name, bold=True) for name in heading])
    for number, cells, reasons in _found(source, kinds):
        why = _("Row %(number)s: %(why)s") % {"number": number, "why": " ".join(reasons)}
        padded = [*cells, *[None] * (width - len(cells))]
        sheet.append([cell_of(sheet, cell) for cell in (*padded, why)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _header(numbered: tuple[int, str]) -> str:
    column, header = numbered
    return header or _("Column %(letter)s") % {"letter": get_column_letter(column + 1)}


def _found(source: Import, kinds: Sequence[Result]) -> Iterator[tuple[int, list[Cell], list[str]]]:
    wanted = {
        one["row"]: one["reasons"] for one in rows.results(source.pk) if one["result"] in kinds
    }
    for number, cells in rows.read(source.pk) if wanted else ():
        if number in wanted:
            yield number, cells, wanted[number]
