"""/healthz tells whether database, migrations and worker are well."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from config import health
from jobs.models import Worker

pytestmark = pytest.mark.django_db
WELL = {"database": "ok", "migrations": "ok", "worker": "ok"}


@pytest.fixture(autouse=True)
def forget() -> None:
    health._migrations_done.cache_clear()


def get() -> tuple[int, dict[str, str]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well_for_anybody_who_asks() -> None:
    Worker.objects.create(pk="w")
    assert get() == (200, WELL)


@pytest.mark.parametrize("age", [None, timedelta(seconds=40)])
def test_a_worker_that_is_missing_or_silent_is_told(age: timedelta | None) -> None:
    if age:
        Worker.objects.create(pk="w", beat_at=timezone.now() - age)
    assert get() == (503, WELL | {"worker": "not running"})


def test_a_missing_migration_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    assert get() == (503, WELL | {"migrations": "missing", "worker": "unknown"})


def test_a_database_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    status, state = get()
    assert (status, state["database"]) == (503, "down")


def test_it_is_cheap(django_assert_max_num_queries: Any) -> None:
    Worker.objects.create(pk="w")
    get()
    with django_assert_max_num_queries(2):
        get()
