"""Records written by statements that are put into words once.

As with :mod:`web.prepared`, Django takes longer to write them down than a database to run them.
Meant for the few tables that every change writes; for models without parents and without signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connections, router
from django.db.models import Field, Model


def insert(record: Model) -> None:
    """Write a new record, which gets its key."""
    using = router.db_for_write(type(record))
    connection = connections[using]
    sql, fields = _insert(type(record), using)
    with connection.cursor() as db:
        db.execute(sql, _values(record, fields, connection, add=True))
        if connection.features.can_return_columns_from_insert:
            record.pk = db.fetchone()[0]
        else:
            record.pk = connection.ops.last_insert_id(
                db, record._meta.db_table, record._meta.pk.column or ""
            )
    record._state.adding, record._state.db = False, using


def update(record: Model) -> None:
    """Write all fields of a record that is there; DatabaseError when it is there no more."""
    using = router.db_for_write(type(record))
    connection = connections[using]
    sql, fields = _update(type(record), using)
    with connection.cursor() as db:
        db.execute(sql, [*_values(record, fields, connection, add=False), record.pk])
        if not db.rowcount:
            raise DatabaseError(f"{record!r} is not there to be saved.")


@lru_cache(maxsize=64)
def _insert(model: type[Model], using: str) -> tuple[str, Sequence[Field[Any, Any]]]:
    meta, connection = model._meta, connections[using]
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(_quoted(connection, field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {_quoted(connection, meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 (names of columns)
    if connection.features.can_return_columns_from_insert:
        sql += f" RETURNING {_quoted(connection, meta.pk.column)}"
    return sql, fields


@lru_cache(maxsize=64)
def _update(model: type[Model], using: str) -> tuple[str, Sequence[Field[Any, Any]]]:
    meta, connection = model._meta, connections[using]
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    said = ", ".join(f"{_quoted(connection, field.column)} = %s" for field in fields)
    table, key = _quoted(connection, meta.db_table), _quoted(connection, meta.pk.column)
    return f"UPDATE {table} SET {said} WHERE {key} = %s", fields  # noqa: S608 (names of columns)


def _quoted(connection: Any, name: str | None) -> str:
    return str(connection.ops.quote_name(name))


def _values(
    record: Model, fields: Sequence[Field[Any, Any]], connection: Any, *, add: bool
) -> list[Any]:
    return [
        field.get_db_prep_save(field.pre_save(record, add), connection=connection)
        for field in fields
    ]
