"""Puts the demo company into an empty database, in bulk: a few seconds for everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Company, User
from crm import search
from crm.actions import counts
from crm.constants import TodoState
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from modules.actions.start import start_modules, start_types
from modules.models import Status, Step
from office.demo.clients import Clients, make_clients
from office.demo.fields import make_fields
from office.demo.matters import Matter, make_matters
from office.demo.people import make_users
from office.demo.stories import Teller
from office.demo.times import Times
from office.demo.world import Story, World

NAME = "Polcmester Kft."
SEED = 20261124
# Whose last todo was done today, as the design's screens show it.
DONE_TODAY = (
    "Miskolci Acélmű Zrt.",
    "Hegyi Sándor e.v.",
    "Kárpát Nyomda Kft.",
    "Raktár-Bútor Kft.",
)


@transaction.atomic
def load(language: str = "en", now: datetime | None = None) -> Company:
    """Make the whole company, seen from `now`; the same at each call but for that.

    `language` is that of todos, notes and names of datasheets. The database must be empty of
    companies and users.
    """
    now = now or timezone.now()
    random = Random(SEED)  # noqa: S311 - the same demo every time
    company = Company(
        name=NAME,
        language=language,
        tax_number="12345676-2-08",
        postal_code="9027",
        town="Győr",
        street="Ipar utca 14.",
        created_at=now - timedelta(days=730),
    )
    company.save(force_insert=True)
    users = make_users(language, now)
    record(users["zsofia"], "company.set_up", company.name, {"user": users["zsofia"].pk})
    types = start_types()
    start_modules()
    times = Times(now, company.zone, company.country, random)
    world = World(
        times,
        language,
        users,
        {(s.module.kind, s.key): s for s in Status.objects.select_related("module", "group")},
        {step.key: step for step in Step.objects.all()},
        types,
    )
    clients = make_clients(random, language, company.created_at)
    stories = _tell(make_matters(random, language, times.today.year), clients, world)
    _save(clients, stories, users["gergo"])
    sheets = [story.datasheet for story in stories]
    make_fields(sheets, clients.by_name.values(), times.today)
    counts.add(counts.counted())
    search.rebuild()
    return company


def _tell(matters: list[Matter], clients: Clients, world: World) -> list[Story]:
    stories = []
    for matter in matters:
        teller = Teller(matter, clients.contacts[matter.client], world)
        today = matter.module == "sales" and matter.client in DONE_TODAY and matter.who == "eszter"
        stories.append(teller.tell(done_today=today))
    first: dict[str, datetime] = {}
    for story in stories:
        name, start = story.datasheet.client.name, story.datasheet.created_at
        first[name] = min(first.get(name, start), start)
    for client in clients.by_name.values():
        client.created_at = first.get(client.name, client.created_at)
        for contact in clients.contacts[client.name]:
            contact.created_at = client.created_at
    return stories


def _save(clients: Clients, stories: list[Story], trasher: User) -> None:
    """Write the records in the order of their references, the history by its time."""
    clients.save()
    stories.sort(key=lambda story: story.datasheet.created_at)
    Datasheet.objects.bulk_create(story.datasheet for story in stories)
    Todo.objects.bulk_create(
        sorted((todo for story in stories for todo in story.todos), key=lambda t: t.created_at)
    )
    StepTick.objects.bulk_create(tick for story in stories for tick in story.ticks)
    _settle(stories)
    lines = sorted((line for s in stories for line in s.lines), key=lambda line: line.entry.at)
    for line in lines:
        line.entry.data = line.data()
    HistoryEntry.objects.bulk_create(line.entry for line in lines)


def _settle(stories: list[Story]) -> None:
    """Give each datasheet its due key, by the definition of crm.actions.base.settle."""
    due = []
    for story in stories:
        open_todos = [todo for todo in story.todos if todo.state == TodoState.OPEN]
        if open_todos:
            first = min(open_todos, key=lambda todo: (todo.due_at, todo.pk))
            story.datasheet.next_todo, story.datasheet.next_due_at = first, first.due_at
            due.append(story.datasheet)
    Datasheet.objects.bulk_update(due, ["next_todo", "next_due_at"], batch_size=500)
