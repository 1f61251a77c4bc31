"""PostgreSQL is asked with less work, and the same comes of it."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from accounts.models import User
from crm.models import HistoryEntry
from tests import make
from web import statements, writing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def asked(sql: str, *values: Any) -> Any:
    with statements.cursor() as db:
        db.execute(sql, values)
        return db.fetchall()[0][0]


def backend() -> int:
    """The process of the database that answers us."""
    return int(asked("SELECT pg_backend_pid()"))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 21, 5, 7, tzinfo=UTC),
        datetime(2026, 11, 22, 21, 5, 7, 120_000, tzinfo=UTC),
        datetime(2026, 11, 22, 21, 5, 7, 123_456, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_a_moment_is_read_as_it_was_written(moment: datetime) -> None:
    found = asked("SELECT %s::timestamptz", moment)
    assert found == moment
    assert found.tzinfo is UTC


def test_a_moment_that_has_no_date_is_told() -> None:
    for beyond in ("infinity", "10000-01-01 00:00+00", "0044-03-15 00:00+00 BC"):
        with pytest.raises(DataError, match="timestamp too"):
            asked("SELECT %s::timestamptz", beyond)


def test_a_cursor_is_taken_again_but_never_by_two() -> None:
    with statements.cursor() as one, statements.cursor() as other:
        assert one.cursor is not other.cursor
        one.execute("SELECT 1 WHERE 1 = %s", [1])
        other.execute("SELECT 2 WHERE 1 = %s", [1])
        assert (one.fetchall(), other.fetchone()) == ([(1,)], (2,))
        used = {id(one.cursor), id(other.cursor)}
        one.close()  # and once more at the end of the block
    several = [statements.cursor() for _ in range(3)]
    raw = {id(made.cursor) for made in several}
    assert len(raw) == 3
    assert used < raw
    for made in several:
        made.close()


def test_after_a_mistake_it_answers_again() -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError, match="no_such"):
            asked("SELECT no_such FROM crm_once WHERE 1 = %s", 1)
        assert asked("SELECT %s::int", 3) == 3
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            asked("SELECT %s::int", 3)


def test_a_long_statement_means_the_same() -> None:
    terms = " + ".join(["%s::int"] * 600)
    for _ in range(2):
        assert asked(f"SELECT {terms}", *range(600)) == sum(range(600))
        assert asked("SELECT 'a%%' || %s", "%s") == "a%%s"


def test_what_every_change_writes_is_planned_once() -> None:
    make.company()
    manager: User = make.user("manager")
    sheet = make.datasheet(make.module(), actor=manager)

    def write() -> None:
        entry = HistoryEntry(client=sheet.client, datasheet=sheet, at=sheet.created_at, kind="note")
        writing.insert(entry)
        entry.text = "Más"
        writing.update(entry)

    write()
    kept = "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE %s"
    for verb in ("INSERT", "UPDATE"):
        found = asked(kept, f"{verb}%crm_historyentry%")
        assert found > 0
        write()
        assert asked(kept, f"{verb}%crm_historyentry%") == found


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What came of the question whether the connection is usable, each time it was asked."""
    found: list[bool] = []
    usual = connection.is_usable

    def is_usable() -> bool:
        found.append(usual())
        return found[-1]

    backend()
    monkeypatch.setattr(connection, "is_usable", is_usable)
    return found


def begin() -> int:
    """A request begins, as the server begins it; the process of the database that answers it."""
    connection.close_if_unusable_or_obsolete()
    return backend()


def end(process: int) -> None:
    """As a restart of the database ends the connection that this process answers."""
    other = connection.copy()
    with other.cursor() as db:
        db.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()


def test_a_connection_is_asked_again_only_after_a_while(
    answers: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = begin()
    answers.clear()
    assert [begin(), begin(), begin()] == [first] * 3
    assert answers == []
    from config.postgres.base import LIVELY  # where the driver is

    later = time.monotonic() + LIVELY
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert [begin(), begin(), begin()] == [first] * 3
    assert answers == [True]


def test_who_comes_after_a_restart_of_the_database_notices_nothing(answers: list[bool]) -> None:
    first, second = begin(), begin()
    assert first == second
    answers.clear()
    end(first)
    assert begin() != first
    assert answers == [False]


def test_a_connection_that_ends_within_a_request_is_told_and_the_next_has_another(
    answers: list[bool],
) -> None:
    first = begin()
    end(first)
    with pytest.raises(OperationalError):
        backend()
    assert begin() != first


def test_the_first_statement_of_a_transaction_begins_it() -> None:
    asked("SELECT txid_current()::text || %s", "")
    with transaction.atomic():
        inside = {asked("SELECT txid_current()::text || %s", "") for _ in range(3)}
    assert len(inside) == 1
    assert asked("SELECT txid_current()::text || %s", "") not in inside
