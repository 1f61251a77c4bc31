"""The rows that did not come in, as a workbook that can be mended and loaded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from importer import rows
from importer.models import Import
from importer.plan import Result
from importer.readers.base import Cell

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
LONGEST: Final = 32_767
_WIDE: Final = 60


def workbook(source: Import, kinds: Sequence[Result]) -> bytes:
    """The rows of these results, each with its cells as they were read and why it is here.

    What would be a formula is marked as text, as a spreadsheet itself marks it, so that it runs
    nothing and comes in again as the very text it was.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Left out"))
    width = len(source.headers)
    sheet.column_dimensions[get_column_letter(width + 1)].width = _WIDE
    sheet.freeze_panes = "A2"
    heading = [*map(_header, enumerate(source.headers)), _("Why it was left out")]
    sheet.append([_written(sheet, name, bold=True) for name in heading])
    for number, cells, reasons in _found(source, kinds):
        why = _("Row %(number)s: %(why)s") % {"number": number, "why": " ".join(reasons)}
        padded = [*cells, *[None] * (width - len(cells))]
        sheet.append([_written(sheet, cell) for cell in (*padded, why)])
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


def _written(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
        cell.data_type = "s"
        if value.lstrip().startswith(FORMULA) or value.startswith(FORMULA):
            cell.quotePrefix = True
    else:
        cell.value = value
    if bold:
        cell.font = Font(bold=True)
    return cell
