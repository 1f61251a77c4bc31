"""What is asked again and again is planned once on PostgreSQL."""

import pytest
from django.db import connection

from web import statements

SQL = "SELECT %s::int + 1" if connection.vendor == "postgresql" else "SELECT %s + 1"
pytestmark = pytest.mark.django_db


def planned() -> int:
    with connection.cursor() as db:
        db.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE generic_plans > 0")
        return int(db.fetchone()[0])


def ask(number: int) -> object:
    with statements.cursor() as db:
        db.execute(SQL, [number])
        assert statements.is_planned(db) == (connection.vendor == "postgresql")
        return db.fetchone()


def test_the_answer_is_that_of_any_cursor() -> None:
    assert ask(1) == (2,)
    assert ask(40_000) == (40_001,)
    with connection.cursor() as db:
        assert not statements.is_planned(db)
        db.execute(SQL, [2])
        assert db.fetchone() == (3,)


def test_values_stand_where_they_are_marked() -> None:
    for _ in range(2):
        with statements.cursor() as db:
            db.execute("SELECT CAST(%s AS char(3)) || '%%s'", ["a%s"])
            assert db.fetchone()[0].replace(" ", "") == "a%s%s"
            db.execute(
                "SELECT CAST(%(b)s AS text) || CAST(%(a)s AS text)", {"a": "first", "b": "second"}
            )
            assert db.fetchone() == ("secondfirst",)


@pytest.mark.postgres
def test_its_plan_is_made_once_and_kept() -> None:
    before = planned()
    for number in (1, 2, 3):
        ask(number)
    assert planned() == before + 1
