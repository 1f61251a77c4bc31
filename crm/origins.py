"""Where datasheets came from, as a module's list is narrowed by it: ``?import=12:created``.

Who makes or changes many datasheets at once lies on a floor above and registers how its parameter
is read. Such a set may be large and lie together anywhere in the list's order, where walking the
list would meet the first of them late; so each range of the list is walked only where a short
stretch of it holds enough of them, and what is left is gathered from the set itself: a page costs
at most the size of the set, never that of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from accounts.models import User
from crm import list_sql
from crm.list_sql import Part
from modules.models import Module

LOOKED_AT: Final = 6000
"""So many rows of the list are looked at to tell which ranges are walked."""
_LONGEST: Final = 100
_FENCE: Final = 2**31 - 1
Tests = tuple[str, list[Any]]


@dataclass(frozen=True)
class Origin:
    """The datasheets of one piece of work: those named by ``datasheet_id`` in the rows ``v`` of
    ``table`` with ``column = key`` of which ``more`` (SQL of ours) is true.

    ``name`` and ``value`` stand in the address; ``label`` and ``said`` are the words of the chip,
    ``url`` where that piece of work is shown.
    """

    name: str
    value: str
    label: str
    said: str
    url: str
    table: str
    column: str
    key: int
    more: str = "TRUE"

    is_positive: Final = True

    def source(self) -> str:
        return f"{self.table} v"

    def condition(self) -> Tests:
        """The condition on the rows ``v``, with its parameters."""
        return f"v.{self.column} = %s AND {self.more}", [self.key]

    def probe(self) -> Tests:
        """The test of one row of crm_datasheet. The plus sign keeps a database from reading the
        whole set for each row; ``OFFSET`` keeps PostgreSQL from making a join of it.
        """
        return (
            f"EXISTS (SELECT 1 FROM {self.table} v WHERE v.datasheet_id = crm_datasheet.id"  # noqa: S608
            f" AND +v.{self.column} = %s AND {self.more} LIMIT 1 OFFSET 0)"
        ), [self.key]


Reader = Callable[[User, Module, str], Origin | None]
_READERS: dict[str, Reader] = {}


def reads(name: str) -> Callable[[Reader], Reader]:
    """Makes a function the reader of a parameter; None of it: for this user there is no such set.

    The function alone says who may narrow by it.
    """

    def register(reader: Reader) -> Reader:
        _READERS[name] = reader
        return reader

    return register


def read(user: User, module: Module, params: Mapping[str, str]) -> Origin | None:
    """The origin of an address, if it names one."""
    for name, reader in _READERS.items():
        if text := params.get(name, "")[:_LONGEST]:
            return reader(user, module, text)
    return None


def first(
    origin: Origin, parts: Sequence[Part], others: Tests, size: int, *, back: bool = False
) -> list[int]:
    """The first ids of these ranges that came of it and pass the ``others``; two queries."""
    tests, values = origin.probe()
    tests, values = f"{tests} AND {others[0]}", [*values, *others[1]]
    most = LOOKED_AT // max(1, len(parts))
    met = list_sql.probe_passing([[part] for part in parts], tests, values, most)
    walked: list[Part] = []
    rest: list[Part] = []
    for part, (n, whole) in zip(parts, met, strict=True):
        if whole or n >= size:
            walked.append(Part(f"{part.where} AND {tests}", [*part.params, *values], part.order))
        else:
            rest.append(part)
    order = "next_due_at DESC, id DESC" if back else "next_due_at, id"
    sqls, params = list_sql.limited(walked, size), [v for part in walked for v in part.params]
    if rest:
        sql, more = _gathered(origin, rest, others)
        sqls.append(f"SELECT * FROM ({sql} ORDER BY {order} LIMIT {size}) AS part")  # noqa: S608
        params += more
    union = " UNION ALL ".join(sqls)
    with connection.cursor() as db:
        db.execute(f"SELECT id FROM ({union}) AS a ORDER BY {order} LIMIT {size}", params)  # noqa: S608
        return [row[0] for row in db.fetchall()]


def every(
    origin: Origin, parts: Sequence[Part], others: Tests, most: int, at_once: int
) -> Iterator[int]:
    """All ids of these ranges in the list's order, at most ``most``, read in blocks."""
    sql, params = _gathered(origin, parts, others)
    with connection.chunked_cursor() as db:
        db.execute(f"{sql} ORDER BY next_due_at, id LIMIT {most}", params)
        while block := db.fetchmany(at_once):
            yield from (row[0] for row in block)


def size(origin: Origin, parts: Sequence[Part], others: Tests, cap: int) -> int:
    """How many there are in these ranges, at most ``cap``."""
    sql, params = _gathered(origin, parts, others)
    with connection.cursor() as db:
        db.execute(f"SELECT COUNT(*) FROM ({sql} LIMIT {cap}) AS a", params)  # noqa: S608
        found: int = db.fetchone()[0]
    return found


def _gathered(origin: Origin, parts: Sequence[Part], others: Tests) -> Tests:
    """SQL of the set's (id, next_due_at) in these ranges, without order.

    The fence of a limit keeps the order of the two: from the set to its datasheets. Told of
    module, shelf or order, a database would walk the whole list instead.
    """
    where, params = origin.condition()
    ranges = " OR ".join(f"({part.where})" for part in parts) or "FALSE"
    return (
        "SELECT * FROM (SELECT DISTINCT crm_datasheet.id, next_due_at FROM"  # noqa: S608
        f" (SELECT v.datasheet_id FROM {origin.source()}"
        f" WHERE {where} AND v.datasheet_id IS NOT NULL LIMIT {_FENCE}) AS hit"
        " CROSS JOIN crm_datasheet WHERE crm_datasheet.id = hit.datasheet_id"
        f" AND ({ranges}) AND {others[0]} LIMIT {_FENCE}) AS gathered"
    ), [*params, *(value for part in parts for value in part.params), *others[1]]
