"""Rubbing out of the search index's own tables what the records don't hold any more."""

from __future__ import annotations

from typing import Final

from django.db import connection

from jobs.models import Viewer
from jobs.runner import start

KIND: Final = "tidy_search"
_TABLES: Final = ("crm_searchwords", "crm_searchinside")


def tidy_later(actor: Viewer) -> None:
    """Once the present transaction is through, in the background: it reads the whole index."""
    start(KIND, actor=actor, payload={})


def tidy() -> None:
    """SQLite's index only marks words as deleted, until its parts are merged.

    PostgreSQL drops them by itself, with the next vacuum.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as db:
        for table in set(_TABLES) & set(connection.introspection.table_names(db)):
            db.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
