"""Records written by statements that are put into words once.

As with :mod:`web.prepared`, Django takes longer to write them down than a database to run them.
Meant for the few tables that every change writes; for models without parents and without signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connections, router
from django.db.models import Field, JSONField, Model

from web import statements

_ROW = "_row"


def insert(record: Model) -> None:
    """Write a new record, which gets its key."""
    using = router.db_for_write(type(record))
    connection = connections[using]
    sql, fields = _insert(type(record), using)
    with statements.cursor(using) as db:
        db.execute(sql, _values(record, fields, connection, add=True))
        if connection.features.can_return_columns_from_insert:
            record.pk = db.fetchone()[0]
        else:
            record.pk = connection.ops.last_insert_id(
                db, record._meta.db_table, record._meta.pk.column or ""
            )
    record._state.adding, record._state.db = False, using


def remember(record: Model) -> None:
    """Note what the row of this record says; the record is locked, or nobody else knows it.

    :func:`update` then names only what differs. A column that it names costs SQLite each of the
    indexes that the column stands in, also where the value is the same. A model with records that
    are remembered calls :func:`forget` as it saves itself.
    """
    values = record.__dict__
    values[_ROW] = {name: values[name] for name in _comparable(type(record))}


def forget(record: Model) -> None:
    """For the model's own ``save``: the row says something else from now on."""
    record.__dict__.pop(_ROW, None)


def update(record: Model) -> None:
    """Write the fields of a record that is there; DatabaseError when it is there no more."""
    using = router.db_for_write(type(record))
    connection = connections[using]
    sql, fields = _update(type(record), using, _unchanged(record))
    with statements.cursor(using) as db:
        db.execute(sql, [*_values(record, fields, connection, add=False), record.pk])
        if not db.rowcount:
            raise DatabaseError(f"{record!r} is not there to be saved.")
    if _ROW in record.__dict__:
        remember(record)


def _unchanged(record: Model) -> frozenset[str]:
    values = record.__dict__
    row = values.get(_ROW, {})
    return frozenset(name for name, value in row.items() if values[name] == value)


@lru_cache(maxsize=64)
def _comparable(model: type[Model]) -> Sequence[str]:
    """The columns but the key, and but those whose values can be changed in place."""
    fields = model._meta.local_concrete_fields
    return [f.attname for f in fields if not f.primary_key and not isinstance(f, JSONField)]


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


@lru_cache(maxsize=256)
def _update(
    model: type[Model], using: str, without: frozenset[str]
) -> tuple[str, Sequence[Field[Any, Any]]]:
    meta, connection = model._meta, connections[using]
    fields = [
        field
        for field in meta.local_concrete_fields
        if not field.primary_key and field.attname not in without
    ]
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
