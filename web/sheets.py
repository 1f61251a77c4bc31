"""Cells of the spreadsheets that are handed out: what somebody typed is never a formula in them."""

from __future__ import annotations

import re
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from web.formulas import looks_like_formula

LONGEST: Final = 32_767
"""Characters that a cell holds."""
# What XML can't say, and what would be read as such an escape: both are written as _x0041_.
_UNSAYABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def sayable(text: str) -> str:
    """The text as a workbook's XML holds it, no longer than a cell (ECMA-376, 22.9.2.19)."""
    return _UNSAYABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:LONGEST])


def cell_of(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell of a write-only sheet.

    What would be a formula is marked as text, as a spreadsheet itself marks it, so that it runs
    nothing and comes in again as the very text it was.
    """
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = sayable(value)
        cell.data_type = "s"
        if looks_like_formula(value):
            cell.quotePrefix = True
    else:
        cell.value = value
    if bold:
        cell.font = Font(bold=True)
    return cell
