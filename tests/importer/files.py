"""Files as tests need them, and what reading them gives."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from importer.readers.base import Cell
from importer.reading import ReadError, open_table

Make = Callable[[bytes], Path]
moment = datetime.fromisoformat


def workbook(rows: Sequence[Sequence[Any]], **formats: str) -> bytes:
    """An .xlsx with these rows; ``formats`` are number formats of cells (A1="0000")."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cell, code in formats.items():
        sheet[cell].number_format = code
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def cells_of(path: Path, **options: Any) -> list[list[Cell]]:
    with open_table(path, header=False, **options) as table:
        return [row.cells for row in table.rows]


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(ReadError) as caught, open_table(path, **options) as table:
        list(table.rows)
    assert len(caught.value.message) > 10
    return caught.value.code
