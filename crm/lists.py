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
from django.db.models import CharField, DateTimeField, QuerySet, Sum
from django.db.models.expressions import RawSQL

from accounts.models import User
from crm import access, agenda, list_sql
from crm.constants import Shelf
from crm.field_filters import Few, Narrowed
from crm.list_sql import Branch, Part, merged, probe, ranges
from crm.models import Datasheet, DatasheetCount
from modules.models import Module, Status
from web.paging import Cursor

PAGE = 50
# DOMAIN, "Due times": counts are exact to 999, then "999+".
CAP = 1000
READ_AT_ONCE = 5000

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
        parts = [p for b in self.branches() for p in ranges(b, band, after, back=back)]
        if self.narrowed is None:
            return parts
        where, params = self.narrowed.where()
        return [Part(f"{p.where} AND {where}", [*p.params, *params], p.order) for p in parts]

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

    rows: list[Datasheet]
    after: Cursor | None


def page(query: ListQuery, after: Cursor | None = None, size: int = PAGE) -> Page:
    """The rows behind the cursor, with what a row shows, in two queries."""
    ids = _first(query, size + 1, after)
    if not ids:
        return Page([], None)
    here = Datasheet.objects.filter(pk__in=ids)
    rows = list(with_row_data(here).order_by("next_due_at", "pk"))
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
    parts = query.parts(query.band, after, back=back)
    if not parts:
        return []
    with connection.cursor() as db:
        db.execute(*merged(parts, size, back=back))
        return [row[0] for row in db.fetchall()]


def ids(query: ListQuery, most: int) -> Iterator[int]:
    """All ids of the list as it is at this moment, in its order: one statement, read in blocks."""
    if query.narrowed is not None and (few := query.few) is not None:
        yield from query.narrowed.first(few, query.branches(), query.band, None, most)
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
        return min(cap, sum(row.stands_in(branches, query.band) for row in few))
    return probe([query.parts(query.band)], cap)[0]


def neighbours(query: ListQuery, here: Datasheet) -> tuple[int | None, int | None]:
    """The ids before and after a datasheet in the list, for "previous" and "next"; one query."""
    cursor = Cursor(here.next_due_at, here.pk)
    if query.few is not None:
        before, after = (_first(query, 1, cursor, back=back) for back in (True, False))
        return (before[0] if before else None), (after[0] if after else None)
    sqls: list[str] = []
    params: list[Any] = []
    for back in (True, False):
        parts = query.parts(query.band, cursor, back=back)
        sql, values = merged(parts, 1, back=back) if parts else ("SELECT NULL", [])
        sqls.append(f"({sql})")
        params += values
    with connection.cursor() as db:
        db.execute("SELECT " + ", ".join(sqls), params)
        found: tuple[int | None, int | None] = db.fetchone() or (None, None)
    return found


def with_row_data(datasheets: QuerySet[Any]) -> QuerySet[Any]:
    """Join what a row shows: client, contact, todo, status, responsible, phone and email.

    Only the columns that a row needs: another one asked for is a query for each row.
    """
    joined = datasheets.select_related(*_JOINED).only(*_COLUMNS)
    rows: QuerySet[Any] = joined.annotate(
        phone=_text(list_sql.PHONE),
        phone_raw=_text(list_sql.PHONE_RAW),
        email=_text(list_sql.EMAIL),
        quiet_since=RawSQL(list_sql.QUIET_SINCE, [], DateTimeField(null=True)),  # noqa: S611
    )
    return rows


_JOINED = (
    "client", "main_contact", "status", "responsible", "next_todo__type", "next_todo__contact",
)  # fmt: skip
_COLUMNS = (
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


# Counts


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
        return sum(row.stands_in(branches, band) for row in few)
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


def key_of(row: Datasheet) -> Key:
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
    """The counts of a list that fields narrow; of many only those by band, in one query."""
    bands = agenda.band_ranges(now, zone)
    few = query.few
    if few is None:
        found = probe([query.parts(band) for band in bands], CAP)
        return Counts(
            by_band={band.band: n for band, n in zip(bands, found, strict=True)}, known=False
        )
    result = Counts()
    branches = query.branches()
    for band in bands:
        result.by_band[band.band] = sum(row.stands_in(branches, band) for row in few)
    scope, chosen = access.responsible_branches(query.user), query.responsibles()
    for row in few:
        if scope is not None and row.responsible not in scope:
            continue
        late = row.shelf == Shelf.OPEN and row.due_at < now
        if chosen is None or row.responsible in chosen:
            _add(result.by_status, row.status, 1)
            _add(result.late_by_status, row.status, int(late))
        result.add_open(row.shelf, row.responsible, 1, query, chosen)
    return result


def _add(counted: dict[int, int], key: int, n: int) -> None:
    if n:
        counted[key] = counted.get(key, 0) + n


def _add_kept(result: Counts, query: ListQuery, statuses: Sequence[Status]) -> None:
    """The kept counts: each status for the chosen responsible, the choices for all open ones."""
    scope = access.responsible_branches(query.user)
    chosen = query.responsibles()
    rows = (
        DatasheetCount.objects.filter(module=query.module)
        .exclude(shelf=Shelf.TRASH)
        .values_list("status_id", "shelf", "responsible_id")
        .annotate(total=Sum("n"))
        .order_by()
    )
    for status_id, shelf, responsible_id, n in rows:
        if scope is not None and responsible_id not in scope:
            continue
        if chosen is None or responsible_id in chosen:
            _add(result.by_status, status_id, n)
        result.add_open(shelf, responsible_id, n, query, chosen)
