"""Real threads against the real database: each test commits, and leaves the tables empty."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

AtOnce = Callable[[list[Callable[[], Any]]], list[Any]]


@pytest.fixture
def at_once(transactional_db: None) -> AtOnce:
    """Run the calls at the same moment, each on a connection of its own; results or errors."""

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        barrier = Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                barrier.wait(timeout=20)
                return call()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run
