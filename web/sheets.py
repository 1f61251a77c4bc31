"""Cells of the spreadsheets that are handed out: what somebody typed is never a formula in them."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
LONGEST: Final = 32_767
"""Characters that a cell holds."""


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, also after leading blanks."""
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)


def plain(text: str) -> str:
    """The text for a .csv: what would be a formula is marked as text."""
    return f"'{text}" if looks_like_formula(text) else text


def cell_of(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell of a write-only sheet.

    What would be a formula is marked as text, as a spreadsheet itself marks it, so that it runs
    nothing and comes in again as the very text it was.
    """
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
        cell.data_type = "s"
        if looks_like_formula(value):
            cell.quotePrefix = True
    else:
        cell.value = value
    if bold:
        cell.font = Font(bold=True)
    return cell
