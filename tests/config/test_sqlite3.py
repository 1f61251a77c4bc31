"""On SQLite one waits for one's turn to write, looking often."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from config.sqlite3.base import LOOKING_OFTEN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, and tells whoever waits")


@contextmanager
def somebody_writes(seconds: float) -> Iterator[None]:
    """Another holds the only lock for so long."""
    locked = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(seconds)
            other.rollback()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait()
    yield
    thread.join()


def patience() -> int:
    """How long a statement of this connection waits, in milliseconds."""
    connection.ensure_connection()
    return int(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])


def test_a_transaction_waits_longer_than_one_look() -> None:
    with somebody_writes(3 * LOOKING_OFTEN / 1000), transaction.atomic():
        pass


def test_it_gives_up_after_the_time_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    with somebody_writes(1), pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass


def test_what_no_waiting_mends_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connections["default"], "transaction_mode", "SOMETIMES")
    tries: list[str] = []

    def counted(run: Callable[..., Any], sql: str, *of: Any) -> Any:
        tries.append(sql)
        return run(sql, *of)

    with (
        connection.execute_wrapper(counted),
        pytest.raises(OperationalError, match="syntax"),
        transaction.atomic(),
    ):
        pass
    assert tries == ["BEGIN SOMETIMES"]


def test_single_statements_wait_as_long_as_ever() -> None:
    usual = int(connection.settings_dict["OPTIONS"]["timeout"] * 1000)
    with transaction.atomic():
        assert patience() == usual
    assert patience() == usual
