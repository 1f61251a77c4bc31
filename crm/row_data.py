"""What a row of a module's list shows, read for a whole page at once.

A page has fifty rows and each joins eight tables: as records they took longer to make than all
queries of the page. So the rows are plain; what many of them share (a status, a responsible) is
made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, DateTimeField, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User
from accounts.models.company import full_name
from crm import list_sql
from crm.models import Datasheet
from modules.models import Status
from web.prepared import Prepared, filled

AT_ONCE = 51
"""The SQL is kept for this many rows and multiples of it; a page has fifty and one."""


class Named(NamedTuple):
    """A client's or a contact's name, and the version that tells a change of it."""

    name: str
    version: int

    @property
    def full_name(self) -> str:
        return self.name


class TypeIcon(NamedTuple):
    icon: str


class RowTodo(NamedTuple):
    """The next todo of a row."""

    pk: int
    text: str
    timed: bool
    version: int
    type: TypeIcon
    contact: Named | None


@dataclass(slots=True)
class RowSheet:
    """A datasheet as its row shows it; named as its record is."""

    pk: int
    name: str
    next_due_at: datetime
    version: int
    created_at: datetime
    client: Named
    main_contact_id: int | None
    main_contact: Named | None
    status: Status
    responsible: User | None
    next_todo: RowTodo | None
    phone: str | None
    email: str | None
    quiet_since: datetime | None

    @property
    def status_id(self) -> int:
        return self.status.pk

    @property
    def responsible_id(self) -> int | None:
        return self.responsible.pk if self.responsible else None

    @property
    def subtitle(self) -> str:
        return self.name or (self.main_contact.name if self.main_contact else "")

    @property
    def chain_is_broken(self) -> bool:
        return self.next_todo is None and self.status.expects_todo


_STATUS = ("name_hu", "name_en", "hue", "meaning")
_PERSON = ("family_name", "given_name", "picture", "is_active")
_COLUMNS = (
    *("pk", "name", "next_due_at", "version", "created_at"),
    *("client__name", "client__version"),
    "main_contact_id",
    *(f"main_contact__{name}" for name in ("family_name", "given_name", "version")),
    *("status_id", *(f"status__{name}" for name in _STATUS)),
    *("responsible_id", *(f"responsible__{name}" for name in _PERSON)),
    *(f"next_todo__{name}" for name in ("pk", "text", "timed", "version", "type__icon")),
    "next_todo__contact_id",
    *(f"next_todo__contact__{name}" for name in ("family_name", "given_name", "version")),
    *("phone", "email", "quiet_since"),
)


def _rows(*ids: int) -> Any:
    found = _with_channels(Datasheet.objects.filter(pk__in=ids))
    return found.order_by("next_due_at", "pk").values_list(*_COLUMNS)


_ROWS = Prepared(_rows)


def rows(ids: Sequence[int]) -> list[RowSheet]:
    """The rows of these datasheets in the list's order, in one query."""
    if not ids:
        return []
    statuses: dict[int, Status] = {}
    people: dict[int | None, User | None] = {None: None}
    return [_row(iter(values), statuses, people) for values in _ROWS.ask(*filled(ids, AT_ONCE))]


def _row(
    values: Any, statuses: dict[int, Status], people: dict[int | None, User | None]
) -> RowSheet:
    """Takes the columns in the order of _COLUMNS."""
    take = values.__next__
    pk, name, due, version, created = take(), take(), take(), take(), take()
    client = Named(take(), take())
    contact_id = take()
    contact = _contact(contact_id, take(), take(), take())
    status_id, of_status = take(), (take(), take(), take(), take())
    if (status := statuses.get(status_id)) is None:
        named = dict(zip(_STATUS, of_status, strict=True))
        status = statuses[status_id] = Status(pk=status_id, **named)
    person_id, of_person = take(), (take(), take(), take(), take())
    if person_id not in people:
        people[person_id] = User(pk=person_id, **dict(zip(_PERSON, of_person, strict=True)))
    todo_id, text, timed, todo_version, icon = take(), take(), take(), take(), take()
    whom = _contact(take(), take(), take(), take())
    todo = None
    if todo_id is not None:
        todo = RowTodo(todo_id, text, timed, todo_version, TypeIcon(icon), whom)
    return RowSheet(
        *(pk, name, due, version, created, client, contact_id, contact, status),
        *(people[person_id], todo),
        *(take(), take(), take()),
    )


def _contact(pk: int | None, family: str, given: str, version: int) -> Named | None:
    return None if pk is None else Named(full_name(family, given), version)


# One row, as a record


def with_row_data(datasheets: QuerySet[Any]) -> QuerySet[Any]:
    """Join what a row shows: client, contact, todo, status, responsible, phone and email.

    Only the columns that a row needs: another one asked for is a query for each row.
    """
    return _with_channels(datasheets.select_related(*_JOINED).only(*_OF_RECORDS))


def _with_channels(datasheets: QuerySet[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = datasheets.annotate(
        phone=_text(list_sql.PHONE),
        email=_text(list_sql.EMAIL),
        quiet_since=RawSQL(list_sql.QUIET_SINCE, [], DateTimeField(null=True)),  # noqa: S611
    )
    return rows


_JOINED = (
    "client", "main_contact", "status", "responsible", "next_todo__type", "next_todo__contact",
)  # fmt: skip
_OF_RECORDS = (
    "module", "client", "main_contact", "name", "status", "responsible", "shelf", "next_todo",
    "next_due_at", "version", "created_at",
    "client__kind", "client__name", "client__version",
    "main_contact__family_name", "main_contact__given_name", "main_contact__version",
    "status__name_hu", "status__name_en", "status__hue", "status__meaning",
    "responsible__family_name", "responsible__given_name", "responsible__picture",
    "responsible__is_active",
    "next_todo__datasheet", "next_todo__contact", "next_todo__type", "next_todo__text",
    "next_todo__due_at", "next_todo__timed", "next_todo__version", "next_todo__type__icon",
    "next_todo__contact__family_name", "next_todo__contact__given_name",
    "next_todo__contact__version",
)  # fmt: skip


def _text(sql: str) -> RawSQL:
    return RawSQL(sql, [], CharField(null=True))  # noqa: S611 (crm.list_sql: nothing typed is in it)
