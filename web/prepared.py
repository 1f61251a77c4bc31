"""Querysets that are put into words once and asked many times.

Django takes several times as long to write a query down as a database to answer it. Here its SQL
is kept, and only the values change::

    _CONTACTS = Prepared(lambda client: Contact.objects.filter(client=client).order_by("pk"))
    contacts = _CONTACTS.ask(client.pk)

What makes the SQL another one (a role, whether something is asked for at all) is given by name
and kept apart: ``_SEEN.ask(user.pk, role=user.role)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import JSONField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

from web import statements

Row = TypeVar("Row")

KEPT = 512
"""Answers of :meth:`Prepared.kept` that a process remembers, each with its records."""

# What stands for a value while the SQL is written: nothing that a query of ours says by itself.
_STANDS_FOR: dict[type, Callable[[int], Any]] = {
    int: lambda number: 2_000_000_011 + number,
    str: lambda number: f"value-{number}-of-a-prepared-query",
    datetime: lambda number: datetime(9000 + number, 1, 1, tzinfo=UTC),
}


class Prepared(Generic[Row]):
    """A queryset that ``make`` builds of the values; kept in one process, for each database.

    A value is an int, a str or a datetime, compared as it is (no ``startswith``), or None. It
    must not choose what ``make`` builds. Nothing is prefetched.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make
        self._said: dict[Hashable, _Said | None] = {}

    def ask(self, *values: Any, **shape: Hashable) -> list[Row]:
        """The rows, as the queryset would give them."""
        said = self._worded(values, shape)
        return [] if said is None else list(said.records(said.rows(values)))

    def first(self, *values: Any, **shape: Hashable) -> Row | None:
        """The first row; ``make`` cuts the queryset itself."""
        return next(iter(self.ask(*values, **shape)), None)

    def counts(self, several: Sequence[tuple[Any, ...]], **shape: Hashable) -> list[int]:
        """How many rows each of these values finds, told by one query."""
        worded = [(self._worded(values, shape), values) for values in several]
        asked = [(said, values) for said, values in worded if said is not None]
        found = iter(_numbers(asked) if asked else ())
        return [0 if said is None else next(found) for said, _values in worded]

    def tally(self, *values: Any, **shape: Hashable) -> Counter[Row]:
        """How often each value of the only column, a number or a text, is found."""
        said = self._worded(values, shape)
        if said is None:
            return Counter()
        with statements.cursor(said.using) as cursor:
            cursor.execute(_tallying(said.sql), said.params(values))
            return Counter(dict(cursor.fetchall()))

    def kept(self, *values: Any, **shape: Hashable) -> list[Row]:
        """The same for what is seldom changed, such as a status tree.

        The database is asked each time, so that nothing old is given; but records that were made
        of the very same rows are copied instead of made again. They are the caller's own.
        """
        said = self._worded(values, shape)
        if said is None:
            return []
        found = tuple([tuple(row) for row in said.rows(values)])
        made, seen = _made(said, found), dict[int, Any]()
        return [_copied(one, seen) for one in made]

    def _worded(self, values: tuple[Any, ...], shape: dict[str, Hashable]) -> _Said | None:
        """The SQL for values of these types; None where the queryset can hold nothing."""
        kinds = tuple([None if value is None else type(value) for value in values])
        key = (kinds, *shape.items())
        if key not in self._said:
            stand_ins = [
                None if kind is None else _STANDS_FOR[kind](number)
                for number, kind in enumerate(kinds)
            ]
            try:
                self._said[key] = _Said(self._make(*stand_ins, **shape), stand_ins)
            except EmptyResultSet:
                self._said[key] = None
        return self._said[key]


def filled(ids: Iterable[int], size: int) -> list[int]:
    """The ids made up to a multiple of ``size``, so that few lengths of ``IN (…)`` are kept.

    The last one stands there more than once, which changes nothing; for none it is 0.
    """
    known = list(ids) or [0]
    return [*known, *known[-1:] * (-len(known) % size)]


class _Said:
    """A queryset's SQL, which of its parameters are the values, and what its columns become."""

    def __init__(self, queryset: QuerySet[Any, Any], stand_ins: list[Any]) -> None:
        self.queryset: Any = queryset
        self.using = queryset.db
        compiler: Any = queryset.query.get_compiler(using=self.using)
        self.sql, params = compiler.as_sql()
        self._params = list(params)
        adapt = connections[self.using].ops.adapt_datetimefield_value
        self._places: list[tuple[int, int, Callable[[Any], Any]]] = []
        for number, stand_in in enumerate(stand_ins):
            moment = isinstance(stand_in, datetime)
            sought = adapt(stand_in) if moment else stand_in
            for place, param in enumerate(self._params):
                if type(param) is not bool and param == sought and stand_in is not None:
                    # An int keeps the width that PostgreSQL's driver was told.
                    self._places.append((place, number, adapt if moment else type(param)))
        self._cut = compiler.col_count if compiler.has_extra_select else None
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        self._converters = list(compiler.get_converters(columns).items())
        self._maker = _Maker(compiler) if queryset._iterable_class is ModelIterable else None

    def rows(self, values: tuple[Any, ...]) -> list[Sequence[Any]]:
        """What the database answers for these values."""
        with statements.cursor(self.using) as cursor:
            cursor.execute(self.sql, self.params(values))
            found: list[Sequence[Any]] = cursor.fetchall()
        return found if self._cut is None else [row[: self._cut] for row in found]

    def params(self, values: tuple[Any, ...]) -> list[Any]:
        """What stands in the places of the SQL for these values."""
        params = list(self._params)
        for place, number, adapted in self._places:
            params[place] = adapted(values[number])
        return params

    def records(self, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """What the queryset makes of such rows."""
        converted = self._converted(rows) if self._converters else rows
        if self._maker is not None:
            return map(self._maker.make, converted)
        return iter(self.queryset._iterable_class(_Answered(self.queryset, converted)))

    def _converted(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        connection = connections[self.using]
        for row in map(list, rows):
            for place, (converters, column) in self._converters:
                value = row[place]
                for convert in converters:
                    value = convert(value, column, connection)
                row[place] = value
            yield row


def _numbers(asked: Sequence[tuple[_Said, tuple[Any, ...]]]) -> Sequence[int]:
    """How many rows each of them has."""
    sql = _counting(tuple(said.sql for said, _values in asked))
    with statements.cursor(asked[0][0].using) as cursor:
        cursor.execute(sql, [param for said, values in asked for param in said.params(values)])
        numbers: Sequence[int] = cursor.fetchone()
    return numbers


@lru_cache(maxsize=KEPT)
def _counting(several: tuple[str, ...]) -> str:
    return "SELECT " + ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS found)" for sql in several)  # noqa: S608 (texts of querysets)


@lru_cache(maxsize=KEPT)
def _tallying(sql: str) -> str:
    return f"SELECT found.*, COUNT(*) FROM ({sql}) AS found GROUP BY 1"  # noqa: S608 (the same)


class _Maker:
    """Makes a record of a row, as ModelIterable does, which finds this out for each query."""

    def __init__(self, compiler: Any) -> None:
        self._record = _Record(compiler.klass_info, compiler.select, compiler.using)
        self._more = list((compiler.annotation_col_map or {}).items())

    def make(self, row: Sequence[Any]) -> Any:
        made = self._record.make(row)
        for name, place in self._more:
            setattr(made, name, row[place])
        return made


class _Record:
    """Some neighbouring columns that are a record, and the records that hang on it.

    Its values are put in place at once: Django sets them one by one, through a signal before and
    after, which takes longer than all the rest of a query. For models without parents that don't
    listen to their own making (no ``from_db``, no signal).
    """

    def __init__(self, told: Any, select: Any, using: str) -> None:
        fields = told["select_fields"]
        self._model, self._using = told["model"], using
        self._start, self._end = fields[0], fields[-1] + 1
        self._names = [column.target.attname for column, *_ in select[self._start : self._end]]
        self._key = fields[self._names.index(self._model._meta.pk.attname)]
        self._hanging = [
            (_Record(other, select, using), other["local_setter"], other["remote_setter"])
            for other in told.get("related_klass_infos", [])
        ]

    def make(self, row: Sequence[Any]) -> Any:
        """None where a join has found nothing."""
        if row[self._key] is None:
            return None
        columns = dict(zip(self._names, row[self._start : self._end], strict=True))
        made = _put_together(self._model, columns, self._using)
        for record, put_here, put_there in self._hanging:
            other = record.make(row)
            put_here(made, other)
            if other is not None:
                put_there(other, made)
        return made


def of_row(model: type[Model], **columns: Any) -> Any:
    """A record that some columns of its row were read of; the others are read when asked for."""
    return _put_together(model, columns, DEFAULT_DB_ALIAS)


def _put_together(model: type[Model], columns: dict[str, Any], using: str) -> Any:
    made = model.__new__(model)
    values = made.__dict__
    values.update(columns)
    state = values["_state"] = ModelState()
    state.db, state.adding = using, False
    return made


class _Answered:
    """Stands in for a queryset, its query and its compiler, whose rows are here already."""

    def __init__(self, queryset: Any, rows: Iterable[Sequence[Any]]) -> None:
        self.query, self.db, self._fields = self, queryset.db, queryset._fields
        self._query, self._rows = queryset.query, rows

    def get_compiler(self, *_args: Any, **_more: Any) -> Any:
        return self

    def results_iter(self, *_args: Any, tuple_expected: bool = False, **_more: Any) -> Any:
        return map(tuple, self._rows) if tuple_expected else iter(self._rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


@lru_cache(maxsize=KEPT)
def _made(said: _Said, found: tuple[tuple[Any, ...], ...]) -> list[Any]:
    """The records of these rows. Those that hang on several of them are one and the same."""
    known: dict[tuple[type, Any], Any] = {}
    made = list(said.records(found))
    for record in made:
        if isinstance(record, Model):
            cached = record._state.fields_cache
            for name, other in cached.items():
                if isinstance(other, Model):
                    cached[name] = known.setdefault((type(other), other.pk), other)
    return made


def _copied(record: Any, seen: dict[int, Any]) -> Any:
    """A copy with copies of the records that hang on it; anything but a record as it is."""
    if not isinstance(record, Model):
        return record
    made = seen.get(id(record))
    if made is None:
        made = seen[id(record)] = record.__class__.__new__(record.__class__)
        values = made.__dict__
        values.update(record.__dict__)
        for name in _changeable(record.__class__):
            if name in values:
                values[name] = deepcopy(values[name])
        state = values["_state"] = ModelState()
        state.db, state.adding = record._state.db, False
        others = record._state.fields_cache
        if others:
            state.fields_cache = {name: _copied(one, seen) for name, one in others.items()}
    return made


@lru_cache(maxsize=64)
def _changeable(model: type[Model]) -> tuple[str, ...]:
    """The columns whose values can be changed in place."""
    return tuple(
        field.attname for field in model._meta.concrete_fields if isinstance(field, JSONField)
    )
