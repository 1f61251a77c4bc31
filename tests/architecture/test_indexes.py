"""The indexes of the database are those that the models say: some migrations write them by hand."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F, Index, Model, UniqueConstraint

OURS = ("accounts", "modules", "crm", "importer", "jobs")

# Table, index and column, in the order of the index; those of primary keys aside.
_ASKED = {
    "sqlite": """
SELECT t.name, i.name, c.name
FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY 1, 2, c.seqno
""",
    "postgresql": r"""
SELECT t.relname, i.relname, a.attname
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
CROSS JOIN unnest(x.indkey) WITH ORDINALITY AS k(at, n)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.at
JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
WHERE NOT x.indisprimary AND i.relname NOT LIKE '%\_like' ORDER BY 1, 2, k.n
""",
}


def _in_database() -> set[tuple[str, ...]]:
    """The table and the columns of each index."""
    with connection.cursor() as db:
        db.execute(_ASKED[connection.vendor])
        rows = db.fetchall()
    return {
        (table, *(column for _table, _name, column in found))
        for (table, _name), found in groupby(rows, itemgetter(0, 1))
    }


def _names(one: Index | UniqueConstraint) -> Sequence[str]:
    """Its fields; none when it is of something made from them."""
    return one.fields or [made.name for made in one.expressions if isinstance(made, F)]  # type: ignore[attr-defined]


def _said(model: type[Model]) -> set[tuple[Any, ...]]:
    meta = model._meta
    of_one = [(f.name,) for f in meta.local_concrete_fields if f.db_index or f.unique]  # type: ignore[attr-defined]
    unique = [one for one in meta.constraints if isinstance(one, UniqueConstraint)]
    groups = [*of_one, *map(_names, (*meta.indexes, *unique)), *meta.unique_together]
    of_several = (
        tuple(meta.get_field(name.removeprefix("-")).column for name in names)  # type: ignore[union-attr]
        for names in groups
        if names and tuple(names) != (meta.pk.name,)
    )
    return {(meta.db_table, *columns) for columns in of_several}


@pytest.mark.django_db
def test_the_database_has_the_indexes_that_the_models_say() -> None:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    tables = {model._meta.db_table for model in models}
    here = {index for index in _in_database() if index[0] in tables and None not in index}
    said = set().union(*map(_said, models))
    assert (here - said, said - here) == (set(), set())
