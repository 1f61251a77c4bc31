"""What the company's fields narrow a module's list to: tests in an address, and their SQL.

``?f12=is:34&f15=between:10..20&f7=contains:oak``. All of them hold at once. A list is narrowed in
one of two ways, chosen by a probe that never reads more than :data:`FEW` entries of an index: what
is rare is taken by its ids and ordered in memory; what is common is met soon enough while the
list's own index is walked, each row asked for by the unique key of its value.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, F
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import User
from crm import access, agenda, origins
from crm.constants import Shelf
from crm.list_sql import Branch, as_read
from crm.models import Datasheet
from crm.origins import Origin
from modules.fieldtypes import type_of
from modules.models import About, Field, FieldChoice, Module
from web.paging import Cursor
from web.text import fold

FEW = 4000
"""So many datasheets are read at once; with more the list is walked in its order. There both
ways cost about the same in a module of half a million: as many rows read as rows asked.
"""
MOST_TESTS = 10
_PARAM = re.compile(r"f([1-9][0-9]{0,17})")
_NEGATIVE = frozenset({"is_not", "empty"})
_BARE = frozenset({"empty", "not_empty"})


@dataclass(frozen=True)
class Test:
    """One field compared with some values, which are as they stand in the address."""

    __test__ = False  # for pytest: no class of tests

    field: Field
    operator: str
    said: tuple[str, ...] = ()

    @classmethod
    def read(cls, field: Field, text: str) -> Test | None:
        """The test of an address; None for what can't be understood."""
        operator, _colon, rest = text.partition(":")
        if operator not in type_of(field).operators:
            return None
        test = cls(field, operator, _apart(operator, rest))
        return test if operator in _BARE or test.values() else None

    def encoded(self) -> str:
        """As it stands in an address."""
        if self.operator in _BARE:
            return self.operator
        joint = _JOINTS.get(self.operator, "")
        return f"{self.operator}:{joint.join(self.said)}"

    @property
    def is_positive(self) -> bool:
        """Whether having some value makes it true: then an index finds the datasheets."""
        return self.operator not in _NEGATIVE

    def values(self) -> list[Any]:
        """What the database compares; empty when it makes no sense. None is an open end."""
        found = [_value(self.field, word) for word in self.said]
        if self.operator == "between":
            ends = len(found) == 2 and any(one is not None for one in found)
            return found if ends and not _wrong(self.said, found) else []
        return [] if None in found else found

    def condition(self) -> tuple[str, list[Any]]:
        """The condition on the rows ``v`` of a datasheet's values, with its parameters."""
        where, params = "v.field_id = %s", [self.field.pk]
        if self.operator in _BARE:
            return where, params
        column, values = _column(self.field), self.values()
        if self.operator == "contains":
            pattern = str(values[0]).replace("!", "!!").replace("%", "!%").replace("_", "!_")
            return f"{where} AND v.folded LIKE %s ESCAPE '!'", [*params, f"%{pattern}%"]
        if column == "v.moment":
            return _on_days(where, params, self.operator, values)
        adapted = [None if one is None else _adapt(self.field, one) for one in values]
        if self.operator == "between":
            for sign, end in zip((">=", "<="), adapted, strict=True):
                if end is not None:
                    where, params = f"{where} AND {column} {sign} %s", [*params, end]
            return where, params
        marks = ", ".join(["%s"] * len(adapted))
        return f"{where} AND {column} IN ({marks})", [*params, *adapted]

    def source(self) -> str:
        """The table of values, with the index that has the test's own in one range."""
        if connection.vendor != "sqlite" or self.operator in _BARE:
            return "crm_fieldvalue v"
        column = _column(self.field).removeprefix("v.").removesuffix("_id")
        return f"crm_fieldvalue v INDEXED BY value_{column}"

    def probe(self) -> tuple[str, list[Any]]:
        """The test of one row of crm_datasheet. ``OFFSET`` keeps PostgreSQL from turning it into
        a join with all values, which would give up the order of the list.
        """
        where, params = self.condition()
        # SQLite would read the whole range of the values for each row.
        by = " INDEXED BY value_of_datasheet_once" if connection.vendor == "sqlite" else ""
        sql = (
            f"EXISTS (SELECT 1 FROM crm_fieldvalue v{by}"  # noqa: S608
            f" WHERE v.datasheet_id = crm_datasheet.id AND {where} LIMIT 1 OFFSET 0)"
        )
        return (sql if self.is_positive else f"NOT {sql}"), params


class Few(NamedTuple):
    """A datasheet of a rare answer: what places it in lists. ``due`` is as the database gives it,
    comparable with :func:`crm.list_sql.as_read`.
    """

    id: int
    due: datetime
    module: int
    status: int
    shelf: int
    responsible: int | None

    def stands_in(self, branches: Iterable[Branch]) -> bool:
        return any(
            all(getattr(self, name) == value for name, value in branch.items())
            for branch in branches
        )


def within(rows: list[Few], band: agenda.Range | None) -> list[Few]:
    """Of rows in the list's order those of a band."""
    start, end = 0, len(rows)
    if band is not None and band.start is not None:
        start = bisect_left(rows, as_read(band.start), key=_due)
    if band is not None and band.end is not None:
        end = bisect_left(rows, as_read(band.end), key=_due)
    return rows[start:end]


def _due(row: Few) -> datetime:
    return row.due


@dataclass
class Narrowed:
    """The tests of a list, all of which hold, and where its datasheets came from."""

    module_id: int
    tests: tuple[Test, ...]
    origin: Origin | None = None

    @classmethod
    def read(cls, user: User, module: Module, params: Mapping[str, str]) -> Narrowed | None:
        """What of an address exists for the user; one query for all fields, one for an origin."""
        origin = origins.read(user, module, params)
        kept = tuple(cls._tests(user, module, params))
        return cls(module.pk, kept, origin) if kept or origin else None

    @staticmethod
    def _tests(user: User, module: Module, params: Mapping[str, str]) -> Iterable[Test]:
        said: dict[int, str] = {}
        for name, text in params.items():
            match = _PARAM.fullmatch(name)
            if match and len(said) < MOST_TESTS:
                said[int(match[1])] = str(text)
        fields = _fields(module, list(said)) if said else {}
        tests = (
            Test.read(field, said[pk])
            for pk, field in fields.items()
            if access.sees_field(user, field)
        )
        return (test for test in tests if test is not None)

    def params(self) -> dict[str, str]:
        found = {f"f{test.field.pk}": test.encoded() for test in self.tests}
        return found | ({self.origin.name: self.origin.value} if self.origin else {})

    def without(self, field_id: int) -> Narrowed | None:
        kept = tuple(test for test in self.tests if test.field.pk != field_id)
        return Narrowed(self.module_id, kept, self.origin) if kept or self.origin else None

    def from_anywhere(self) -> Narrowed | None:
        """The same without the origin."""
        return Narrowed(self.module_id, self.tests) if self.tests else None

    def where(self) -> tuple[str, list[Any]]:
        """The condition on a row of crm_datasheet."""
        return _all(self._every())

    def _every(self) -> list[Test | Origin]:
        return [*self.tests, self.origin] if self.origin else [*self.tests]

    def of_fields(self) -> tuple[str, list[Any]]:
        """The same of the fields alone."""
        return _all(self.tests) if self.tests else ("TRUE", [])

    def holds(self, datasheet_id: int) -> bool:
        """Whether a datasheet passes all tests; one query."""
        where, params = self.where()
        passes = RawSQL(where, params, BooleanField())  # noqa: S611 (parameters only)
        return Datasheet.objects.filter(passes, pk=datasheet_id).exists()

    @cached_property
    def few(self) -> list[Few] | None:
        """Every live datasheet of the module that passes, in the list's order, where they are
        few; None where they must be met by walking. Two queries.
        """
        tests = self._every()
        rarest = _rarest([test for test in tests if test.is_positive])
        if rarest is None:
            return None
        where, params = rarest.condition()
        rest = [test for test in tests if test is not rarest]
        others, more = _all(rest) if rest else ("TRUE", [])
        # Both fences keep the order of the two: from the few values to their datasheets. Told of
        # module, shelf or order, SQLite would walk the whole list instead.
        sql = (
            f"SELECT {_FEW} FROM (SELECT DISTINCT v.datasheet_id FROM {rarest.source()}"  # noqa: S608
            f" WHERE {where} AND v.datasheet_id IS NOT NULL LIMIT {FEW}) AS hit"
            f" CROSS JOIN crm_datasheet WHERE crm_datasheet.id = hit.datasheet_id AND {others}"
        )
        with connection.cursor() as db:
            db.execute(sql, [*params, *more])
            rows = [Few(*row) for row in db.fetchall()]
        here = [row for row in rows if row.module == self.module_id and row.shelf != Shelf.TRASH]
        return sorted(here, key=lambda row: (row.due, row.id))

    def first(
        self,
        few: list[Few],
        branches: Iterable[Branch],
        band: agenda.Range | None,
        after: Cursor | None,
        size: int,
        *,
        back: bool = False,
    ) -> list[int]:
        """The first ids behind the cursor, of those that stand in the list."""
        branches = list(branches)
        here = [row for row in within(few, band) if row.stands_in(branches)]
        if after is not None:
            at = (as_read(after.due_at), after.id)
            if back:
                here = [row for row in here if (row.due, row.id) < at]
            else:
                here = [row for row in here if (row.due, row.id) > at]
        return [row.id for row in (reversed(here[-size:]) if back else here[:size])]


def _all(tests: Iterable[Test | Origin]) -> tuple[str, list[Any]]:
    probes = [test.probe() for test in tests]
    return " AND ".join(sql for sql, _params in probes), [
        value for _sql, params in probes for value in params
    ]


_FEW = ", ".join(
    f"crm_datasheet.{name}"
    for name in ("id", "next_due_at", "module_id", "status_id", "shelf", "responsible_id")
)


def _rarest(tests: list[Test | Origin]) -> Test | Origin | None:
    """The test that the fewest pass, if few do; one query, which counts no further than needed."""
    if not tests:
        return None
    sqls, params = [], []
    for number, test in enumerate(tests):
        where, values = test.condition()
        sqls.append(
            f"SELECT {number}, COUNT(*) FROM (SELECT 1 FROM {test.source()}"  # noqa: S608
            f" WHERE {where} AND v.datasheet_id IS NOT NULL LIMIT {FEW + 1}) AS part"
        )
        params += values
    with connection.cursor() as db:
        db.execute(" UNION ALL ".join(sqls), params)
        n, number = min((n, number) for number, n in db.fetchall())
    return tests[number] if n <= FEW else None


def _fields(module: Module, ids: list[int]) -> dict[int, Field]:
    """These live fields of the module with their choices, in one query."""
    rows: Any = (
        Field.objects.live()
        .filter(about=About.DATASHEET, module=module, pk__in=ids)
        .annotate(**{f"one_{name}": F(f"choices__{name}") for name in _CHOICE})
        .order_by("pk", "choices__order", "choices__pk")
    )
    found: dict[int, Field] = {}
    for row in rows:
        field = found.setdefault(row.pk, row)
        if not hasattr(field, "drafted_choices"):
            field.drafted_choices = []  # type: ignore[attr-defined]
        if row.one_id is not None:
            names = {name: getattr(row, f"one_{name}") for name in _CHOICE}
            field.drafted_choices.append(FieldChoice(**names))  # type: ignore[attr-defined]
    return found


_CHOICE = ("id", "name_hu", "name_en", "hue", "order", "removed_at")
_JOINTS = {"one_of": ",", "between": ".."}
_COLUMNS = {
    "text": "v.folded",
    "file": "v.folded",
    "number": "v.number",
    "day": "v.day",
    "moment": "v.moment",
    "choice": "v.choice_id",
    "person": "v.person_id",
}


def _apart(operator: str, rest: str) -> tuple[str, ...]:
    if operator in _BARE:
        return ()
    if operator == "between":
        low, _dots, high = rest.partition("..")
        return low, high
    if operator == "one_of":
        return tuple(one for one in rest.split(",") if one)[:200]
    return (rest,)


def _column(field: Field) -> str:
    return _COLUMNS[type_of(field).column]


def _value(field: Field, word: str) -> Any:
    """A value of the column, None for what is none."""
    column = type_of(field).column
    if column in ("text", "file"):
        return fold(word)[:200] or None
    try:
        if column == "number":
            number = Decimal(word)
            return number if number.is_finite() and abs(number) < 10**15 else None
        if column in ("day", "moment"):
            return date.fromisoformat(word)
        return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None
    except (InvalidOperation, ValueError):
        return None


def _wrong(said: tuple[str, ...], found: list[Any]) -> bool:
    """Whether an end that was written can't be read."""
    return any(word and value is None for word, value in zip(said, found, strict=True))


def _adapt(field: Field, value: Any) -> Any:
    """The value as the driver takes it."""
    column = type_of(field).column
    if column == "number":
        return connection.ops.adapt_decimalfield_value(value, 19, 4)
    if column == "day":
        return connection.ops.adapt_datefield_value(value)
    return value


def _on_days(
    where: str, params: list[Any], operator: str, days: list[date | None]
) -> tuple[str, list[Any]]:
    """A date and time compared with whole days of the company's zone."""
    first, last = (days[0], days[-1]) if operator == "between" else (days[0], days[0])
    if first is not None:
        where, params = f"{where} AND v.moment >= %s", [*params, _midnight(first)]
    if last is not None:
        end = _midnight(last + timedelta(days=1)) if last < date.max else None
        if end is not None:
            where, params = f"{where} AND v.moment < %s", [*params, end]
    return where, params


def _midnight(day: date) -> Any:
    moment = datetime.combine(day, time(), timezone.get_current_timezone())
    return connection.ops.adapt_datetimefield_value(moment)
