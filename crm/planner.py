"""What SQLite's planner is told of our tables: their size in a big company.

It guesses that ten rows answer the first column of any index, and so asks for twenty clients by
walking all that are not in the trash. Nor could it learn by looking: a file that was small then
is a big one after the next import. So it is told once what a million datasheets look like; where
there are fewer, any plan is fast. PostgreSQL keeps its statistics by itself.
"""

from __future__ import annotations

from math import ceil, prod
from typing import Any, Final, NamedTuple

from django.db import connections

Statistic = tuple[str, str | None, str]
"""A row of sqlite_stat1: table, index, and its rows with those that are alike by each column."""


class Size(NamedTuple):
    """Rows of a table, and how many values its columns have: 1 where a column isn't named, as
    one that is nearly always empty. An ``id`` has as many as there are rows.
    """

    rows: int
    values: dict[str, int]


_CLIENTS, _SHEETS, _USERS, _MODULES, _STATUSES = 500_000, 1_000_000, 40, 9, 90
TABLES: Final = {
    "crm_client": Size(
        _CLIENTS,
        {"sort_key": 250_000, "folded_name": 100_000, "tax_digits": _CLIENTS},
    ),
    "crm_contact": Size(_CLIENTS, {"client_id": _CLIENTS, "folded_name": 2_000}),
    "crm_phone": Size(
        _CLIENTS, {"client_id": _CLIENTS, "contact_id": _CLIENTS, "digits": _CLIENTS}
    ),
    "crm_email": Size(
        _CLIENTS, {"client_id": _CLIENTS, "contact_id": _CLIENTS, "folded": _CLIENTS}
    ),
    "crm_address": Size(_CLIENTS, {"client_id": _CLIENTS}),
    "crm_datasheet": Size(
        _SHEETS,
        {
            "module_id": _MODULES,
            "client_id": _CLIENTS,
            "main_contact_id": _CLIENTS,
            "status_id": _STATUSES,
            "responsible_id": _USERS,
            "shelf": 2,
            "next_todo_id": _CLIENTS,
            "next_due_at": 3_000,
        },
    ),
    "crm_datasheetcount": Size(
        3_600, {"module_id": _MODULES, "status_id": 10, "responsible_id": _USERS}
    ),
    "crm_todo": Size(
        _SHEETS,
        {
            "datasheet_id": _CLIENTS,
            "contact_id": 300_000,
            "responsible_id": _USERS,
            "state": 2,
            "due_at": 2_000,
            "done_by_id": _USERS,
            "done_at": 700,
        },
    ),
    "crm_historyentry": Size(
        2 * _SHEETS,
        {
            "client_id": _CLIENTS,
            "datasheet_id": _SHEETS,
            "contact_id": 400_000,
            "at": 700,
        },
    ),
    "crm_searchdoc": Size(_SHEETS, {"client_id": _CLIENTS, "datasheet_id": _CLIENTS}),
    "modules_module": Size(_MODULES, {"slug": _MODULES, "kind": _MODULES}),
    "modules_statusgroup": Size(28, {"module_id": _MODULES, "key": 28}),
    "modules_status": Size(_STATUSES, {"module_id": _MODULES, "group_id": 28, "key": _STATUSES}),
    "modules_suggestion": Size(120, {"status_id": 45, "type_id": 4, "moves_to_id": 15}),
    "modules_todotype": Size(4, {"key": 4}),
    "accounts_user": Size(_USERS, {"email": _USERS, "sort_key": _USERS}),
}


def teach(using: str = "default") -> None:
    """Write the statistics into an SQLite file, unless they stand there already."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as db:
        db.execute("ANALYZE sqlite_master")  # which makes the table, and reads nothing else
        wanted = sorted(_statistics(db), key=str)
        db.execute("SELECT tbl, idx, stat FROM sqlite_stat1")
        if sorted(db.fetchall(), key=str) == wanted:
            return
        db.execute("DELETE FROM sqlite_stat1")
        db.executemany("INSERT INTO sqlite_stat1 VALUES (%s, %s, %s)", wanted)
        db.execute("ANALYZE sqlite_master")  # this connection read the old ones


def _statistics(db: Any) -> list[Statistic]:
    found: list[Statistic] = []
    for table, size in TABLES.items():
        db.execute(
            "SELECT l.name, i.name FROM pragma_index_list(%s) AS l, pragma_index_info(l.name) AS i"
            " ORDER BY l.name, i.seqno",
            [table],
        )
        indexes: dict[str, list[str | None]] = {}
        for index, column in db.fetchall():
            indexes.setdefault(index, []).append(column)
        found.append((table, None, str(size.rows)))
        found += [
            (table, index, _alike(size, columns))
            for index, columns in indexes.items()
            if None not in columns  # of an expression
        ]
    return found


def _alike(size: Size, columns: list[str | None]) -> str:
    """The rows, then how many are alike by the first column, by the first two, and so on."""
    values = [size.rows if one == "id" else size.values.get(str(one), 1) for one in columns]
    each = (prod(values[:upto]) for upto in range(1, len(values) + 1))
    return " ".join(map(str, [size.rows, *(ceil(size.rows / one) or 1 for one in each)]))
