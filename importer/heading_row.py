"""Which row of a table names its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from importer.contents import by_content, text_of
from importer.guesses import heading_words
from importer.headings import AMBIGUOUS_NAMES, KNOWN
from importer.readers.base import Cell


def _known(text: str) -> bool:
    name = heading_words(text)
    return name in KNOWN or name in AMBIGUOUS_NAMES


def names_columns(headers: Sequence[str]) -> bool:
    """Whether these are names of columns of which we know more than one."""
    return sum(map(_known, headers)) > 1


def looks_like_heading(first: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns rather than being one of the rows."""
    cells = [cell for cell in first if cell is not None and text_of(cell)]
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if not texts or len(texts) < len(cells):
        return False
    if sum(map(_known, texts)) * 3 >= len(texts):
        return True
    if any(by_content([text])[0] for text in texts):
        return False
    return bool(others) and len(set(texts)) == len(texts)


# So far down a heading is looked for, below a title and other words about the table.
HEADING_WITHIN: Final = 25


def heading_at(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The index of the row that names the columns, wherever it is; None when there is none.

    The first row that knows columns by their names; else the first row of all if it looks like a
    heading; else, below a title of a cell or two, the first full row of different words.
    """
    if not rows:
        return None
    for at, row in enumerate(rows[:HEADING_WITHIN]):
        names = _names_in(row)
        known = sum(map(_known, names))
        if known > 1 and known * 3 >= len(names):
            return at
    if not _is_title(rows):
        return 0 if looks_like_heading(rows[0], rows[1:]) else None
    wide = max(len(row) for row in rows) * 2 // 3
    for at, row in enumerate(rows[1:HEADING_WITHIN], 1):
        if len(_names_in(row)) >= wide and looks_like_heading(row, rows[at + 1 :]):
            return at
    return None


def _names_in(row: Sequence[Cell]) -> list[str]:
    """The texts of a row that holds nothing else; a row with a number or a day names nothing."""
    cells = [cell for cell in row if cell is not None and text_of(cell)]
    names = [cell for cell in cells if isinstance(cell, str)]
    return names if len(names) == len(cells) else []


def _is_title(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table begins with a line or two of its own above the columns."""
    filled = [cell for cell in rows[0] if cell is not None and text_of(cell)]
    return len(filled) <= 2 and max(len(row) for row in rows) >= 4
