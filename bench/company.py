"""Forty users, nine modules and what stands where: the frame into which the rows are thrown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.models import Company, Role, User
from bench.names import FAMILIES, GIVEN
from crm import agenda
from modules.actions.start import start_modules, start_types
from modules.models import Module, Status

USERS = 40
SEED = 7
SHARES = {
    "sales": 30, "projects": 10, "hr": 5, "events": 10, "partners": 5, "helpdesk": 15,
    "invoicing": 10, "orders": 10, "webshop": 5,
}  # fmt: skip
# Of the open datasheets with a todo: late, today, and the rest over the next half year.
LATE, TODAY = 0.01, 0.01
AHEAD_DAYS = 180
FAR = "9999-01-01 00:00:00"


@dataclass(frozen=True)
class Place:
    """A status as the rows need it, with the facts of Sales that lead to it."""

    module: int
    kind: str
    status: int
    key: str
    is_final: bool
    facts: tuple[str, str, int, int]
    document: str


@dataclass
class Frame:
    """What all rows refer to."""

    users: list[User]
    places: list[Place]
    weights: list[float]
    types: list[int]
    zone: ZoneInfo
    now: datetime

    def __post_init__(self) -> None:
        self.user_ids = [user.pk for user in self.users]
        self.cumulative = list(accumulate(self.weights))
        self.today = agenda.today(self.now, self.zone)
        last = self.today + timedelta(days=AHEAD_DAYS + 30)
        self.last_day = text_of(agenda.due_at(last, None, self.zone))
        self._dues: dict[tuple[int, int], str] = {}

    def due(self, random: Random) -> tuple[str, int]:
        """A due time as text, and whether it has a time of day."""
        throw = random.random()
        if throw < LATE:
            days = -random.randrange(1, 20)
        elif throw < LATE + TODAY:
            days = 0
        else:
            days = int(random.random() ** 2 * AHEAD_DAYS) + 1
        slot = random.randrange(32, 72) if random.random() < 0.4 else -1
        if (days, slot) not in self._dues:
            at = time(slot // 4, slot % 4 * 15) if slot >= 0 else None
            due = agenda.due_at(self.today + timedelta(days=days), at, self.zone)
            self._dues[days, slot] = text_of(due)
        return self._dues[days, slot], int(slot >= 0)


def text_of(moment: datetime) -> str:
    """As both databases take it (PostgreSQL with its session in UTC)."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def make_frame() -> Frame:
    """Company, users and modules, in an empty database."""
    random = Random(SEED)
    company = Company(name="Millió Kft.", language="en")
    company.save(force_insert=True)
    types = start_types()
    start_modules()
    roles = [Role.ADMINISTRATOR, Role.MANAGER, *[Role.NORMAL] * 28, *[Role.RESTRICTED] * 10]
    users = []
    for number, role in enumerate(roles):
        user = User(
            email=f"user{number}@bench.example",
            password=make_password(None),
            family_name=random.choice(FAMILIES),
            given_name=random.choice(GIVEN),
            role=role,
            language="en",
        )
        user.save()
        users.append(user)
    places, weights = _places(random)
    now = datetime.now(UTC)
    return Frame(users, places, weights, [t.pk for t in types.values()], company.zone, now)


def _places(random: Random) -> tuple[list[Place], list[float]]:
    """Every status with its share: a few hold most of a module, some are rare."""
    places, weights = [], []
    for module in Module.objects.in_order():
        statuses = list(Status.objects.filter(module=module).in_order())
        ranks = list(range(len(statuses)))
        random.shuffle(ranks)
        shares = [
            (3 if s.is_final else 1) / (1 + r) ** 2 for s, r in zip(statuses, ranks, strict=True)
        ]
        for status, share in zip(statuses, shares, strict=True):
            places.append(
                Place(
                    module.pk,
                    module.kind,
                    status.pk,
                    status.key,
                    status.is_final,
                    _facts(module.kind, status.key),
                    _document(module.kind, status.key),
                )
            )
            weights.append(SHARES[module.kind] * share / sum(shares))
    return places, weights


def _facts(kind: str, key: str) -> tuple[str, str, int, int]:
    """Qualification, state, decided and forgotten, of which a status of Sales follows."""
    if kind != "sales" or key == "qualify":
        return "", "discovery", 0, 0
    if key == "forgotten":
        return "target", "in_progress", 0, 1
    group, _, quality = key.partition("_")
    decided = quality.endswith("_decided")
    states = {"prospecting": "discovery", "sales": "in_progress", "customers": "won"}
    return quality.removesuffix("_decided"), states.get(group, "lost"), int(decided), 0


def _document(kind: str, key: str) -> str:
    offers = ("being_prepared", "sent", "accepted", "rejected")
    return "" if kind != "invoicing" else "offer" if key in offers else "invoice"
