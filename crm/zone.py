"""A company that moves to another time zone keeps the days and times of its todos.

``Todo.zone`` is the zone in which its ``due_at`` and ``first_due_at`` were meant. Whoever sets a
due time brings the todo along first (:func:`bring_along`); all others are brought in blocks, in
the background (:func:`move_block`), each datasheet with its due key in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Company
from crm import agenda
from crm.agenda import FAR
from crm.constants import TodoState
from crm.models import Datasheet, Todo
from crm.models.todo import zone_name
from jobs.models import Job

KIND: Final = "zone"
BLOCK: Final = 500
WAITING: Final = (TodoState.OPEN, TodoState.FROZEN)


def moved(due: datetime, timed: bool, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """The same local day (and time of day, where there is one) in another zone, in UTC."""
    local = due.astimezone(old)
    day = agenda.local_date(due, old)
    if due >= FAR or not agenda.FIRST_DAY <= day <= agenda.LAST_DAY:
        return due
    return agenda.due_at(day, local.time() if timed else None, new)


def bring_along(todo: Todo, zone: str | None = None) -> bool:
    """Let the todo mean its days in ``zone`` (None: the company's); whether it did not before."""
    target = zone or zone_name()
    if not target or todo.zone == target:
        return False
    old, new = ZoneInfo(todo.zone or first_zone(target)), ZoneInfo(target)
    # Of its first due time nothing says whether it had a time of day, but that it ends a day.
    first_day = agenda.local_date(todo.first_due_at, old)
    first_timed = todo.first_due_at != agenda.day_end(first_day, old)
    todo.first_due_at = moved(todo.first_due_at, first_timed, old, new)
    todo.due_at = moved(todo.due_at, todo.timed, old, new)
    todo.zone = target
    return True


def in_zone_of(todo: Todo, due: datetime, timed: bool, zone: str) -> datetime:
    """A due time that was meant in ``zone`` (empty: before zones were kept), in the todo's."""
    old = zone or first_zone(todo.zone)
    return moved(due, timed, ZoneInfo(old), ZoneInfo(todo.zone)) if todo.zone else due


def first_zone(otherwise: str) -> str:
    """The company's zone before it changed for the first time: that of todos that keep none."""
    job = Job.objects.filter(kind=KIND).order_by("pk").first()
    return str(job.payload.get("from") or otherwise) if job else otherwise


def present_zone() -> str:
    """The company's zone as it is saved: another process may have changed it just now."""
    return str(Company.objects.values_list("time_zone", flat=True).get(pk=1))


def behind(zone: str) -> QuerySet[Todo]:
    """Open and frozen todos that still mean their days in another zone, by their id."""
    found: QuerySet[Todo] = Todo.objects.filter(state__in=WAITING).exclude(zone=zone)
    return found.order_by("pk")


def move_block(after: int) -> tuple[int, int]:
    """Bring the next todos behind ``after`` along; the last one's id and how many (0: no more).

    The datasheets are locked in the order of their keys. What somebody has changed since then is
    in the new zone already and is left alone.
    """
    with transaction.atomic():
        zone = present_zone()
        found = list(behind(zone).filter(pk__gt=after).values_list("pk", "datasheet_id")[:BLOCK])
        if not found:
            return after, 0
        sheets = Datasheet.objects.filter(pk__in={sheet for _pk, sheet in found})
        locked = list(sheets.order_by("pk").select_for_update(of=("self",)))
        todos = list(behind(zone).filter(pk__in=[pk for pk, _sheet in found]))
        for todo in todos:
            bring_along(todo, zone)
        Todo.objects.bulk_update(todos, ["due_at", "first_due_at", "zone"])
        _settle(locked)
    return found[-1][0], len(found)


def _settle(datasheets: list[Datasheet]) -> None:
    """Give each its due key again: a change of clocks may have changed the order, too."""
    first: dict[int, Todo] = {}
    todos = Todo.objects.open().filter(datasheet__in=datasheets).in_due_order()
    for todo in todos.only("pk", "due_at", "datasheet_id"):
        first.setdefault(todo.datasheet_id, todo)
    changed = []
    for datasheet in datasheets:
        todo = first.get(datasheet.pk)
        due, todo_id = (todo.due_at, todo.pk) if todo else (FAR, None)
        if (datasheet.next_due_at, datasheet.next_todo_id) != (due, todo_id):
            datasheet.next_todo, datasheet.next_due_at = todo, due
            changed.append(datasheet)
    Datasheet.objects.bulk_update(changed, ["next_todo", "next_due_at"])
