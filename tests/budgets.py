"""Query budgets: what a page may ask the database, kept in query_counts.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company

BUDGETS: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text())


@contextmanager
def within_budget(name: str) -> Iterator[CaptureQueriesContext]:
    """Fails when what runs inside asks more than the budget of that name; shows the queries."""
    Company.forget()
    Company.exists()  # remembered for 5 seconds, which a slow machine needs for the page before
    with CaptureQueriesContext(connection) as asked:
        yield asked
    count = len(asked)
    told = "\n".join(query["sql"][:200] for query in asked.captured_queries)
    assert count <= BUDGETS[name], f"{name}: {count} of at most {BUDGETS[name]}\n{told}"
