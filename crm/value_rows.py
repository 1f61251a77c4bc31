"""How a value of a company's field lies in its table: the one place that knows the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F

from crm.bulk import maker, next_ids
from crm.models import Client, Contact, Datasheet, FieldValue
from modules.fieldtypes import StoredFile, type_of
from modules.models import About, Field, FieldType
from web.prepared import Prepared

Record: TypeAlias = Datasheet | Client | Contact
# A value by the id of its field; None is empty.
Values: TypeAlias = Mapping[int, Any]


def about_of(record: Record) -> About:
    """Whose fields the record has."""
    if isinstance(record, Datasheet):
        return About.DATASHEET
    return About.CLIENT if isinstance(record, Client) else About.CONTACT


def module_of(record: Record) -> int | None:
    return record.module_id if isinstance(record, Datasheet) else None


def owner(record: Record) -> dict[str, int | None]:
    """The columns that say whose value it is."""
    if isinstance(record, Datasheet):
        return {"datasheet_id": record.pk, "client_id": None, "contact_id": None}
    if isinstance(record, Client):
        return {"datasheet_id": None, "client_id": record.pk, "contact_id": None}
    return {"datasheet_id": None, "client_id": record.client_id, "contact_id": record.pk}


def columns(field: Field, value: Any) -> list[dict[str, Any]]:
    """The rows of a value, but for whose it is; none for an empty one."""
    if value is None:
        return []
    kind = type_of(field)
    if kind.several:
        return [{"slot": pk, "choice_id": pk} for pk in value]
    if isinstance(value, StoredFile):
        size = _size(value)
        return [{"file": value.name, "text": value.original, "folded": kind.fold(value), **size}]
    if kind.column == "text":
        return [{"text": value, "folded": kind.fold(value)}]
    if kind.column == "number":
        return [{"number": Decimal(value)}]
    if kind.column in ("choice", "person"):
        return [{f"{kind.column}_id": value}]
    return [{kind.column: value}]


def _size(file: StoredFile) -> dict[str, Decimal]:
    try:
        return {"number": Decimal(default_storage.size(file.name))}
    except OSError:
        return {}


def value_of(field: Field, rows: Sequence[FieldValue]) -> Any:
    """The value that the rows hold; None when there are none."""
    if not rows:
        return None
    kind, one = type_of(field), rows[0]
    if kind.several:
        return tuple(sorted(row.choice_id for row in rows if row.choice_id))
    if kind.column == "file":
        return StoredFile(one.file.name or "", one.text)
    if kind.column == "number":
        return _number(field, one.number)
    if kind.column in ("choice", "person"):
        return getattr(one, f"{kind.column}_id")
    return getattr(one, kind.column)


def _number(field: Field, number: Decimal | None) -> Any:
    """The number in the type's own class: a truth, a whole number or a decimal."""
    if number is None:
        return None
    if field.type == FieldType.YES_NO:
        return bool(number)
    if field.type in (FieldType.WHOLE, FieldType.NUMBER):
        return int(number)
    plain = Decimal(number)
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain.normalize()


def read(record: Record, field: Field) -> Any:
    """The value that a record has now."""
    return value_of(field, list(rows_of(record).filter(field=field).order_by("slot")))


def read_all(record: Record, fields: Iterable[Field]) -> dict[int, Any]:
    """The values that a record has of these fields, by their ids; one query."""
    rows: dict[int, list[FieldValue]] = {}
    for row in rows_of(record).order_by("pk"):
        rows.setdefault(row.field_id, []).append(row)
    return {field.pk: value_of(field, rows.get(field.pk, [])) for field in fields}


def rows_of(record: Record) -> Any:
    """The query of a record's own values."""
    return FieldValue.objects.filter(**owner(record))


def store(record: Record, field: Field, value: Any) -> None:
    """Put a value in the place of the one that was there; the caller holds the record's lock."""
    rows_of(record).filter(field=field).delete()
    FieldValue.objects.bulk_create(
        FieldValue(field=field, **owner(record), **row) for row in columns(field, value)
    )


# New records


def start(record: Record, given: Values | None = None) -> None:
    """The values that a new record has: those given, the defaults, its automatic numbers."""
    fields = list(starting_fields(about_of(record), module_of(record)))
    wanted = {field.pk: _first(field, given or {}) for field in fields}
    missing = [pk for pk, value in (given or {}).items() if pk not in wanted and value is not None]
    if missing:
        fields += Field.objects.live().filter(pk__in=missing)
        wanted.update({pk: (given or {})[pk] for pk in missing})
    FieldValue.objects.bulk_create(
        FieldValue(field=field, **owner(record), **row)
        for field in fields
        for row in columns(field, wanted[field.pk])
    )


def starting_fields(about: str, module_id: int | None) -> Iterable[Field]:
    """The fields that a new record of this sort has a value of by itself, by id.

    Whoever removes one or changes its type waits until this transaction ends: the values that are
    about to be written would be left behind.
    """
    _hold_fields(about, module_id)
    live = _LIVE.kept(str(about), module_id)
    return [one for one in live if one.type == FieldType.NUMBER or one.default is not None]


_LIVE: Prepared[Field] = Prepared(
    lambda about, module: Field.objects.live().filter(about=about, module=module).order_by("pk")
)


def _hold_fields(about: str, module_id: int | None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as db:
            db.execute(_HOLD, [about, module_id])


# Holders don't wait for each other, nor for the next automatic number.
_HOLD = """SELECT id FROM modules_field WHERE about = %s AND module_id IS NOT DISTINCT FROM %s
 ORDER BY id FOR KEY SHARE"""


def _first(field: Field, given: Values) -> Any:
    if field.type == FieldType.NUMBER:
        return take_numbers(field.pk, 1)
    if field.pk in given:
        return given[field.pk]
    return type_of(field).load(field, field.default)


def take_numbers(field_id: int, n: int) -> int:
    """The first of ``n`` numbers that nobody else gets: the field is locked until the commit.

    Taken in the order of the fields' ids, and for a client before its contact and datasheet.
    """
    mine = Field.objects.filter(pk=field_id)
    with transaction.atomic(savepoint=False):
        mine.update(next_number=F("next_number") + n)
        return mine.values_list("next_number", flat=True)[0] - n


def starting_rows(
    about: str,
    module_id: int | None,
    owners: Sequence[tuple[int, int | None]],
    given: Mapping[int, Values] | None = None,
) -> list[FieldValue]:
    """As :func:`start`, for many new records: rows for :func:`crm.bulk.insert`.

    ``owners`` are pairs of the record's id and, of a contact, its client's. ``given`` are values
    that take the place of a default, by the record's id.
    """
    rows: list[dict[str, Any]] = []
    given = given or {}
    for field in _fields_of(about, module_id, given) if owners else ():
        number = field.type == FieldType.NUMBER
        first = take_numbers(field.pk, len(owners)) if number else 0
        same = [] if number else columns(field, type_of(field).load(field, field.default))
        for i, (pk, client_id) in enumerate(owners):
            whose = {f"{about}_id": pk, **({"client_id": client_id} if client_id else {})}
            own = columns(field, first + i) if number else same
            if not number and field.pk in given.get(pk, ()):
                own = columns(field, given[pk][field.pk])
            rows += [{"field_id": field.pk, **whose, **row} for row in own]
    make = maker(FieldValue)
    ids = next_ids(FieldValue, len(rows)) if rows else []
    return [make(id=pk, **row) for pk, row in zip(ids, rows, strict=True)]


def _fields_of(about: str, module_id: int | None, given: Mapping[int, Values]) -> list[Field]:
    """The fields that new records have a value of: by themselves, or since it is given."""
    starting = list(starting_fields(about, module_id))
    wanted = {pk for values in given.values() for pk in values} - {one.pk for one in starting}
    if not wanted:
        return starting
    others = Field.objects.live().filter(about=about, module=module_id, pk__in=wanted)
    return sorted([*starting, *others], key=lambda one: one.pk)
