"""The search index asked: the newest rows that answer all terms, at the same cost at any size.

A broad word ("kft") is on every page of the table, a rare one is in few of a million rows; either
alone is fast, one plan for both is not. So the newest :data:`SAMPLE` rows are looked through
first: a word that isn't rare fills the answer right there. What is left is rare, and the inverted
index (FTS5 on SQLite, GIN on PostgreSQL) answers it: as whole words, then by the beginning of the
rarest, the others being compared. For a restricted user the sample is of the clients of the
datasheets that they see, and rows bear marks of whom datasheets belong to. That only makes it
fast: whoever calls filters by ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.models import User
from crm import access
from crm.constants import Shelf
from crm.search_docs import mark_of
from crm.search_terms import LEAST_INSIDE, Term
from modules.models import Module
from web import statements
from web.prepared import Prepared

SAMPLE = 2000
# The same for a restricted user: of their own datasheets, and of those that are nobody's.
OWN_SAMPLE = 800
# A word in more of the sample's rows than this share doesn't drive, it is only compared.
BROAD = 0.02
# No search looks at more candidates than this, however unlucky its words.
MOST_LOOKED_AT = 5_000
# On PostgreSQL a restricted user's marks are compared, too: a set as big as a whole share of the
# index is dearer to merge than its rows are to read.
MOST_LOOKED_AT_BY_MARK = 20_000

TOKENS = "array_to_tsvector(string_to_array(btrim(words || marks), ' '))"


class Hit(NamedTuple):
    """A row of the index; ``datasheet_id`` is 0 for the client itself."""

    id: int
    client_id: int
    datasheet_id: int


_MODULES = Prepared(
    lambda pk, role: Module.objects.for_user(User(pk=pk, role=role)).values_list("pk", flat=True)
)


@dataclass(frozen=True)
class Scope:
    """Whose rows: datasheets of these modules; with ``owner``, only their own and nobody's."""

    modules: tuple[int, ...]
    owner: int | None = None

    @classmethod
    def of(cls, user: User) -> Scope:
        modules = tuple(_MODULES.ask(user.pk, role=user.role))
        return cls(modules, None if access.sees_everything(user) else user.pk)

    @property
    def is_empty(self) -> bool:
        """A restricted user without a module sees nothing."""
        return self.owner is not None and not self.modules

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of what a restricted user may see; none for those who see everything."""
        if self.owner is None:
            return ()
        return mark_of(self.owner).strip(), mark_of(None).strip()


class Sql(NamedTuple):
    text: str
    params: list[Any]


def look_up(
    terms: Sequence[Term], scope: Scope, most: int, *, clients_only: bool = False
) -> list[Hit]:
    """Rows in which each term begins a word or is a part of a number: at most ``most``."""
    if not terms or scope.is_empty:
        return []
    each = [_begins(term) for term in terms]
    also = _in_modules(scope, clients_only)
    hits = _rows(_pool(scope), [*each, also], most)
    if len(hits) >= most:
        return hits
    with _by_index():
        # Words that are typed out are quickly intersected; beginnings would be gathered first.
        compared = _compared(terms, each, terms, scope)
        hits = _rows(_indexed(terms, scope, whole=True), [*compared, also], most, again=True)
        if len(hits) >= most:
            return hits
        drivers = _drivers(terms, scope, each)
        compared = _compared(terms, each, drivers, scope)
        more = _rows(_indexed(drivers, scope), [*compared, also], most, again=True)
    return sorted({*hits, *more}, reverse=True)[:most]


def look_inside(
    terms: Sequence[Term], scope: Scope, most: int, *, clients_only: bool = False
) -> list[Hit]:
    """As :func:`look_up`, with words of three letters and more found inside of words, too.

    Nothing where the database has no trigrams.
    """
    long = [term for term in terms if len(term.word) >= LEAST_INSIDE]
    if not long or scope.is_empty or not has_trigrams():
        return []
    each = [_within(term) for term in terms]
    also = _in_modules(scope, clients_only)
    hits = _rows(_pool(scope), [*each, also], most)
    if len(hits) >= most:
        return hits
    with _by_index():
        return _rows(_with_trigrams(long), [*each, also, _bears_mark(scope)], most, again=True)


def is_broad(terms: Sequence[Term], scope: Scope) -> bool:
    """Whether so much answers the terms that walking some other order soon meets enough of it."""
    each = [_begins(term) for term in terms]
    if not each or scope.is_empty:
        return False
    together = Sql(
        " AND ".join(cond.text for cond in each), [p for cond in each for p in cond.params]
    )
    rows, (found,) = _how_broad(_pool(scope), [together])
    return found > max(rows, SAMPLE) * BROAD


# ---- Conditions on a row -----------------------------------------------------------------------


def _position() -> str:
    return "instr" if connection.vendor == "sqlite" else "strpos"


def _begins(term: Term) -> Sql:
    return _found(term, f" {term.word}")


def _within(term: Term) -> Sql:
    return _found(term, term.word if len(term.word) >= LEAST_INSIDE else f" {term.word}")


def _found(term: Term, part: str) -> Sql:
    at = _position()
    texts = [f"{at}(words, %s) > 0", *(f"{at}(numbers, %s) > 0" for _ in term.numbers)]
    return Sql(f"({' OR '.join(texts)})", [part, *term.numbers])


def _in_modules(scope: Scope, clients_only: bool) -> Sql:
    if clients_only or not scope.modules:
        return Sql("datasheet_id = 0", [])
    places = ", ".join(["%s"] * len(scope.modules))
    return Sql(f"(datasheet_id = 0 OR module_id IN ({places}))", [*scope.modules])


def _bears_mark(scope: Scope) -> Sql:
    if not scope.marks:
        return Sql("1 = 1", [])
    at = _position()
    each = " OR ".join([f"{at}(' ' || marks, %s) > 0"] * len(scope.marks))
    return Sql(f"({each})", [f" {mark} " for mark in scope.marks])


def _compared(
    terms: Sequence[Term], each: Sequence[Sql], drivers: Sequence[Term], scope: Scope
) -> list[Sql]:
    """What the index doesn't answer for the driving terms: the others, and whole numbers."""
    left = [
        cond
        for term, cond in zip(terms, each, strict=True)
        if term not in drivers or any(len(number) > LEAST_INSIDE for number in term.numbers)
    ]
    return [*left, _bears_mark(scope)] if connection.vendor == "postgresql" else left


# ---- Where rows come from ----------------------------------------------------------------------

_ALL = "SELECT * FROM crm_searchdoc"
_SQLITE = (
    "SELECT d.* FROM (SELECT rowid AS id FROM {table} WHERE {table} MATCH %s"
    " ORDER BY rowid DESC LIMIT {limit}) AS f CROSS JOIN crm_searchdoc AS d ON d.id = f.id"
)


def _pool(scope: Scope) -> Sql:
    """The sample: the newest rows, or those of datasheets that a restricted user sees."""
    if scope.owner is None:
        return Sql(f"{_ALL} ORDER BY id DESC LIMIT {SAMPLE}", [])
    seen = "SELECT id, client_id FROM crm_datasheet WHERE {who} AND shelf <> %s LIMIT {most}"
    mine = seen.format(who="responsible_id = %s", most=OWN_SAMPLE)
    free = seen.format(who="responsible_id IS NULL", most=OWN_SAMPLE)
    return Sql(
        f"SELECT d.* FROM (SELECT * FROM ({mine}) AS mine UNION ALL SELECT * FROM ({free}) AS free)"  # noqa: S608
        " AS seen JOIN crm_searchdoc AS d"
        " ON d.client_id = seen.client_id AND d.datasheet_id IN (0, seen.id)",
        [scope.owner, Shelf.TRASH, Shelf.TRASH],
    )


def _indexed(drivers: Sequence[Term], scope: Scope, *, whole: bool = False) -> Sql:
    """The rows that have the driving terms as words or (``whole`` is not said) as beginnings of
    words, and of longer numbers at least the parts.
    """
    if connection.vendor == "sqlite":
        begins = "" if whole else " *"
        parts = [
            _or([f"{_quoted(t.word)}{begins}", *_chunks(t, _quoted, " AND ")]) for t in drivers
        ]
        if scope.marks:
            parts.append(_or(map(_quoted, scope.marks)))
        return Sql(_sqlite("crm_searchwords", MOST_LOOKED_AT), [" AND ".join(parts)])
    begins = "" if whole else ":*"
    parts = [
        "({})".format(" | ".join([f"'{t.word}'{begins}", *_chunks(t, "'{}'".format, " & ")]))
        for t in drivers
    ]
    most = MOST_LOOKED_AT_BY_MARK if scope.marks else MOST_LOOKED_AT
    return Sql(f"{_ALL} WHERE {TOKENS} @@ %s::tsquery LIMIT {most}", [" & ".join(parts)])


def _with_trigrams(long: Sequence[Term]) -> Sql:
    """The rows that have the trigrams of the longest term."""
    word = max((term.word for term in long), key=len)
    if connection.vendor == "sqlite":
        parts = dict.fromkeys(word[at : at + 3] for at in range(len(word) - 2))
        match = " AND ".join(map(_quoted, parts))
        return Sql(_sqlite("crm_searchinside", MOST_LOOKED_AT), [match])
    return Sql(f"{_ALL} WHERE words LIKE %s LIMIT {MOST_LOOKED_AT}", [f"%{word}%"])


def _sqlite(table: str, limit: int) -> str:
    return _SQLITE.format(table=table, limit=limit)


def _chunks(term: Term, quote: Any, glue: str) -> Iterator[str]:
    """The marks that a row with one of the term's numbers has: its last nine digits in threes,
    for phone numbers differ most at the end. The first two overlap where there are not as many.
    """
    for number in term.numbers:
        last = number[-9:]
        starts = dict.fromkeys([*range(len(last) - 3, -1, -3), 0])
        yield f"({glue.join(quote(f'#{last[at : at + 3]}') for at in starts)})"


def _quoted(token: str) -> str:
    return f'"{token}"'


def _or(parts: Any) -> str:
    return f"({' OR '.join(parts)})"


# ---- Asking ------------------------------------------------------------------------------------


def _drivers(terms: Sequence[Term], scope: Scope, each: Sequence[Sql]) -> list[Term]:
    """The terms that are rare in the sample; when all are broad, the least broad one."""
    if len(terms) == 1:
        return list(terms)
    rows, counts = _how_broad(_pool(scope), each)
    by_count = sorted(zip(counts, range(len(terms)), strict=True))
    rare = [terms[i] for count, i in by_count if count <= rows * BROAD]
    return rare or [terms[by_count[0][1]]]


def _rows(source: Sql, conditions: Sequence[Sql], most: int, *, again: bool = False) -> list[Hit]:
    """The rows of ``source`` that meet the conditions. ``again``: one plan does for any values."""
    where = " AND ".join(cond.text for cond in conditions)
    params = [*source.params, *(p for cond in conditions for p in cond.params)]
    sql = (
        f"SELECT id, client_id, datasheet_id FROM ({source.text}) AS pool"  # noqa: S608
        f" WHERE {where} LIMIT {int(most) * 2}"  # a client may stand in a sample twice
    )
    with statements.cursor() if again else connection.cursor() as cursor:
        cursor.execute(sql, params)
        return sorted({Hit(*row) for row in cursor.fetchall()}, reverse=True)[:most]


def _how_broad(pool: Sql, each: Sequence[Sql]) -> tuple[int, list[int]]:
    """How many rows the sample has, and in how many of them each condition holds."""
    counts = [f"COUNT(*) FILTER (WHERE {cond.text})" for cond in each]
    params = [p for cond in each for p in cond.params]
    columns = ", ".join(["COUNT(*)", *counts])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ({pool.text}) AS pool",  # noqa: S608
            [*params, *pool.params],
        )
        rows, *found = cursor.fetchone() or (0,)
    return rows, found


@contextmanager
def _by_index() -> Iterator[None]:
    """PostgreSQL thinks that a LIMIT makes reading the whole table cheap; it must not here."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


@cache
def has_trigrams() -> bool:
    """Whether this database has the index for searching inside words (migration 0002)."""
    name = "crm_searchinside" if connection.vendor == "sqlite" else "crm_searchdoc_inside"
    catalogue = (
        "SELECT 1 FROM sqlite_master WHERE name = %s"
        if connection.vendor == "sqlite"
        else "SELECT 1 FROM pg_class WHERE relname = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue, [name])
        return cursor.fetchone() is not None
