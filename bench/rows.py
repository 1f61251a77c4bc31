"""The rows themselves, a block of clients at a time, each block from dice of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar

from bench import tables
from bench.company import FAR, SEED, Frame, Place, text_of
from bench.names import (
    FAMILIES,
    FOLDED,
    FORMS,
    GIVEN,
    MATTERS,
    NOTES,
    RARE,
    STREETS,
    TODOS,
    TOWNS,
    TRADES,
)
from bench.tables import Row, Table
from crm.constants import Shelf, TodoState
from crm.search_docs import Sheet, Source, rows_of
from web.text import fold, sort_key

BLOCK = 5000
SHEETS = 2
"""Datasheets of each client."""
IDS = 4
"""Ids that a datasheet may use up in any table: they leave gaps, so that blocks don't meet."""

T = TypeVar("T")
CountKey = tuple[int, int, int, int | None]


@dataclass
class Block:
    """Rows by table, and what they add to the counts."""

    rows: dict[Table, list[Row]] = field(default_factory=lambda: {t: [] for t in tables.ALL})
    counts: Counter[CountKey] = field(default_factory=Counter)


@dataclass(frozen=True)
class Someone:
    """A client with the one contact that its datasheets have."""

    id: int
    name: str
    contact: int
    contact_name: str
    town: str
    phone: str
    email: str
    tax: str


class Maker:
    """Makes the clients from `first` on, with everything that hangs on them."""

    def __init__(self, frame: Frame, first: int, count: int) -> None:
        self.frame, self.first, self.count = frame, first, count
        self.random = Random(SEED * 1_000_003 + first)
        self.made = Block()
        self.days = [
            text_of(frame.now - timedelta(days=days, minutes=7 * days)) for days in range(1, 700)
        ]

    def make(self) -> Block:
        for number in range(self.first, self.first + self.count):
            someone = self.client(number)
            sheets = [self.datasheet(someone, number * SHEETS + n) for n in range(SHEETS)]
            source = Source(
                someone.id, someone.name, (someone.phone, someone.tax), (someone.town,),
                (someone.contact_name,), (someone.email,), sheets,
            )  # fmt: skip
            docs = self.made.rows[tables.SEARCH]
            for n, row in enumerate(rows_of(source)):
                docs.append((number * (SHEETS + 1) + n + 1, *row))
        return self.made

    def client(self, number: int) -> Someone:
        random, rows = self.random, self.made.rows
        family, given = self.pick(FAMILIES), self.pick(GIVEN)
        postcode, town = self.pick(TOWNS)
        trade, form = self.pick(TRADES), self.pick(FORMS)
        owner = self.pick(FAMILIES)
        name, folded_name = RARE, "xilofonkeszito muhely"
        if number != 77:
            name = f"{owner} {town}i {trade} {form}"
            folded_name = f"{FOLDED[owner]} {FOLDED[town]}i {FOLDED[trade]}"
        tax = str(10_000_000 + number)
        mobile = f"+36{self.pick((20, 30, 70))}{10**6 + int(random.random() * 9 * 10**6)}"
        person, folded = f"{family} {given}", f"{FOLDED[family]} {FOLDED[given]}"
        email = f"{FOLDED[given]}.{FOLDED[family]}{number}@bench.example"
        created = self.day()
        client_id = contact_id = number + 1
        rows[tables.CLIENTS].append(
            (client_id, "company", name, folded_name, sort_key(name), f"{tax}-2-42", tax, created)
        )
        rows[tables.CONTACTS].append(
            (contact_id, client_id, family, given, folded, _sort_key(person), created)
        )
        rows[tables.PHONES].append(
            (client_id, client_id, contact_id, mobile, mobile, mobile[1:], 1)
        )
        rows[tables.EMAILS].append((client_id, client_id, contact_id, email, email, 1))
        street = f"{self.pick(STREETS)} {number % 90 + 1}."
        rows[tables.ADDRESSES].append(
            (client_id, client_id, postcode, town, FOLDED[town], street, 1)
        )
        return Someone(client_id, name, contact_id, person, town, mobile[1:], email, f"{tax}-2-42")

    def datasheet(self, client: Someone, number: int) -> Sheet:
        random, frame = self.random, self.frame
        place = random.choices(frame.places, cum_weights=frame.cumulative)[0]
        sheet_id, who = number + 1, self.responsible()
        name = self.pick(MATTERS) if random.random() < 0.5 else ""
        todo, due = self.todos(client, sheet_id, place, who)
        shelf = Shelf.CLOSED if place.is_final else Shelf.OPEN
        created = self.day()
        until_now = self.days[number % 25]
        self.made.rows[tables.DATASHEETS].append(
            (
                *(sheet_id, place.module, client.id, client.contact, name, fold(name)),
                *(place.status, created, who, int(shelf), todo, due, until_now, created),
                *(*place.facts, place.document),
            )
        )
        self.made.counts[place.module, place.status, int(shelf), who] += 1
        self.history(client, sheet_id, place, created)
        return Sheet(sheet_id, name, place.module, who)

    def todos(
        self, client: Someone, sheet_id: int, place: Place, who: int | None
    ) -> tuple[int | None, str]:
        """Its next todo and due time; some have a second one, some have done one."""
        random, rows = self.random, self.made.rows[tables.TODOS]
        doer = who or self.frame.user_ids[sheet_id % len(self.frame.user_ids)]
        first, created = sheet_id * IDS, self.day()

        def row(todo_id: int, due: str, timed: int, done: str | None) -> Row:
            state = TodoState.OPEN if done is None else TodoState.DONE
            done_by = None if done is None else doer
            kind, text = self.pick(self.frame.types), self.pick(TODOS)
            return (
                todo_id, sheet_id, place.module, client.contact, kind, text, due, timed, due, doer,
                int(state), done, done_by, created, self.frame.zone.key,
            )  # fmt: skip

        if random.random() < 0.3:
            done = self.day()
            rows.append(row(first + 2, done, 0, done))
        if place.is_final or place.key == "forgotten" or random.random() < 0.06:
            return None, FAR
        due, timed = self.frame.due(random)
        rows.append(row(first, due, timed, None))
        if random.random() < 0.1:
            rows.append(row(first + 1, self.frame.last_day, 0, None))
        return first, due

    def history(self, client: Someone, sheet_id: int, place: Place, created: str) -> None:
        rows, author = self.made.rows[tables.HISTORY], self.responsible()
        data = f'{{"status": {place.status}}}'
        rows.append(
            (sheet_id * IDS, client.id, sheet_id, None, author, created, "created", "", data)
        )
        for n in range(self.pick((0, 0, 1, 1, 3))):
            text = self.pick(NOTES)
            kind = ("note", "call", "email")[n]
            row = (sheet_id * IDS + n + 1, client.id, sheet_id, client.contact, author)
            rows.append((*row, self.day(), kind, text, "{}"))

    def responsible(self) -> int | None:
        return None if self.random.random() < 0.05 else self.pick(self.frame.user_ids)

    def day(self) -> str:
        return self.pick(self.days)

    def pick(self, some: Sequence[T]) -> T:
        """As random.choice, which is much slower."""
        return some[int(self.random.random() * len(some))]


_sort_key = lru_cache(maxsize=10_000)(sort_key)
