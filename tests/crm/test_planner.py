"""SQLite is told how big the tables are, so that few rows are found by their ids."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Role
from crm import planner
from crm.models import Client, Datasheet, HistoryEntry, Phone
from tests import make

pytestmark = pytest.mark.django_db
IDS = range(1, 31)


@pytest.fixture(autouse=True)
def on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps statistics of its own")


def plan(queryset: QuerySet[Any]) -> str:
    sql, params = queryset.query.sql_with_params()
    with connection.cursor() as db:
        db.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return " | ".join(str(row[3]) for row in db.fetchall())


@pytest.mark.parametrize("role", [Role.NORMAL, Role.RESTRICTED])
def test_what_is_asked_for_by_ids_is_found_by_them(role: Role) -> None:
    user = make.user(role)
    by_id = "INTEGER PRIMARY KEY (rowid=?)"
    clients = plan(Client.objects.visible_to(user).filter(pk__in=IDS))
    assert f"crm_client USING {by_id}" in clients
    sheets = plan(Datasheet.objects.visible_to(user).filter(pk__in=IDS))
    assert f"crm_datasheet USING {by_id}" in sheets
    of_clients = plan(Datasheet.objects.visible_to(user).filter(client__in=IDS))
    assert "crm_datasheet USING INDEX ds_client (client_id=?)" in of_clients
    phones = plan(Phone.objects.visible_to(user).filter(digits="36301234567"))
    assert "crm_phone USING INDEX phone_digits (digits=?)" in phones
    assert f"crm_client USING {by_id}" in phones


def test_what_a_restricted_user_sees_is_asked_of_each_entry() -> None:
    """And not gathered beforehand: nobody's datasheets alone may be tens of thousands."""
    seen = plan(HistoryEntry.objects.visible_to(make.user(Role.RESTRICTED)).filter(datasheet=1))
    assert "W0 USING INTEGER PRIMARY KEY (rowid=?)" in seen
    assert "client_by_name" not in seen
    assert "ds_responsible" not in seen


def test_a_table_made_anew_is_told_of_again() -> None:
    def kept() -> list[Any]:
        with connection.cursor() as db:
            db.execute("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2")
            return list(db.fetchall())

    before = kept()
    assert ("crm_client", "client_by_name", "500000 500000 2 1") in before
    with connection.cursor() as db:
        db.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'crm_client'")
    call_command("migrate", verbosity=0)
    assert kept() == before


def test_only_columns_that_stand_in_an_index_are_told_of() -> None:
    with connection.cursor() as db:
        for table, size in planner.TABLES.items():
            db.execute(
                "SELECT i.name FROM pragma_index_list(%s) AS l, pragma_index_info(l.name) AS i",
                [table],
            )
            assert set(size.values) <= {row[0] for row in db.fetchall()}, table
