"""Cursors for SQL that is asked again and again: the database plans it once, not each time.

PostgreSQL takes two thirds of a page's time to plan (fifty index ranges in one query, nine tables
joined in another), and one to answer. So it keeps the plans, for each connection; they must suit
any values (plan_cache_mode in the settings), as ranges of an index do. SQLite's driver keeps its
statements by itself; but it marks the places of values otherwise than Django, which looks for them
each time: half as long as SQLite takes to answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.backends.utils import CursorWrapper

MARKED = 1024
"""SQL texts that a process keeps in the words of SQLite's driver."""


def cursor(using: str = "default") -> CursorWrapper:
    """As ``connection.cursor()``, for SQL whose text is the same each time."""
    connection: Any = connections[using]
    if connection.vendor == "postgresql" and not connection.queries_logged:
        made: CursorWrapper = connection.planned()  # config.postgres
        return made
    return marked(connection.cursor())  # logged is what was asked with its values, as by others


def marked(made: CursorWrapper) -> CursorWrapper:
    """The cursor, which on SQLite remembers where the values stand in its SQL."""
    if made.db.vendor == "sqlite":
        raw: Any = made.cursor
        raw.convert_query = _converted
    return made


def _converted(query: str, *, param_names: Iterable[str] | None = None) -> str:
    return _marked(query, None if param_names is None else tuple(param_names))


@lru_cache(maxsize=MARKED)
def _marked(query: str, names: tuple[str, ...] | None) -> str:
    usual: Any = SQLiteCursorWrapper.convert_query
    found: str = usual(None, query, param_names=names)
    return found


def is_planned(cursor: CursorWrapper) -> bool:
    """Whether it is one of :func:`cursor` whose plans PostgreSQL keeps."""
    return getattr(cursor.cursor, "is_planned", False)
