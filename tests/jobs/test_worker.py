"""What any worker does beside its jobs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from jobs.worker import put_in_place
from tests import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's log is its own"),
]


def test_what_was_written_is_moved_from_the_log_into_the_file() -> None:
    make.user("manager")
    put_in_place()
    before = in_the_file()
    make.user("normal")
    assert in_the_file() == before
    put_in_place()
    assert in_the_file() == before + 1


def in_the_file() -> int:
    """How many users are there for who doesn't look into the log."""
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(f"file:{name}?immutable=1", uri=True)) as db:
        (n,) = db.execute("SELECT count(*) FROM accounts_user").fetchone()
        return int(n)
