"""A module's list: its order, its bands, its counts. Every list, badge and export asks here.

The order is that of DOMAIN, "The order of a module's list": by the due time of the next todo,
equal ones by id, those without a todo last. It is read from the stored key, one index range for
each combination of equalities (a *branch*), each range already in order and cut to a page, then
merged. So a page costs the same at a thousand and at a million datasheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from crm import access, agenda, list_sql, origins, row_data
from crm.constants import Shelf
from crm.field_filters import Few, Narrowed, within
from crm.list_sql import Branch, Part, merged, probe, ranges
from crm.models import Datasheet, DatasheetCount
from crm.row_data import RowSheet
from modules.models import Module, Status
from web import statements
from web.paging import Cursor
from web.prepared import Prepared

PAGE = 50
# DOMAIN, "Due times": counts are exact to 999, then "999+".
CAP = 1000
READ_AT_ONCE = 5000
LOOKED_AT = 1500
"""So many rows of a band are asked whether they pass the tests of fields, where many do."""

Choice = Literal["me", "everyone", "unassigned"]
# A row's id, key of order, and the versions of what it shows.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class ListQuery:
    """What a module's list shows: all open datasheets, or those of the given statuses."""

    user: User
    module: Module
    statuses: Sequence[Status] | None = None
    responsible: Choice | int = "everyone"
    band: agenda.Range | None = None
    narrowed: Narrowed | None = None

    @property
    def few(self) -> list[Few] | None:
        """All that pass the tests of fields, where they are few; None: the index is walked."""
        return self.narrowed.few if self.narrowed else None

    def parts(
        self, band: agenda.Range | None, after: Cursor | None = None, *, back: bool = False
    ) -> list[Part]:
        """The index ranges of the list, with the tests of fields on their rows."""
        parts = self.bare_parts(band, after, back=back)
        if self.narrowed is None:
            return parts
        where, params = self.narrowed.where()
        return [Part(f"{p.where} AND {where}", [*p.params, *params], p.order) for p in parts]

    def bare_parts(
        self, band: agenda.Range | None, after: Cursor | None = None, *, back: bool = False
    ) -> list[Part]:
        """The same without any tests."""
        return [p for b in self.branches() for p in ranges(b, band, after, back=back)]

    def responsibles(self) -> list[int | None] | None:
        """The responsibles to read, one index range each; None is no restriction."""
        scope = access.responsible_branches(self.user)
        wanted: list[int | None] | None
        if self.responsible == "everyone":
            return scope
        if self.responsible == "me":
            wanted = [self.user.pk]
        elif self.responsible == "unassigned":
            wanted = [None]
        else:
            wanted = [int(self.responsible)]
        return wanted if scope is None else [one for one in wanted if one in scope]

    def branches(self) -> list[Branch]:
        """The equalities whose union is the list. Each is the beginning of one index."""
        places: list[Branch]
        if self.statuses is None:
            places = [{"module": self.module.pk, "shelf": Shelf.OPEN}]
        else:
            places = [
                {"status": status.pk, "shelf": shelf}
                for status in self.statuses
                for shelf in ([Shelf.OPEN, Shelf.CLOSED] if status.is_final else [Shelf.OPEN])
            ]
        who = self.responsibles()
        if who is None:
            return places
        return [{**place, "responsible": one} for place in places for one in who]


@dataclass(frozen=True)
class Page:
    """Some rows in order, and where the next page starts (None: there is none)."""

    rows: list[RowSheet]
    after: Cursor | None


def page(query: ListQuery, after: Cursor | None = None, size: int = PAGE) -> Page:
    """The rows behind the cursor, with what a row shows, in two queries."""
    ids = _first(query, size + 1, after)
    if not ids:
        return Page([], None)
    rows = row_data.rows(ids)
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, Cursor(rows[-1].next_due_at, rows[-1].pk) if more else None)


def _first(
    query: ListQuery, size: int, after: Cursor | None = None, *, back: bool = False
) -> list[int]:
    """The first ids of the list behind the cursor.

    Asked for by themselves: with them as a subquery beside eight joins PostgreSQL joins the whole
    tables before it looks which rows are wanted (its ``join_collapse_limit`` is 8).
    """
    if query.narrowed is not None and (few := query.few) is not None:
        return query.narrowed.first(few, query.branches(), query.band, after, size, back=back)
    if (known := query.narrowed) is not None and known.origin is not None:
        bare = query.bare_parts(query.band, after, back=back)
        return origins.first(known.origin, bare, known.of_fields(), size, back=back)
    parts = query.parts(query.band, after, back=back)
    if not parts:
        return []
    with statements.cursor() as db:
        db.execute(*merged(parts, size, back=back))
        return [row[0] for row in db.fetchall()]


def ids(query: ListQuery, most: int) -> Iterator[int]:
    """All ids of the list as it is at this moment, in its order: one statement, read in blocks."""
    if query.narrowed is not None and (few := query.few) is not None:
        yield from query.narrowed.first(few, query.branches(), query.band, None, most)
        return
    if (known := query.narrowed) is not None and known.origin is not None:
        bare = query.bare_parts(query.band)
        yield from origins.every(known.origin, bare, known.of_fields(), most, READ_AT_ONCE)
        return
    parts = query.parts(query.band)
    if not parts:
        return
    with connection.chunked_cursor() as db:
        db.execute(*merged(parts, most))
        while block := db.fetchmany(READ_AT_ONCE):
            yield from (row[0] for row in block)


def size(query: ListQuery, cap: int) -> int:
    """How many rows the list has, at most ``cap``."""
    if (few := query.few) is not None:
        branches = query.branches()
        return min(cap, sum(row.stands_in(branches) for row in within(few, query.band)))
    if (known := query.narrowed) is not None and known.origin is not None:
        return origins.size(known.origin, query.bare_parts(query.band), known.of_fields(), cap)
    return probe([query.parts(query.band)], cap)[0]


def neighbours(query: ListQuery, here: Datasheet) -> tuple[int | None, int | None]:
    """The ids before and after a datasheet in the list, for "previous" and "next"; one query."""
    cursor = Cursor(here.next_due_at, here.pk)
    if query.narrowed is not None and (query.few is not None or query.narrowed.origin is not None):
        before, after = (_first(query, 1, cursor, back=back) for back in (True, False))
        return (before[0] if before else None), (after[0] if after else None)
    sqls: list[str] = []
    params: list[Any] = []
    for back in (True, False):
        parts = query.parts(query.band, cursor, back=back)
        sql, values = merged(parts, 1, back=back) if parts else ("SELECT NULL", [])
        sqls.append(f"({sql})")
        params += values
    with statements.cursor() as db:
        db.execute("SELECT " + ", ".join(sqls), params)
        found: tuple[int | None, int | None] = db.fetchone() or (None, None)
    return found


# Counts


class AtLeast(int):
    """A number that was counted no further, and is shown so: "38+". Even none is perhaps some."""

    def __str__(self) -> str:
        return f"{int(self)}+"

    def __bool__(self) -> bool:
        return True


@dataclass
class Counts:
    """How many datasheets stand where, as far as the user sees them.

    By status and band, and all ``open`` ones, it is the chosen responsible's; ``mine``,
    ``unassigned`` and ``everyone`` are the open ones behind each choice.
    """

    by_status: dict[int, int] = field(default_factory=dict)
    late_by_status: dict[int, int] = field(default_factory=dict)
    by_band: dict[str, int] = field(default_factory=dict)
    open: int = 0
    mine: int = 0
    unassigned: int = 0
    everyone: int = 0
    # Of a list that is narrowed to many only the bands are counted: the rest would take long.
    known: bool = True

    def add_open(
        self,
        shelf: int,
        responsible: int | None,
        n: int,
        query: ListQuery,
        chosen: list[int | None] | None,
    ) -> None:
        """Count ``n`` datasheets, if they are open, behind the choices of responsible."""
        if shelf != Shelf.OPEN:
            return
        self.open += n if chosen is None or responsible in chosen else 0
        self.everyone += n
        self.mine += n if responsible == query.user.pk else 0
        self.unassigned += n if responsible is None else 0


def count(query: ListQuery, statuses: Sequence[Status], now: datetime, zone: Any) -> Counts:
    """All counts of the page in two queries: the kept ones, and index probes by band and status."""
    if query.narrowed is not None:
        return _count_narrowed(query, now, zone)
    result = Counts()
    _add_kept(result, query, statuses)
    labels: list[tuple[str, str | int]] = []
    probes: list[list[Part]] = []
    branches = query.branches()
    for band in agenda.band_ranges(now, zone):
        labels.append(("band", band.band))
        probes.append([part for branch in branches for part in ranges(branch, band, None)])
    late = agenda.Range("late", None, now)
    for status in statuses:
        one = ListQuery(query.user, query.module, [status], query.responsible)
        labels.append(("late", status.pk))
        # What has a late todo stands on the open shelf, even in a final status.
        kept = [branch for branch in one.branches() if branch["shelf"] == Shelf.OPEN]
        probes.append([part for branch in kept for part in ranges(branch, late, None)])
    for (what, key), n in zip(labels, probe(probes, CAP), strict=True):
        if what == "band":
            result.by_band[str(key)] = n
        elif n:
            result.late_by_status[int(key)] = n
    return result


def count_band(query: ListQuery, name: str, now: datetime, zone: Any) -> int:
    """How many rows stand in one band, at most :data:`CAP`; one query."""
    band = next((each for each in agenda.band_ranges(now, zone) if each.band == name), None)
    if band is None:
        return 0
    if (few := query.few) is not None:
        branches = query.branches()
        return sum(row.stands_in(branches) for row in within(few, band))
    if query.narrowed is not None:
        return _passing(query, query.narrowed, [band])[0]
    return probe([query.parts(band)], CAP)[0]


def keys(query: ListQuery, size: int) -> list[Key]:
    """What tells whether the first ``size`` rows have changed; two queries, no records made."""
    ids = _first(query, size)
    if not ids:
        return []
    here = Datasheet.objects.filter(pk__in=ids)
    rows = here.order_by("next_due_at", "pk")
    return list(
        rows.values_list(
            "pk",
            "version",
            "next_due_at",
            "next_todo__version",
            "client__version",
            "main_contact__version",
            "next_todo__contact__version",
        )
    )


def key_of(row: RowSheet) -> Key:
    """The same of a row that is at hand."""
    todo = row.next_todo
    return (
        row.pk,
        row.version,
        row.next_due_at,
        todo and todo.version,
        row.client.version,
        row.main_contact and row.main_contact.version,
        todo and todo.contact and todo.contact.version,
    )


def _count_narrowed(query: ListQuery, now: datetime, zone: Any) -> Counts:
    """The counts of a list that fields narrow; of many only those by band, as far as they are
    quickly told, in one query.
    """
    bands = agenda.band_ranges(now, zone)
    few = query.few
    if few is None and query.narrowed is not None:
        found = _passing(query, query.narrowed, bands)
        return Counts(
            by_band={band.band: n for band, n in zip(bands, found, strict=True)}, known=False
        )
    result = Counts()
    branches, late_before = query.branches(), list_sql.as_read(now)
    here = [row for row in few or () if row.stands_in(branches)]
    result.by_band = {band.band: len(within(here, band)) for band in bands}
    scope, chosen = access.responsible_branches(query.user), query.responsibles()
    for row in few or ():
        if scope is not None and row.responsible not in scope:
            continue
        late = row.shelf == Shelf.OPEN and row.due < late_before
        if chosen is None or row.responsible in chosen:
            _add(result.by_status, row.status, 1)
            _add(result.late_by_status, row.status, int(late))
        result.add_open(row.shelf, row.responsible, 1, query, chosen)
    return result


def _passing(query: ListQuery, narrowed: Narrowed, bands: Sequence[agenda.Range]) -> list[int]:
    """How many rows of each band pass the tests of fields, exact where few rows stand in it."""
    branches = query.branches()
    probes = [[p for branch in branches for p in ranges(branch, band, None)] for band in bands]
    tests, values = narrowed.where()
    found = list_sql.probe_passing(probes, tests, values, LOOKED_AT)
    return [n if whole or n >= CAP else AtLeast(n) for n, whole in found]


def _add(counted: dict[int, int], key: int, n: int) -> None:
    if n:
        counted[key] = counted.get(key, 0) + n


def _add_kept(result: Counts, query: ListQuery, statuses: Sequence[Status]) -> None:
    """The kept counts: each status for the chosen responsible, the choices for all open ones."""
    chosen = query.responsibles()
    named = [] if chosen is None else [one for one in chosen if one is not None]
    rows = _KEPT.ask(
        query.module.pk,
        query.user.pk,
        *named,
        scoped=access.responsible_branches(query.user) is not None,
        everyone=chosen is None,
        nobody=chosen is not None and None in chosen,
    )
    for status_id, shelf, everyone, mine, unassigned, n in rows:
        _add(result.by_status, status_id, n or 0)
        if shelf == Shelf.OPEN:
            result.open += n or 0
            result.everyone += everyone
            result.mine += mine or 0
            result.unassigned += unassigned or 0


def _kept_counts(
    module: int, me: int, *named: int, scoped: bool, everyone: bool, nobody: bool
) -> QuerySet[Any, tuple[Any, ...]]:
    """By status and shelf: all that the user sees, theirs, nobody's, and those of the chosen."""
    found = DatasheetCount.objects.filter(module=module).exclude(shelf=Shelf.TRASH)
    mine, unassigned = Q(responsible=me), Q(responsible=None)
    if scoped:
        found = found.filter(mine | unassigned)
    chosen = Q() if everyone else Q(responsible__in=named)
    return (
        found.values_list("status_id", "shelf")
        .annotate(
            all_n=Sum("n"),
            my_n=Sum("n", filter=mine),
            nobodys_n=Sum("n", filter=unassigned),
            chosen_n=Sum("n", filter=chosen | unassigned if nobody else chosen),
        )
        .order_by()
    )


_KEPT = Prepared(_kept_counts)
