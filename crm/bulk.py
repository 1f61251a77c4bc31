"""Writing and deleting many rows at once, an order of magnitude faster than ``bulk_create``.

``QuerySet.bulk_create`` writes 5,000–9,000 objects a second; COPY on PostgreSQL and statements
that SQLite knows by heart write more than 50,000. Like ``bulk_create`` this sends no signals and
writes no history: the caller fills derived columns and writes history rows itself, in the same
transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=models.Model)

AnyField = models.Field[Any, Any]
# So many rows does a statement write on SQLite at most: what it needs for each statement, it needs
# once for all of them. Numbers of which every other is a sum, so that few statements are kept.
AT_ONCE: Final = (128, 64, 32, 16, 8, 4, 2, 1)


def next_ids(model: type[models.Model], n: int) -> list[int]:
    """``n`` fresh primary keys for rows to be written in this transaction.

    On SQLite the transaction holds the only write lock, so that counting on is safe.
    """
    table = model._meta.db_table
    with connection.cursor() as db:
        if connection.vendor == "postgresql":
            db.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id'))::regclass)"
                " FROM generate_series(1, %s)",
                [table, n],
            )
            return [row[0] for row in db.fetchall()]
        db.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = db.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + n))


def reserve(model: type[models.Model], n: int) -> list[int]:
    """``n`` primary keys that nobody else gets, for rows of a later transaction, or of none."""
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as db:
            ids = next_ids(model, n)
            row: tuple[int, str] = (ids[-1], model._meta.db_table)
            db.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", row)
            if not db.rowcount:
                db.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", row)
        return ids
    return next_ids(model, n)


def maker(model: type[M]) -> Callable[..., M]:
    """A function that makes objects of the model from values of its columns (``client_id``).

    An order of magnitude faster than ``model()``, for :func:`insert`: no signals, no relations,
    nothing converted, one default of each field shared by all (give a time or a list yourself).
    """
    template = {field.attname: _default(field) for field in model._meta.concrete_fields}
    template["_state"] = ModelState()

    def make(**values: Any) -> M:
        one = model.__new__(model)
        one.__dict__ = template | values
        return one

    return make


def _default(field: AnyField) -> Any:
    """What the field holds unless told otherwise; of a choice, its bare value."""
    default = field.get_default()
    return default.value if isinstance(default, Enum) else default


class Rows(NamedTuple):
    """Rows of a table as the driver takes them: plain values, which another process may make."""

    table: str
    columns: Sequence[str]
    values: Sequence[Sequence[Any]]


def insert(objects: Sequence[models.Model]) -> None:
    """Write saved-nowhere objects of one model, primary keys included, in one go."""
    if objects:
        insert_rows(*rows_of(objects))


def rows_of(objects: Sequence[models.Model]) -> Rows:
    """At least one object of one model, for :func:`insert_rows`."""
    meta = type(objects[0])._meta
    fields = list(meta.concrete_fields)
    columns = [field.column or "" for field in fields]
    return Rows(meta.db_table, columns, list(_rows(fields, objects)))


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write :class:`Rows`, or others of what the driver takes for these columns of a table."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("rows are written inside a transaction")
    if connection.vendor == "postgresql":
        _copy(f"COPY {_into(table, tuple(columns))} FROM STDIN", rows)
        return
    waiting, at = list(rows), 0
    connection.ensure_connection()
    # The driver is asked itself: Django would look through each of these long statements.
    with connection.wrap_database_errors:
        for n in AT_ONCE:
            while len(waiting) - at >= n:
                sql = _insert_of(n, table, tuple(columns))
                connection.connection.execute(sql, list(chain.from_iterable(waiting[at : at + n])))
                at += n


@lru_cache(maxsize=256)
def _insert_of(n: int, table: str, columns: tuple[str, ...]) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {_into(table, columns)} VALUES {', '.join([row] * n)}"  # noqa: S608


def _into(table: str, columns: tuple[str, ...]) -> str:
    quoted = connection.ops.quote_name
    return f"{quoted(table)} ({', '.join(map(quoted, columns))})"


def update(objects: Sequence[models.Model], columns: Iterable[str]) -> None:
    """Write these columns (``client_id``) of objects of one model that are there, all at once."""
    if not objects:
        return
    meta = type(objects[0])._meta
    names = set(columns)
    fields = [field for field in meta.concrete_fields if field.attname in names]
    quoted = connection.ops.quote_name
    marks = ", ".join(f"{quoted(field.column or '')} = %s" for field in fields)
    sql = f"UPDATE {quoted(meta.db_table)} SET {marks} WHERE id = %s"  # noqa: S608
    rows = [
        [*(f.get_db_prep_save(getattr(one, f.attname), connection) for f in fields), one.pk]
        for one in objects
    ]
    with connection.cursor() as db:
        db.executemany(sql, rows)


def among(values: Iterable[int] | Iterable[str]) -> RawSQL:
    """For ``filter(client__in=among(ids))``: hundreds of ids, or of texts (at least one), as one
    value.

    Django takes longer to name them one by one than the database to find their rows.
    """
    wanted = list(values)
    if connection.vendor == "postgresql":
        kind = "text" if wanted and isinstance(wanted[0], str) else "bigint"
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [wanted])  # noqa: S611
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(wanted)])


def delete(rows: models.QuerySet[Any]) -> int:
    """Delete these rows and nothing that hangs on them; how many.

    ``QuerySet.delete`` reads every row of every table that refers to them first. Here the caller
    deletes those by itself, in the same transaction; the database refuses a commit that leaves one.
    """
    return rows._raw_delete(rows.db)


def _rows(fields: Sequence[AnyField], objects: Sequence[models.Model]) -> Iterable[Sequence[Any]]:
    """The values as the driver takes them. Few kinds of field need help: column by column."""
    values = itemgetter(*(field.attname for field in fields))
    columns: list[Sequence[Any]] = list(
        zip(*(values(one.__dict__) for one in objects), strict=True)
    )
    for i, field in enumerate(fields):
        if isinstance(field, models.JSONField):
            columns[i] = [None if value is None else json.dumps(value) for value in columns[i]]
        elif connection.vendor == "sqlite" and isinstance(field, models.DateField):
            moment = isinstance(field, models.DateTimeField)
            columns[i] = [_told(value, moment=moment) for value in columns[i]]
    return zip(*columns, strict=True)


# The rows of an import share most of their times.
@lru_cache(maxsize=4096)
def _told(value: Any, *, moment: bool) -> Any:
    """A time or a date as SQLite keeps it."""
    kind = models.DateTimeField if moment else models.DateField
    return kind().get_db_prep_save(value, connection)


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as db, db.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
