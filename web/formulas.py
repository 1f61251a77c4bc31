"""What somebody typed is never a formula in a table that is handed out: the one rule of it."""

from __future__ import annotations

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MARK: Final = "'"


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, also after leading blanks."""
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)


def plain(text: str) -> str:
    """The text for a .csv: what would be a formula is marked as text; :func:`unmarked` undoes it.

    What only looks marked already gets another mark, so that each text comes back as it was.
    """
    return f"{_MARK}{text}" if looks_like_formula(text.lstrip(_MARK)) else text


def unmarked(text: str) -> str:
    """The text of a .csv's cell without the mark that keeps it from being a formula."""
    marked = text.startswith(_MARK) and looks_like_formula(text.lstrip(_MARK))
    return text[1:] if marked else text
