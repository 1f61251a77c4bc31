"""What an import changed of clients that were there, put back: its operations, backwards.

An operation (:attr:`importer.models.ImportedRow.changes`) is a list that begins with its verb::

    ["set", "crm.client", pk, {column: [old, new], …}]
    ["new", "crm.email", pk]
    ["value", field id, "client" | "contact" | "datasheet", pk, [old rows], [new rows]]

with columns and rows of values as JSON. What is no longer as the import left it stays as it is
now. What is as it was before already needs nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.db import models
from django.utils import timezone

from crm import search
from crm.actions import counts, removal, rules
from crm.actions.base import settle
from crm.actions.giving import able_to_take
from crm.bulk import among, delete, update
from crm.constants import EntryKind, Shelf, TodoState
from crm.models import Contact, Datasheet, Email, FieldValue, HistoryEntry, Phone, Todo
from importer.models import ImportedRow

Op: TypeAlias = list[Any]
Key: TypeAlias = tuple[str, int]
_ENTRY: Final = "crm.historyentry"


def put_back(rows: Sequence[ImportedRow], actor_id: int | None) -> dict[int, list[Op]]:
    """Take back what these rows did, the last one first; within a transaction that holds their
    clients. What could not be, by the row's id, in the order in which it was done.
    """
    records = _Records(rows, actor_id)
    left: dict[int, list[Op]] = {}
    for row in rows:
        stayed = [rest for op in reversed(row.changes) if (rest := records.back(op, row))]
        if stayed:
            left[row.pk] = stayed[::-1]
    records.save([row for row in rows if row.pk not in left])
    return left


class _Records:
    """The records that the operations are about, read at once and written at once."""

    def __init__(self, rows: Sequence[ImportedRow], actor_id: int | None) -> None:
        self.actor_id = actor_id
        self.clients = {row.client_id for row in rows}
        self.here: dict[Key, Any] = {}
        self.changed: dict[Key, set[str]] = defaultdict(set)
        self.gone: dict[str, list[int]] = defaultdict(list)
        self.values: dict[tuple[int, str, int], list[FieldValue]] = defaultdict(list)
        self.unsettled: set[int] = set()
        self._read([op for row in rows for op in row.changes])
        since = HistoryEntry.objects.filter(client__in=among(self.clients), taken_back_at=None)
        first = min((row.last_entry for row in rows), default=0)
        self.later = list(
            since.filter(pk__gt=first).values_list("pk", "datasheet", "todo", "contact")
        )
        self.before = {
            pk: counts.key_of(sheet)
            for (label, pk), sheet in self.here.items()
            if label == "crm.datasheet"
        }

    def _read(self, ops: Sequence[Op]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        owners: dict[str, set[int]] = defaultdict(set)
        for verb, *told in ops:
            if verb == "value":
                owners[told[1]].add(told[2])
                wanted[f"crm.{told[1]}"].add(told[2])
            else:
                wanted[told[0]].add(told[1])
        sheets = {
            todo.datasheet_id for todo in Todo.objects.filter(pk__in=among(wanted["crm.todo"]))
        }
        wanted["crm.datasheet"] |= sheets
        for label, keys in wanted.items():
            found = _model(label)._default_manager.filter(pk__in=among(keys))
            if label == "crm.datasheet":
                found = found.select_related("module", "status", "client", "main_contact")
            self.here |= {(label, one.pk): one for one in found}
        for owner, keys in owners.items():
            mine = FieldValue.objects.filter(**{f"{owner}__in": among(keys)})
            mine = mine.filter(contact=None) if owner == "client" else mine
            for value in mine.order_by("slot", "pk"):
                self.values[value.field_id, owner, getattr(value, f"{owner}_id")].append(value)

    # ---- One operation -----------------------------------------------------------------------

    def back(self, op: Op, row: ImportedRow) -> Op | None:
        """Take one back; what stays of it, None for nothing."""
        verb, *told = op
        if verb == "set":
            return self._set_back(*told)
        done = self._take_out(row, *told) if verb == "new" else self._value_back(*told)
        return None if done else op

    def _set_back(self, label: str, pk: int, columns: dict[str, list[Any]]) -> Op | None:
        """Column by column; of a datasheet all or none, for its status follows from the others."""
        one = self.here.get((label, pk))
        if one is None:
            return ["set", label, pk, columns]
        read: dict[str, Callable[[Any], Any]] = {
            field.attname: field.to_python for field in type(one)._meta.concrete_fields
        }
        told = {name: [read[name](value) for value in pair] for name, pair in columns.items()}
        theirs = {name for name, values in told.items() if getattr(one, name) not in values}
        if label == "crm.datasheet" and (theirs or not self._is_able(one, told)):
            theirs = set(columns)
        for name, pair in told.items():
            if name not in theirs and getattr(one, name) != pair[0]:
                setattr(one, name, pair[0])
                self.changed[label, pk].add(name)
        left = {name: values for name, values in columns.items() if name in theirs}
        return ["set", label, pk, left] if left else None

    def _is_able(self, one: Any, told: dict[str, list[Any]]) -> bool:
        """Whoever was responsible before must still be able to see the datasheet."""
        was = told.get("responsible_id", [None])[0]
        module = getattr(one, "module_id", None)
        return was is None or module is None or was in able_to_take({was}, module)

    def _take_out(self, row: ImportedRow, label: str, pk: int) -> bool:
        one = self.here.get((label, pk))
        if label == _ENTRY or one is None:
            return label == _ENTRY  # marked in the end; something else was replaced since
        if not _FREE.get(label, _is_free)(self, one, row):
            return False
        del self.here[label, pk]
        self.changed.pop((label, pk), None)
        self.gone[label].append(pk)
        if label == "crm.todo":
            self.unsettled.add(one.datasheet_id)
        return True

    def _sheet_is_free(self, sheet: Datasheet, row: ImportedRow) -> bool:
        return not any(
            entry > row.last_entry and of == sheet.pk for entry, of, _t, _c in self.later
        )

    def _todo_is_free(self, todo: Todo, row: ImportedRow) -> bool:
        touched = any(entry > row.last_entry and of == todo.pk for entry, _s, of, _c in self.later)
        return todo.state == TodoState.OPEN and not touched

    def _contact_is_free(self, contact: Contact, row: ImportedRow) -> bool:
        """Nothing new may hang on it; what this import hung on it has gone before."""
        if any(entry > row.last_entry and of == contact.pk for entry, _s, _t, of in self.later):
            return False
        hanging: tuple[tuple[models.QuerySet[Any], str], ...] = (
            (Phone.objects.filter(contact=contact), "crm.phone"),
            (Email.objects.filter(contact=contact), "crm.email"),
            (Datasheet.objects.filter(main_contact=contact), "crm.datasheet"),
            (
                Todo.objects.filter(contact=contact).exclude(
                    datasheet__in=self.gone["crm.datasheet"]
                ),
                "crm.todo",
            ),
        )
        return not any(rows.exclude(pk__in=self.gone[label]).exists() for rows, label in hanging)

    def _value_back(
        self, field_id: int, owner: str, pk: int, old: list[Any], new: list[Any]
    ) -> bool:
        if (f"crm.{owner}", pk) not in self.here:
            return False
        now = {_told(value.__dict__) for value in self.values[field_id, owner, pk]}
        if now == {_told(one) for one in old}:
            return True
        if now != {_told(one) for one in new}:
            return False
        record = self.here[f"crm.{owner}", pk]
        of = {f"{owner}_id": pk} | ({"client_id": record.client_id} if owner == "contact" else {})
        old_rows = [value.pk for value in self.values[field_id, owner, pk]]
        delete(FieldValue.objects.filter(pk__in=old_rows))
        made = [FieldValue(field_id=field_id, **of, **columns_of(one)) for one in old]
        self.values[field_id, owner, pk] = FieldValue.objects.bulk_create(made)
        self.changed[f"crm.{owner}", pk].add("version")
        return True

    # ---- All of them ---------------------------------------------------------------------------

    def save(self, whole: Sequence[ImportedRow]) -> None:
        """Write what was taken back, with all that follows from it."""
        for label in ("crm.email", "crm.phone", "crm.address", "crm.todo"):
            if self.gone[label]:
                _unlink(label, self.gone[label])
                delete(_model(label)._default_manager.filter(pk__in=self.gone[label]))
        sheets = self.gone["crm.datasheet"]
        ImportedRow.objects.filter(datasheet__in=sheets).update(datasheet=None)
        removal.remove_datasheets(sheets)
        if self.gone["crm.contact"]:
            _unlink("crm.contact", self.gone["crm.contact"])
            delete(FieldValue.objects.filter(contact__in=self.gone["crm.contact"]))
            delete(Contact.objects.filter(pk__in=self.gone["crm.contact"]))
        self._write()
        self._settle()
        self._mark(whole)
        buyers = Datasheet.objects.filter(client__in=self.clients, module__kind="webshop")
        rules.bring_in_line(buyers.exclude(shelf=Shelf.TRASH))
        search.reindex(sorted(self.clients))

    def _write(self) -> None:
        """The changed columns, table by table, with those that follow from them."""
        by_model: dict[str, set[int]] = defaultdict(set)
        columns: dict[str, set[str]] = defaultdict(set)
        for (label, pk), names in self.changed.items():
            if label == "crm.datasheet":
                self.unsettled.add(pk)
                continue
            by_model[label].add(pk)
            columns[label] |= names
        for label, keys in by_model.items():
            ones = [self.here[label, pk] for pk in sorted(keys)]
            derived = set()
            for one in ones:
                was = dict(one.__dict__)
                if hasattr(one, "derive"):
                    one.derive()
                if hasattr(one, "version"):
                    one.version += 1
                derived |= {name for name, value in one.__dict__.items() if was[name] != value}
            update(ones, columns[label] | derived)

    def _settle(self) -> None:
        moved: Counter[counts.CountKey] = Counter()
        for pk in sorted(self.unsettled):
            sheet = self.here.get(("crm.datasheet", pk))
            if sheet is not None:
                settle(sheet)
                moved[self.before[pk]] -= 1
                moved[counts.key_of(sheet)] += 1
        counts.add(moved)

    def _mark(self, whole: Sequence[ImportedRow]) -> None:
        """What the history tells of the import stays there, as taken back."""
        mine = {op[2] for row in whole for op in row.changes if op[0] == "new" and op[1] == _ENTRY}
        rows = {(row.client_id, row.source_id, row.number) for row in whole}
        told = HistoryEntry.objects.filter(
            client__in={row.client_id for row in whole}, kind=EntryKind.IMPORTED
        )
        for pk, client_id, data in told.values_list("pk", "client_id", "data"):
            if (client_id, data.get("import"), data.get("row")) in rows:
                mine.add(pk)
        HistoryEntry.objects.filter(pk__in=mine, taken_back_at=None).update(
            taken_back_at=timezone.now(), taken_back_by_id=self.actor_id
        )


def _is_free(_records: _Records, _one: Any, _row: ImportedRow) -> bool:
    """Phones, emails and addresses are replaced when they change: one that is here is the same."""
    return True


_FREE: Final[dict[str, Callable[[_Records, Any, ImportedRow], bool]]] = {
    "crm.datasheet": _Records._sheet_is_free,
    "crm.todo": _Records._todo_is_free,
    "crm.contact": _Records._contact_is_free,
}


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _unlink(label: str, keys: Sequence[int]) -> None:
    """The history of clients that stay tells of what is gone by its words alone."""
    if label in ("crm.todo", "crm.contact"):
        column = label.removeprefix("crm.")
        HistoryEntry.objects.filter(**{f"{column}__in": keys}).update(**{column: None})


def columns_of(told: dict[str, Any]) -> dict[str, Any]:
    """The columns of a value's row, of the types that the model has; those not told are empty."""
    return {
        field.attname: field.to_python(told[field.attname])
        if field.attname in told
        else field.get_default()
        for field in FieldValue._meta.concrete_fields
        if field.attname not in ("id", "field_id", "datasheet_id", "client_id", "contact_id")
    }


def _told(told: dict[str, Any]) -> tuple[Any, ...]:
    columns = columns_of(told)
    return tuple(str(columns[name]) if name == "file" else columns[name] for name in columns)
