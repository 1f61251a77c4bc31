"""The company's own fields of a record, read for a page: in their groups, as a person expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from accounts.models import User
from crm import access
from crm.models import Client, Contact, Datasheet, FieldValue
from crm.value_rows import Record, about_of, module_of, value_of
from modules.fieldtypes import type_of
from modules.models import Field, FieldChoice, FieldGroup, FieldType, Status
from modules.models.field import Required
from web.prepared import Prepared


@dataclass(frozen=True)
class Shown:
    """A field of a record with its value and how it is shown. ``text`` is empty for no value."""

    field: Field
    value: Any
    text: str = ""
    chips: Sequence[FieldChoice] = ()
    person: User | None = None
    stored_id: int = 0
    size: int = 0
    required: bool = False

    @property
    def missing(self) -> bool:
        """It should be filled in by now, and is not."""
        return self.required and self.value is None

    @property
    def editable(self) -> bool:
        return self.field.type != FieldType.NUMBER

    @property
    def shape(self) -> str:
        """Which part of templates/crm/fields/_value.html draws it."""
        if self.value is None:
            return "empty"
        return _SHAPES.get(FieldType(self.field.type), "text")


_SHAPES = {
    FieldType.CHOICE: "chips",
    FieldType.CHOICES: "chips",
    FieldType.USER: "person",
    FieldType.FILE: "file",
    FieldType.LINK: "link",
    FieldType.LONG_TEXT: "long",
}


@dataclass
class Group:
    """Fields under their heading; ``group`` None: those without one, which stand first."""

    group: FieldGroup | None
    fields: list[Shown] = field(default_factory=list)


def of(record: Record, user: User, *, only: int | None = None) -> list[Group]:
    """The fields of a record that exist for the user, in their groups; one query.

    ``only`` is the id of the one field that is asked for.
    """
    found: dict[int, tuple[Field, list[FieldValue]]] = {}
    for one in _fields_with_values(record, only):
        if not access.sees_field(user, one):
            continue
        _field, rows = found.setdefault(one.pk, (one, []))
        if one.held_id is not None:
            rows.append(_held(one))
    status = record.status if isinstance(record, Datasheet) else None
    shown = [draw(one, rows, status) for one, rows in found.values()]
    return grouped(shown)


def grouped(shown: Iterable[Shown]) -> list[Group]:
    """In the company's order: fields without a group first."""
    groups: dict[int | None, Group] = {}
    for one in sorted(shown, key=lambda one: in_order(one.field)):
        groups.setdefault(one.field.group_id, Group(one.field.group)).fields.append(one)
    return list(groups.values())


def in_order(one: Field) -> tuple[Any, ...]:
    """The order of fields on every page; their groups are at hand."""
    group = (one.group.order, one.group.pk) if one.group else (-1, 0)
    return (*group, one.order, one.pk)


def draw(one: Field, rows: Sequence[FieldValue], status: Status | None = None) -> Shown:
    """The field with the value of these rows, whose choices and persons are at hand."""
    value = value_of(one, rows)
    if value is None:
        return Shown(one, None, required=is_required(one, status))
    chips = sorted(
        (row.choice for row in rows if row.choice), key=lambda choice: (choice.order, choice.pk)
    )
    one.drafted_choices = chips  # type: ignore[attr-defined]
    person = rows[0].person if one.type == FieldType.USER else None
    return Shown(
        one,
        value,
        text=person.full_name if person else type_of(one).display(one, value),
        chips=chips,
        person=person,
        stored_id=rows[0].pk,
        size=int(rows[0].number or 0) if one.type == FieldType.FILE else 0,
        required=is_required(one, status),
    )


def is_required(one: Field, status: Status | None) -> bool:
    """Whether a record in this status should have a value of the field."""
    if one.required == Required.ALWAYS:
        return True
    # A row of a list has no status at hand: the one that it begins from isn't asked for, either.
    if one.required != Required.FROM or status is None or one.required_from is None:
        return False
    return _place(one.required_from) <= _place(status)


def _place(status: Status) -> tuple[int, ...]:
    """The order of the tree, in which "from a status on" is meant."""
    return (status.group.order, status.group_id, status.order, status.pk)


def missing(datasheet: Datasheet, status: Status, user: User, filled: Iterable[int]) -> list[Field]:
    """What must be filled in from this status on, is empty, and exists for the user.

    ``filled`` are fields that are about to get a value. One query where nothing is asked for.
    """
    asked = Field.objects.live().filter(
        about=about_of(datasheet), module=datasheet.module_id, required=Required.FROM
    )
    wanted = [
        one
        for one in asked.select_related("group", "required_from__group")
        if is_required(one, status) and access.sees_field(user, one) and one.pk not in filled
    ]
    if not wanted:
        return []
    has = set(
        FieldValue.objects.filter(datasheet=datasheet, field__in=wanted).values_list(
            "field_id", flat=True
        )
    )
    return sorted((one for one in wanted if one.pk not in has), key=in_order)


def fields_for(user: User, about: str, module_id: int | None = None, **where: Any) -> list[Field]:
    """The live fields of such records that exist for the user, with their choices, in order."""
    found = Field.objects.live().filter(about=about, module=module_id, **where)
    found = found.select_related("group", "required_from__group").prefetch_related("choices")
    return sorted((one for one in found if access.sees_field(user, one)), key=in_order)


# Several records at once


def listed(datasheets: Iterable[int], user: User) -> dict[int, list[str]]:
    """What the rows of a list show of the company's fields, by datasheet; one query."""
    rows = _with_names(FieldValue.objects.filter(datasheet__in=list(datasheets))).filter(
        field__in_list=True, field__removed_at=None
    )
    return {pk: [one.text for one in shown] for pk, shown in _by_record(rows, "datasheet_id", user)}


def of_contacts(client: Client, user: User) -> dict[int, list[Shown]]:
    """The filled fields of a client's contacts, by contact; one query."""
    rows = _with_names(FieldValue.objects.filter(client=client, contact__isnull=False))
    return dict(_by_record(rows.filter(field__removed_at=None), "contact_id", user))


def _with_names(rows: QuerySet[FieldValue]) -> QuerySet[FieldValue]:
    return rows.select_related("field__group", "choice", "person").order_by("pk")


def _by_record(rows: Iterable[FieldValue], key: str, user: User) -> list[tuple[int, list[Shown]]]:
    of_field: dict[tuple[int, int], list[FieldValue]] = {}
    for row in rows:
        if access.sees_field(user, row.field):
            of_field.setdefault((getattr(row, key), row.field_id), []).append(row)
    shown: dict[int, list[Shown]] = {}
    for (pk, _field_id), held in of_field.items():
        shown.setdefault(pk, []).append(draw(held[0].field, held))
    return [(pk, sorted(all_, key=lambda one: in_order(one.field))) for pk, all_ in shown.items()]


# One query for fields and values


_PLAIN = ("id", "slot", "text", "number", "day", "moment", "choice_id", "person_id", "file")
_CHOICE = ("name_hu", "name_en", "hue", "order")
_PERSON = ("family_name", "given_name", "picture", "email")


def _fields_with_values(record: Record, only: int | None) -> list[Any]:
    if only is not None:
        return list(_joined(record).filter(pk=only))
    return _JOINED.ask(record.pk, module_of(record), kind=type(record))


def _joined(record: Record) -> QuerySet[Any]:
    """Each live field with each row of the record's value, or with none."""
    found = Field.objects.live().filter(about=about_of(record), module=module_of(record))
    columns = {
        **{f"held_{name}": F(f"held__{name}") for name in _PLAIN},
        **{f"held_choice_{name}": F(f"held__choice__{name}") for name in _CHOICE},
        **{f"held_person_{name}": F(f"held__person__{name}") for name in _PERSON},
    }
    joined: QuerySet[Any] = (
        found.select_related("group", "required_from__group")
        .annotate(held=FilteredRelation("fieldvalue", condition=_own(record)))
        .annotate(**columns)
    )
    return joined


def _own(record: Record) -> Q:
    if isinstance(record, Datasheet):
        return Q(fieldvalue__datasheet=record.pk)
    if isinstance(record, Contact):
        return Q(fieldvalue__contact=record.pk)
    return Q(fieldvalue__client=record.pk, fieldvalue__contact=None)


def _joined_to(pk: int, module_id: int | None, *, kind: type[Record]) -> QuerySet[Any]:
    if module_id is not None:
        return _joined(Datasheet(pk=pk, module_id=module_id))
    return _joined(kind(pk=pk))


_JOINED = Prepared(_joined_to)


def _held(one: Any) -> FieldValue:
    """The row of a value that was read beside its field."""
    row = FieldValue(
        pk=one.held_id,
        slot=one.held_slot,
        text=one.held_text,
        number=None if one.held_number is None else Decimal(one.held_number),
        day=one.held_day,
        moment=one.held_moment,
        file=one.held_file,
    )
    if one.held_choice_id:
        names = {name: getattr(one, f"held_choice_{name}") for name in _CHOICE}
        row.choice = FieldChoice(pk=one.held_choice_id, **names)
    if one.held_person_id:
        names = {name: getattr(one, f"held_person_{name}") for name in _PERSON}
        row.person = User(pk=one.held_person_id, **names)
    return row
