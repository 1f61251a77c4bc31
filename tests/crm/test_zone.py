"""A company that moves to another time zone: every todo keeps its day and its time of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Company, User
from crm import agenda, tasks, zone
from crm.actions import repair
from crm.actions.datasheets import trash
from crm.actions.todos import (
    TodoPlan,
    change_todo,
    finish_todo,
    postpone_todo,
    reopen_todo,
)
from crm.actions.undo import undo
from crm.constants import TodoState
from crm.models import Datasheet, Todo
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from office.actions.company import change_company
from tests import make

BUDAPEST, NEW_YORK, TOKYO = "Europe/Budapest", "America/New_York", "Asia/Tokyo"
ZONES = (BUDAPEST, NEW_YORK, TOKYO, "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "UTC")


@given(
    day=st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    at=st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    there=st.sampled_from(ZONES),
    here=st.sampled_from(ZONES),
)
def test_a_due_time_keeps_its_day_and_time(
    day: date, at: time | None, there: str, here: str
) -> None:
    old, new = ZoneInfo(there), ZoneInfo(here)
    due = agenda.due_at(day, at, old)
    moved = zone.moved(due, at is not None, old, new)
    assert agenda.local_date(moved, new) == agenda.local_date(due, old)
    local = due.astimezone(old).time() if at is not None else None
    assert moved == agenda.due_at(day, local, new)


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AWAITS_OTHERS", False)
    monkeypatch.setattr(tasks, "PAUSE", 0)


@pytest.fixture
def boss() -> User:
    make.company(time_zone=BUDAPEST)
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


def due(day: int, at: time | None, name: str = BUDAPEST) -> datetime:
    return agenda.due_at(date(2027, 3, day), at, ZoneInfo(name))


def planned(sheet: Datasheet, boss: User, day: int, at: time | None) -> Todo:
    return make.todo(sheet, actor=boss, due_at=due(day, at), timed=at is not None)


def move(boss: User, to: str) -> Job:
    """Change the setting as the page does, without the background."""
    version = Company.objects.get().version
    change_company(actor=boss, version=version, values={"time_zone": to})
    return Job.objects.filter(kind=zone.KIND).latest("pk")


def in_background(job: Job) -> Job:
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error
    return job


def places(name: str) -> list[tuple[date, time | None]]:
    """Where the todos stand on the company's calendar, by their id."""
    there = ZoneInfo(name)
    return [
        (agenda.local_date(t.due_at, there), t.due_at.astimezone(there).time() if t.timed else None)
        for t in Todo.objects.order_by("pk")
    ]


pytestmark = pytest.mark.django_db


def test_open_and_frozen_todos_follow_with_their_datasheets_key(
    boss: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=boss)
    planned(sheet, boss, 9, time(9, 30))
    planned(sheet, boss, 8, None)
    binned = make.datasheet(projects, actor=boss)
    planned(binned, boss, 10, time(23, 45))
    trash(binned.pk, actor=boss)
    before = places(BUDAPEST)
    job = in_background(move(boss, NEW_YORK))
    assert (job.done, job.result) == (3, {"todos": 3})
    assert places(NEW_YORK) == before
    sheet.refresh_from_db()
    assert sheet.next_due_at == due(8, None, NEW_YORK)
    assert repair.check().clean
    assert set(Todo.objects.values_list("zone", flat=True)) == {NEW_YORK}
    first = Todo.objects.order_by("pk")[0]
    assert first.first_due_at == due(9, time(9, 30), NEW_YORK)


def test_a_change_of_clocks_may_change_what_is_next(boss: User, projects: Module) -> None:
    """On 14 March 2027 New York skips from two to three: both become due at the same moment."""
    sheet = make.datasheet(projects, actor=boss)
    later = planned(sheet, boss, 14, time(3, 0))
    earlier = planned(sheet, boss, 14, time(2, 30))
    in_background(move(boss, NEW_YORK))
    sheet.refresh_from_db()
    assert repair.check().clean
    assert sheet.next_todo_id in (later.pk, earlier.pk)


def test_two_changes_one_after_another_end_where_the_last_one_says(
    boss: User, projects: Module
) -> None:
    for day in range(1, 6):
        planned(make.datasheet(projects, actor=boss), boss, day, time(8, day))
    before = places(BUDAPEST)
    first, second = move(boss, NEW_YORK), move(boss, TOKYO)
    in_background(first)
    in_background(second)
    assert places(TOKYO) == before
    assert repair.check().clean


def test_back_again_is_as_if_nothing_had_happened(boss: User, projects: Module) -> None:
    planned(make.datasheet(projects, actor=boss), boss, 3, None)
    exact = list(Todo.objects.values_list("due_at", "first_due_at", "zone"))
    in_background(move(boss, TOKYO))
    in_background(move(boss, BUDAPEST))
    assert list(Todo.objects.values_list("due_at", "first_due_at", "zone")) == exact


def test_killed_half_way_it_goes_on_to_the_end(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone, "BLOCK", 2)
    for day in range(1, 8):
        planned(make.datasheet(projects, actor=boss), boss, day, time(8))
    before = places(BUDAPEST)
    job = move(boss, NEW_YORK)
    beats: list[int] = []

    def killed(done: int) -> None:
        beats.append(done)
        if len(beats) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tasks.move_to_another_zone(job, killed)
    assert Todo.objects.filter(zone=NEW_YORK).count() == 4
    assert repair.check().clean
    in_background(job)
    assert places(NEW_YORK) == before
    assert repair.check().clean


def test_what_somebody_changes_meanwhile_stands_as_they_said(boss: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=boss)
    todo = planned(sheet, boss, 9, time(9))
    postponed = planned(sheet, boss, 9, time(10))
    job = move(boss, NEW_YORK)
    plan = TodoPlan(todo.text, todo.type, due(20, time(11), NEW_YORK), True, boss)
    change_todo(todo.pk, plan, actor=boss, version=todo.version)
    postpone_todo(postponed.pk, due(21, None, NEW_YORK), timed=False, actor=boss)
    in_background(job)
    assert places(NEW_YORK) == [(date(2027, 3, 20), time(11)), (date(2027, 3, 21), None)]
    assert Todo.objects.get(pk=todo.pk).first_due_at == due(9, time(9), NEW_YORK)
    assert repair.check().clean


def test_what_comes_back_later_comes_back_on_its_own_day(boss: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=boss)
    undone = planned(sheet, boss, 9, time(9))
    reopened = planned(sheet, boss, 10, time(9))
    moved = planned(sheet, boss, 11, None)
    entry = finish_todo(undone.pk, actor=boss)
    finish_todo(reopened.pk, actor=boss)
    step = postpone_todo(moved.pk, due(30, time(8)), timed=True, actor=boss)
    in_background(move(boss, NEW_YORK))
    undo(entry.pk, actor=boss)
    reopen_todo(reopened.pk, actor=boss)
    undo(step.pk, actor=boss)
    assert places(NEW_YORK) == [
        (date(2027, 3, 9), time(9)),
        (date(2027, 3, 10), time(9)),
        (date(2027, 3, 11), None),
    ]
    assert set(Todo.objects.values_list("state", flat=True)) == {TodoState.OPEN}
    assert repair.check().clean


def test_todos_from_before_zones_were_kept_follow_too(boss: User, projects: Module) -> None:
    planned(make.datasheet(projects, actor=boss), boss, 9, time(9))
    Todo.objects.update(zone="")
    before = places(BUDAPEST)
    first, second = move(boss, NEW_YORK), move(boss, TOKYO)
    in_background(second)
    in_background(first)
    assert places(TOKYO) == before


def test_a_straggler_is_found_within_the_hour(boss: User, projects: Module) -> None:
    planned(make.datasheet(projects, actor=boss), boss, 9, time(9))
    in_background(move(boss, NEW_YORK))
    Todo.objects.update(zone=BUDAPEST, due_at=due(9, time(9)))
    tasks.bring_stragglers_along()
    assert places(NEW_YORK) == [(date(2027, 3, 9), time(9))]
    assert repair.check().clean


def test_the_page_says_how_far_it_is(boss: User, projects: Module, client: Any) -> None:
    planned(make.datasheet(projects, actor=boss), boss, 9, time(9))
    job = move(boss, NEW_YORK)
    client.force_login(boss)
    page = client.get("/settings/company/").content.decode()
    assert 'data-live="/settings/company/work/"' in page
    in_background(job)
    part = client.get("/settings/company/work/", headers={"HX-Request": "true"}).content.decode()
    assert "data-live" not in part
    assert "everything follows" in part


def test_nothing_is_due_beyond_the_calendar() -> None:
    far = datetime(9999, 1, 1, tzinfo=UTC)
    assert zone.moved(far, True, ZoneInfo(BUDAPEST), ZoneInfo(TOKYO)) == far
