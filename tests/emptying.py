"""The tables after a test that committed: emptied where it wrote, the others left alone."""

from __future__ import annotations

from django.db import connections, transaction
from django.test import TransactionTestCase

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""What migrating fills, the same for every test."""

_names: dict[str, list[str]] = {}


def empty_tables(case: TransactionTestCase) -> None:
    """In place of Django's flush, which on PostgreSQL makes every table and index anew, and on
    both writes the permissions of all models again: seconds where two rows were written."""
    for alias in connections:
        _empty(alias)


def _empty(alias: str) -> None:
    connection = connections[alias]
    quoted = {name: connection.ops.quote_name(name) for name in _tables(alias)}
    filled = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608 - our own tables
        for name, table in quoted.items()
    )
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As TRUNCATE would: wait for whoever is still writing, so that nothing comes after us.
            cursor.execute(f"LOCK TABLE {', '.join(quoted.values())} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(filled)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[name]}")  # noqa: S608


def _tables(alias: str) -> list[str]:
    if alias not in _names:
        found = connections[alias].introspection.django_table_names(
            only_existing=True, include_views=False
        )
        _names[alias] = sorted(set(found) - KEPT)
    return _names[alias]
