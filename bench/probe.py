"""Tells what a page asked the database. Asleep unless a request bears its header."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from web import statements

HEADER = "X-Bench-Probe"
FILE = "BENCH_PROBE_FILE"
"""The environment variable that names the file in which the queries are left."""


@dataclass
class Query:
    """A query as the page sent it, and how long the database took for it, in seconds.

    ``planned``: the database keeps its plan (web.statements).
    """

    sql: str
    params: Any
    seconds: float
    planned: bool


class Probe:
    """Notes the queries of a request with the header, and leaves them in the file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if HEADER not in request.headers:
            return self.get_response(request)
        queries: list[Query] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            started = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                seconds = time.perf_counter() - started
                planned = statements.is_planned(context["cursor"])
                queries.append(Query(sql, params, seconds, planned))

        with connection.execute_wrapper(note):
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        Path(os.environ[FILE]).write_bytes(pickle.dumps(queries))
        return response


def noted(path: Path) -> list[Query]:
    """What the last request with the header asked."""
    queries: list[Query] = pickle.loads(path.read_bytes())  # noqa: S301 - our own file
    return queries
