"""What the demo company is busy with: every datasheet as a plan, without records yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import time
from itertools import cycle
from random import Random

from modules.kinds.base import Meaning, StatusSpec
from modules.registry import BY_KEY
from office.demo import texts

SUPPLIERS = 17
"""The last so many companies are the partners; the others are clients."""
APPLICANTS = 30
"""The first so many private persons look for work; the others are buyers."""
BOUGHT = {
    # status: (number of orders, days since the last) of each of its buyers
    "regular": ((5, 12), (4, 33), (4, 70)),
    "repeat_buyer": ((2, 5), (3, 20), (2, 41), (2, 55)),
    "one_time_buyer": ((1, 1), (1, 4), (1, 11), (1, 17), (1, 26)),
    "passive_regular": ((4, 120), (4, 210)),
    "passive_buyer": ((1, 38), (1, 52), (2, 68), (2, 84)),
    "lost_regular": ((4, 380),),
    "lost_buyer": ((1, 90), (1, 150), (2, 200)),
}
# How often a filler's next todo falls into a band; the overdue ones all stand in board.csv.
AHEAD = {"0": 2, "1": 3, "week": 5, "next-week": 8, "month": 4, "next-month": 7, "later": 4}
BROKEN = 0.03
WHO = {"eszter": 5, "peter": 6, "reka": 6, "daniel": 4, "zsofia": 2, "gergo": 2, "": 1}
PERSONAL = ("hr", "webshop")
NO_NEXT = ("none", "")


@dataclass
class Ahead:
    """A todo that is still to be done; `when` as `Times.due` takes it."""

    type: str
    text: str
    when: str
    at: time | None = None
    who: str = ""


@dataclass
class Matter:
    """A datasheet of the demo. `who` is its responsible ("": nobody)."""

    module: str
    client: str
    name: str
    status: str
    who: str
    ahead: list[Ahead] = field(default_factory=list)
    document: str = ""
    days_ago: int | None = None
    """Orders: when it was completed. Webshop: when they registered."""
    orders: int = 0
    told: bool = False
    """Its notes are written by hand, in stories.csv."""

    @property
    def spec(self) -> StatusSpec:
        return next(spec for spec in BY_KEY[self.module].statuses if spec.key == self.status)

    @property
    def group(self) -> str:
        groups = BY_KEY[self.module].groups
        return next(group.key for group in groups if self.spec in group.statuses)

    @property
    def is_final(self) -> bool:
        return self.spec.meaning in (Meaning.WON, Meaning.LOST)


def make_matters(random: Random, language: str, year: int) -> list[Matter]:
    """The plan of the whole demo, the hand-written ones first; documents bear the year."""
    return _Planner(random, language, year).plan()


class _Planner:
    def __init__(self, random: Random, language: str, year: int) -> None:
        self.random, self.language, self.year = random, language, year
        companies = [row["name"] for row in texts.rows("companies")]
        persons = [f"{row['family']} {row['given']}" for row in texts.rows("persons")]
        clients, suppliers = companies[:-SUPPLIERS], companies[-SUPPLIERS:]
        applicants, buyers = persons[:APPLICANTS], persons[APPLICANTS:]
        for pool in (clients, suppliers, applicants):
            random.shuffle(pool)
        self.pools = {
            "partners": cycle(suppliers),
            "hr": cycle(applicants),
            "webshop": iter([*buyers, *clients[:20]]),
        }
        self.clients = {
            module: cycle(clients[n * 9 :] + clients) for n, module in enumerate(BY_KEY)
        }
        self.number = 0
        self.matters: dict[tuple[str, str, str], Matter] = {}

    def plan(self) -> list[Matter]:
        self.from_board()
        left = Counter(
            {(row["module"], row["status"]): int(row["count"]) for row in texts.rows("statuses")}
        )
        left.subtract((matter.module, matter.status) for matter in self.matters.values())
        fillers = [key for key, count in left.items() for _ in range(max(0, count))]
        for module, status in fillers:
            self.filler(module, status)
        return list(self.matters.values())

    def from_board(self) -> None:
        told = {(row["module"], row["client"]) for row in texts.rows("stories")}
        for row in texts.rows("board"):
            key = (row["module"], row["client"], row["name_en"])
            matter = self.matters.get(key) or self.add(
                Matter(row["module"], row["client"], row["name_" + self.language], row["status"],
                       row["who"], told=key[:2] in told),
                key,
            )  # fmt: skip
            if row["when"] not in NO_NEXT:
                at = time.fromisoformat(row["time"]) if row["time"] else None
                text = row["todo_" + self.language]
                matter.ahead.append(Ahead(row["type"], text, row["when"], at, row["who"]))

    def filler(self, module: str, status: str) -> None:
        if module == "webshop":
            self.buyer(status)
            return
        client = next(self.pools.get(module) or self.clients[module])
        matter = Matter(module, client, self.name(module), status, self.responsible())
        self.plan_ahead(matter)
        self.add(matter)

    def buyer(self, status: str) -> None:
        """A Webshop datasheet, and the orders from which its status follows."""
        client, who = next(self.pools["webshop"]), self.responsible()
        nth = sum(m.module == "webshop" and m.status == status for m in self.matters.values())
        orders, last = BOUGHT[status][nth] if status in BOUGHT else (0, 0)
        registered = {"subscriber": None, "registered": 9 * (nth + 1), "inactive": 80 + 40 * nth}
        days = registered.get(status, last + 40 + 95 * max(0, orders - 1))
        matter = Matter("webshop", client, "", status, who, days_ago=days, orders=orders)
        if status in ("registered", "passive_regular", "passive_buyer") and nth < 2:
            self.plan_ahead(matter)
        self.add(matter)
        for n in range(orders):
            newest = n == 0 and last < 20
            order = Matter("orders", client, self.name("orders"), "completed", who)
            order.status = "completed" if newest else "successful"
            order.days_ago = last + n * 90
            self.plan_ahead(order)
            self.add(order)

    def plan_ahead(self, matter: Matter) -> None:
        """Give an open one its next todo; a few are without, a few have two."""
        expected = matter.spec.meaning == Meaning.OPEN or matter.module == "webshop"
        if not expected or matter.status == "forgotten" or self.random.random() < BROKEN:
            return
        matter.ahead.append(self.todo(matter))
        if self.random.random() < 0.12:
            matter.ahead.append(self.todo(matter))

    def todo(self, matter: Matter) -> Ahead:
        when = self.random.choices(list(AHEAD), list(AHEAD.values()))[0]
        if matter.who == "eszter" and when == "0":
            when = "week"  # her day stands in board.csv
        mine = [
            (row["type"], row[self.language])
            for row in texts.rows(matter.module)
            if row["what"] == "todo" and row["group"] in ("", matter.group)
        ]
        ideas = [
            (idea.type, idea.text_hu if self.language == "hu" else idea.text_en)
            for idea in matter.spec.suggestions
        ]
        kind, text = self.random.choice(mine + ideas)
        slot = time(self.random.randrange(8, 17), self.random.choice((0, 15, 30, 45)))
        at = slot if kind == "meeting" or self.random.random() < 0.4 else None
        return Ahead(kind, text, when, at, matter.who)

    def name(self, module: str) -> str:
        """A datasheet's own name; documents and orders have a number."""
        if module in ("invoicing", "orders"):
            self.number += 1
            if module == "invoicing":
                return f"{self.year}/{100 + self.number * 7 % 900}"
            word = {"en": "Order {}", "hu": "{}. rendelés"}[self.language]
            return word.format(4310 + self.number)
        names = [row[self.language] for row in texts.rows(module) if row["what"] == "name"]
        return self.random.choice(names)

    def responsible(self) -> str:
        return self.random.choices(list(WHO), list(WHO.values()))[0]

    def add(self, matter: Matter, key: tuple[str, str, str] | None = None) -> Matter:
        if matter.module == "invoicing":
            offers = ("being_prepared", "sent", "accepted", "rejected")
            of_bills = ("invoice", "invoice", "proforma")
            choice = "invoice" if matter.status == "cancelled" else self.random.choice(of_bills)
            matter.document = "offer" if matter.status in offers else choice
        while key is None or key in self.matters:
            self.number += 1
            key = (matter.module, matter.client, f"#{self.number}")
        self.matters[key] = matter
        return matter
