"""The SQL of a module's list: ranges of one index each, merged in the list's order.

Written by hand, because a page asks for dozens of ranges and the ORM takes longer to write them
down than the database to read them. Column names are ours; every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from crm import agenda
from web import statements
from web.paging import Cursor

LEAST = 100
"""Rows of a range that are looked at even where there are many ranges."""
# Equalities by field: the beginning of one index.
Branch = dict[str, Any]

_COLUMNS = {
    "module": "module_id",
    "status": "status_id",
    "shelf": "shelf",
    "responsible": "responsible_id",
}


class Part(NamedTuple):
    """One range of one index: its condition with parameters, and the order it is read in."""

    where: str
    params: list[Any]
    order: str


def ranges(
    branch: Branch, band: agenda.Range | None, after: Cursor | None, *, back: bool = False
) -> Iterator[Part]:
    """The branch cut to a band and to what lies behind the cursor, in the list's order.

    "Behind (due, id)" is two ranges, because SQLite seeks on the first column only when the
    second of a row comparison is the primary key.
    """
    where, params = _equalities(branch)
    if band is not None and band.start is not None:
        where, params = f"{where} AND next_due_at >= %s", [*params, _moment(band.start)]
    if band is not None and band.end is not None:
        where, params = f"{where} AND next_due_at < %s", [*params, _moment(band.end)]
    order = _order(branch, back)
    if after is None:
        yield Part(where, params, order)
        return
    due, sign = _moment(after.due_at), "<" if back else ">"
    same = f"{where} AND next_due_at = %s AND id {sign} %s"
    yield Part(same, [*params, due, after.id], order)
    yield Part(f"{where} AND next_due_at {sign} %s", [*params, due], order)


def merged(parts: list[Part], limit: int, *, back: bool = False) -> tuple[str, list[Any]]:
    """SQL that merges ordered ranges into the first ``limit`` ids of the whole."""
    union = " UNION ALL ".join(limited(parts, limit))
    order = "next_due_at DESC, id DESC" if back else "next_due_at, id"
    sql = f"SELECT id FROM ({union}) AS merged ORDER BY {order} LIMIT {limit}"  # noqa: S608
    return sql, [value for part in parts for value in part.params]


def limited(parts: list[Part], limit: int) -> list[str]:
    """SQL of the first (id, next_due_at) of each range."""
    return [
        "SELECT * FROM (SELECT id, next_due_at FROM crm_datasheet"  # noqa: S608
        f" WHERE {part.where} ORDER BY {part.order} LIMIT {limit}) AS part"
        for part in parts
    ]


def probe(probes: list[list[Part]], cap: int) -> list[int]:
    """How many rows each union of ranges holds, at most ``cap``, in one query."""
    if not any(probes):
        return [0] * len(probes)
    said = _in_arrays if connection.vendor == "postgresql" else _in_parts
    with statements.cursor() as db:
        db.execute(*said(probes, cap))
        return [n for row in db.fetchall() for n in row]


def _in_parts(probes: list[list[Part]], cap: int) -> tuple[str, list[Any]]:
    """A row of all numbers."""
    sqls = [f"({_counted(parts, cap)})" for parts in probes]
    params = [value for parts in probes for part in parts for value in part.params]
    return "SELECT " + ", ".join(sqls), params


def _in_arrays(probes: list[list[Part]], cap: int) -> tuple[str, list[Any]]:
    """A row for each number. Ranges that differ by their values alone are told in arrays and read
    by one scan: PostgreSQL takes longer to begin a hundred scans than to read them.
    """
    alike: dict[str, list[list[Any]]] = {}
    for number, parts in enumerate(probes):
        for part in parts:
            alike.setdefault(part.where, []).append([number, *part.params])
    sqls: list[str] = []
    params: list[Any] = []
    for where, values in alike.items():
        columns = list(zip(*values, strict=True))
        arrays = ", ".join(f"%s::{_array(column[0])}" for column in columns)
        names = ", ".join(f"v{number}" for number in range(len(columns)))
        named = where.replace("%s", "{}").format(*(f"v{n}" for n in range(1, len(columns))))
        sqls.append(
            f"SELECT 1 FROM unnest({arrays}) AS part({names})"  # noqa: S608 (conditions of ours)
            f" CROSS JOIN LATERAL (SELECT 1 FROM crm_datasheet WHERE {named} LIMIT {cap}) AS one"
            " WHERE v0 = probe.n"
        )
        params += [f"{{{','.join(map(_said, column))}}}" for column in columns]
    counted = f"SELECT COUNT(*) FROM ({' UNION ALL '.join(sqls)} LIMIT {cap}) AS part"  # noqa: S608
    sql = f"SELECT ({counted}) FROM generate_series(0, %s::int) AS probe(n) ORDER BY n"  # noqa: S608
    return sql, [*params, len(probes) - 1]


_said = lru_cache(maxsize=1024)(str)  # a band's moments stand in each of its ranges


def _array(value: Any) -> str:
    return "timestamptz[]" if isinstance(value, datetime) else "bigint[]"


def probe_passing(
    probes: list[list[Part]], tests: str, values: list[Any], most: int
) -> list[tuple[int, bool]]:
    """How many rows of each union of ranges pass the tests, and whether that is all of them: of
    each union about ``most`` rows are looked at, and no more. One query.
    """
    sqls: list[str] = []
    params: list[Any] = []
    for number, parts in enumerate(probes):
        each = max(LEAST, most // max(1, len(parts)))
        for part in parts:
            sqls.append(
                f"SELECT {number}, {each}, COUNT(*), SUM(CASE WHEN {tests} THEN 1 ELSE 0 END)"  # noqa: S608
                f" FROM (SELECT id FROM crm_datasheet WHERE {part.where}"
                f" ORDER BY {part.order} LIMIT {each}) AS crm_datasheet"
            )
            params += [*values, *part.params]
    passing, whole = [0] * len(probes), [True] * len(probes)
    if sqls:
        with connection.cursor() as db:
            db.execute(" UNION ALL ".join(sqls), params)
            for number, each, seen, n in db.fetchall():
                passing[number] += int(n or 0)
                whole[number] &= seen < each
    return list(zip(passing, whole, strict=True))


def _counted(parts: list[Part], cap: int) -> str:
    if not parts:
        return "0"
    rows = " UNION ALL ".join(
        f"SELECT * FROM (SELECT 1 FROM crm_datasheet WHERE {part.where} LIMIT {cap}) AS part"  # noqa: S608
        for part in parts
    )
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM ({rows}) AS a LIMIT {cap}) AS b"  # noqa: S608


# Of the contact whom the row's todo is with, else the main one; else of the company itself. As the
# ORM's subqueries these took a quarter of a page's time to be put into words. Whoever uses them has
# joined the next todo (select_related), which then goes by its table's name.
_CHANNEL = """COALESCE(
 (SELECT {column} FROM {table} WHERE {table}.contact_id
   = COALESCE(crm_todo.contact_id, crm_datasheet.main_contact_id)
  ORDER BY is_default DESC, id LIMIT 1),
 (SELECT {column} FROM {table} WHERE {table}.client_id = crm_datasheet.client_id
   AND {table}.contact_id IS NULL
  ORDER BY is_default DESC, id LIMIT 1))"""
PHONE = _CHANNEL.format(table="crm_phone", column="COALESCE(NULLIF(e164, ''), digits)")
EMAIL = _CHANNEL.format(table="crm_email", column="address")
# Asked for only where a row says since when nothing has happened.
QUIET_SINCE = """CASE WHEN crm_datasheet.next_todo_id IS NULL THEN
 (SELECT MAX(at) FROM crm_historyentry WHERE datasheet_id = crm_datasheet.id) END"""


def _equalities(branch: Branch) -> tuple[str, list[Any]]:
    conditions = [
        f"{_COLUMNS[name]} IS NULL" if value is None else f"{_COLUMNS[name]} = %s"
        for name, value in branch.items()
    ]
    return " AND ".join(conditions), [value for value in branch.values() if value is not None]


def as_read(value: datetime) -> datetime:
    """The moment as a cursor of our own gives it: SQLite's have no zone."""
    if connection.vendor == "sqlite":
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _order(branch: Branch, back: bool) -> str:
    """The list's order, within a branch.

    PostgreSQL does not see that ``IS NULL`` makes a column constant; naming the column in the
    order lets it read the index in order all the same.
    """
    columns = ["next_due_at", "id"]
    if branch.get("responsible", ...) is None:
        columns.insert(0, "responsible_id")
    return ", ".join(f"{column} DESC" if back else column for column in columns)
