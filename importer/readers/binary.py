"""Rows of the binary workbooks of Excel, .xls (BIFF 5 and 8) and .xlsb, read by calamine.

calamine asks for as much memory as a damaged file says and then aborts, so it is imported here,
in the child process with its limits, and nowhere else. It gives values without their number
formats: a whole number comes as a float, and 0007 as 7.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from importer.readers.base import Cell, Limits, Rows, Unreadable, is_blank
from importer.readers.numbers import number

_MIDNIGHT: Final = time()


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.replace("\x00", "") or None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return number(repr(value) if isinstance(value, float) else str(value))
    if isinstance(value, datetime):
        return value.date() if value.time() == _MIDNIGHT else value
    if isinstance(value, date | time):
        return value
    return _elapsed(value) if isinstance(value, timedelta) else str(value)


def _elapsed(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _rows(sheet: Any, limits: Limits) -> Rows:
    """From the first row on; calamine leaves out what is blank above and at the left."""
    top, left = sheet.start or (0, 0)
    yield from ((at + 1, []) for at in range(min(top, limits.rows)))
    if left + sheet.width > limits.columns and _really_wide(sheet, left, limits):
        raise Unreadable("columns", limit=limits.columns)
    for at, values in enumerate(sheet.iter_rows(), top + 1):
        yield at, [None] * left + [_cell(value) for value in values]


def _really_wide(sheet: Any, left: int, limits: Limits) -> bool:
    """Whether any cell beyond the limit holds something."""
    beyond = max(limits.columns - left, 0)
    return any(any(value not in ("", None) for value in row[beyond:]) for row in sheet.iter_rows())


def _trimmed(rows: Rows) -> Iterator[tuple[int, list[Cell]]]:
    """Without the blanks that a row's cells end with."""
    for at, cells in rows:
        while cells and cells[-1] is None:
            cells.pop()
        yield at, cells


def read(path: str, sheet: str | None, limits: Limits) -> tuple[str, list[str], Rows]:
    """The name of the sheet that was read, the names of all, and its rows.

    Without ``sheet`` the first one that holds anything, the visible ones first.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = _names(book, calamine)
        if sheet is not None and sheet not in names:
            raise Unreadable("sheet", name=sheet)
        for name in [sheet] if sheet is not None else names:
            rows = _trimmed(_rows(book.get_sheet_by_name(name), limits))
            for at, cells in rows:
                if not is_blank(cells):
                    return name, names, itertools.chain([(at, cells)], rows)
    except calamine.PasswordError:
        raise Unreadable("password") from None
    except calamine.CalamineError:
        raise Unreadable("broken") from None
    raise Unreadable("empty")


def _names(book: Any, calamine: Any) -> list[str]:
    """The worksheets, the visible ones first; charts and macros are none."""
    found = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = calamine.SheetVisibleEnum.Visible
    return [one.name for one in sorted(found, key=lambda one: one.visible != visible)]
