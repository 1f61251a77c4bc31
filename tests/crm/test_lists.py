"""A module's list: its order is DOMAIN's, whoever asks and however it is paged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from crm import agenda, lists
from crm.actions import repair
from crm.actions.datasheets import hand_over, trash
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from crm.constants import Shelf
from crm.list_sql import Branch, probe, ranges
from crm.lists import ListQuery
from crm.models import Datasheet
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects() -> Module:
    return make.module("projects")


def all_ids(query: ListQuery, size: int = 2) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = lists.page(query, after, size)
        found += [row.pk for row in page.rows]
        after = page.after
        if after is None:
            return found


def by_definition(datasheets: Any) -> list[int]:
    def key(sheet: Datasheet) -> tuple[Any, ...]:
        due = min((t.due_at for t in sheet.todos.filter(state=0)), default=None)
        return (due is None, due, sheet.pk)

    return [sheet.pk for sheet in sorted(datasheets, key=key)]


def test_a_list_is_ordered_by_the_next_todo_and_paged_without_gaps(
    manager: User, projects: Module
) -> None:
    now = timezone.now()
    for days in (3, -2, 0, 3, 40, -9):
        sheet = make.datasheet(projects, actor=manager)
        make.todo(sheet, actor=manager, due_at=now + timedelta(days=days))
        make.todo(sheet, actor=manager, due_at=now + timedelta(days=days + 1))
    for _ in range(3):
        make.datasheet(projects, actor=manager)
    query = ListQuery(manager, projects)
    assert all_ids(query) == by_definition(Datasheet.objects.all())
    assert repair.check().clean


def test_a_restricted_user_lists_their_own_and_nobodys(manager: User, projects: Module) -> None:
    restricted = make.user("restricted")
    other = make.user("normal")
    mine = [make.datasheet(projects, actor=restricted) for _ in range(2)]
    nobodys = [make.datasheet(projects, actor=manager, responsible=None) for _ in range(2)]
    theirs = make.datasheet(projects, actor=manager, responsible=other)
    make.todo(nobodys[0], actor=manager)
    make.todo(theirs, actor=manager)
    query = ListQuery(restricted, projects)
    assert all_ids(query, 1) == by_definition(mine + nobodys)
    assert all_ids(ListQuery(restricted, projects, responsible=other.pk)) == []
    assert all_ids(ListQuery(restricted, projects, responsible="me")) == [s.pk for s in mine]
    assert all_ids(ListQuery(manager, projects, responsible="unassigned"), 1) == by_definition(
        nobodys
    )


def test_counts_follow_every_change(manager: User, projects: Module) -> None:
    first, second = make.status(projects), projects.statuses.filter(meaning="won")[0]
    sheets = [make.datasheet(projects, actor=manager) for _ in range(4)]
    late = make.todo(sheets[0], actor=manager, due_at=timezone.now() - timedelta(days=1))
    move_to(sheets[1].pk, second.pk, actor=manager)
    trash(sheets[2].pk, actor=manager)
    hand_over(sheets[3].pk, None, actor=manager)
    assert repair.check().clean
    statuses = [first, second]
    zone = timezone.get_current_timezone()
    found = lists.count(ListQuery(manager, projects), statuses, timezone.now(), zone)
    assert found.by_status == {first.pk: 2, second.pk: 1}
    assert found.late_by_status == {first.pk: 1}
    assert (found.mine, found.unassigned, found.everyone) == (1, 1, 2)
    assert found.by_band["late"] == 1
    assert found.by_band["none"] == 1
    finish_todo(late.pk, actor=manager)
    found = lists.count(ListQuery(manager, projects), statuses, timezone.now(), zone)
    assert found.by_band["late"] == 0
    assert found.by_band["none"] == 2


def test_previous_and_next_are_the_neighbours_in_the_list(manager: User, projects: Module) -> None:
    for days in (1, 2, 3, 3):
        sheet = make.datasheet(projects, actor=manager)
        make.todo(sheet, actor=manager, due_at=timezone.now() + timedelta(days=days))
    order = all_ids(ListQuery(manager, projects))
    for i, pk in enumerate(order):
        here = Datasheet.objects.get(pk=pk)
        before, after = lists.neighbours(ListQuery(manager, projects), here)
        assert before == (order[i - 1] if i else None)
        assert after == (order[i + 1] if i + 1 < len(order) else None)


def test_a_closed_datasheet_with_a_kept_todo_still_stands_among_the_open(
    manager: User, projects: Module
) -> None:
    final = next(one for one in projects.statuses.all() if one.is_final)
    kept, closed = (make.datasheet(projects, actor=manager) for _each in range(2))
    for sheet in (kept, closed):
        make.todo(sheet, actor=manager)
    move_to(kept.pk, final.pk, actor=manager, keep_todos=True)
    move_to(closed.pk, final.pk, actor=manager)
    assert all_ids(ListQuery(manager, projects)) == [kept.pk]
    finish_todo(kept.todos.get().pk, actor=manager)
    assert all_ids(ListQuery(manager, projects)) == []


def test_unions_of_ranges_are_counted_each_for_itself(manager: User, projects: Module) -> None:
    now = timezone.now()
    for days in (-3, -2, -1, 0, 1, 2, 2, 30):
        sheet = make.datasheet(projects, actor=manager, responsible=manager if days % 2 else None)
        make.todo(sheet, due_at=now + timedelta(days=days), actor=manager)
    bands = [
        agenda.Range("late", None, now),
        agenda.Range("soon", now, now + timedelta(days=9)),
        agenda.Range("far", now + timedelta(days=9), None),
    ]
    mine, nobodys, all_of_it = (
        {"module": projects.pk, "shelf": Shelf.OPEN, **who}
        for who in ({"responsible": manager.pk}, {"responsible": None}, {})
    )
    unions = [[], [mine], [mine, nobodys], [all_of_it], [all_of_it, mine], []]
    asked = [(union, band) for union in unions for band in [None, *bands]]
    probes = [
        [part for branch in union for part in ranges(branch, band, None)] for union, band in asked
    ]

    def by_hand(branch: Branch, band: agenda.Range | None) -> int:
        found = Datasheet.objects.filter(module=projects, shelf=Shelf.OPEN)
        if "responsible" in branch:
            found = found.filter(responsible=branch["responsible"])
        if band and band.start:
            found = found.filter(next_due_at__gte=band.start)
        if band and band.end:
            found = found.filter(next_due_at__lt=band.end)
        return found.count()

    counted = [sum(by_hand(branch, band) for branch in union) for union, band in asked]
    assert len(set(counted)) > 5
    for cap in (1000, 3):
        assert probe(probes, cap) == [min(cap, n) for n in counted]
    assert probe([[], []], 3) == [0, 0]
    assert probe([], 3) == []
