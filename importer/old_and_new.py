"""What an import changed of the records that were here, cell by cell, as people read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst

from accounts.models import User
from crm.models import FieldValue
from crm.value_rows import value_of
from importer.models import ImportedRow
from importer.putting_back import columns_of
from modules.fieldtypes import type_of
from modules.models import Field, Status

# Told by the status or the todo that they follow from.
_UNTOLD = frozenset({"status_since", "qualification", "sale_state", "decided", "forgotten"})


class Cell(NamedTuple):
    """One value that changed; ``old`` is "" where nothing stood."""

    label: str
    old: str
    new: str


def cells_of(rows: Sequence[ImportedRow]) -> dict[int, list[Cell]]:
    """The changed cells of these rows, by their ids; a query for each sort of record."""
    names = _Names([op for row in rows for op in row.changes])
    return {row.pk: [cell for op in row.changes for cell in names.cells(op)] for row in rows}


class _Names:
    def __init__(self, ops: Sequence[list[Any]]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for verb, *told in ops:
            if verb == "new":
                wanted[told[0]].add(told[1])
            elif verb == "set":
                for column, pair in told[2].items():
                    if column in _REFERS:
                        wanted[_REFERS[column]].update(pk for pk in pair if pk)
        fields = {told[0] for verb, *told in ops if verb == "value"}
        self.fields = Field.objects.prefetch_related("choices").in_bulk(fields)
        self.known: dict[tuple[str, Any], str] = {}
        for label, keys in wanted.items():
            if label != "crm.historyentry":
                found = _model(label)._default_manager.filter(pk__in=keys)
                self.known |= {(label, one.pk): _shown(one) for one in found}

    def cells(self, op: list[Any]) -> list[Cell]:
        verb, *told = op
        if verb == "set":
            return self._columns(*told)
        if verb == "new":
            label, pk = told
            name = self.known.get((label, pk))
            what = capfirst(str(_model(label)._meta.verbose_name))
            return [Cell(what, "", name)] if name else []
        return self._value(*told)

    def _columns(self, label: str, _pk: int, columns: dict[str, list[Any]]) -> list[Cell]:
        fields = {field.attname: field for field in _model(label)._meta.concrete_fields}
        return [
            Cell(
                capfirst(str(getattr(fields[name], "verbose_name", name))),
                *(self._said(name, value) for value in pair),
            )
            for name, pair in columns.items()
            if name not in _UNTOLD
        ]

    def _said(self, column: str, value: Any) -> str:
        if column in _REFERS:
            return self.known.get((_REFERS[column], value), "")
        return "" if value is None else str(value)

    def _value(
        self, field_id: int, _owner: str, _pk: int, old: list[Any], new: list[Any]
    ) -> list[Cell]:
        field = self.fields.get(field_id)
        if field is None:
            return []
        kind = type_of(field)
        rows = ([FieldValue(**columns_of(one)) for one in told] for told in (old, new))
        said = (kind.display(field, value_of(field, found)) for found in rows)
        return [Cell(field.label, *said)]


_REFERS = {"status_id": Status._meta.label_lower, "responsible_id": User._meta.label_lower}


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _shown(one: Any) -> str:
    if isinstance(one, User):
        return one.full_name
    if isinstance(one, Status):
        return one.name
    if hasattr(one, "due_at"):
        return f"{one.text}, {date_format(one.due_at)}"
    return str(one)
