"""A status is removed, or becomes final, while others work in it."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from crm.actions import repair
from crm.actions.holding import hold
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from crm.actions.turns import next_in_turn
from crm.errors import Refused
from crm.models import Datasheet
from modules.models import Module, ModuleTurn, Status
from office.actions import removing
from office.actions.statuses import StatusPlan, change_status
from tests import make
from tests.races.conftest import AtOnce

pytestmark = pytest.mark.postgres


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


def statuses(module: Module) -> list[Status]:
    return list(Status.objects.filter(module=module).in_order())


def test_a_status_is_removed_while_datasheets_move_into_it(
    boss: User, projects: Module, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "BLOCK", 3)
    monkeypatch.setattr(removing, "PAUSE", 0.01)
    doomed, heir, other, *_rest = statuses(projects)
    inside = [make.datasheet(projects, actor=boss, status=doomed) for _ in range(8)]
    outside = [make.datasheet(projects, actor=boss, status=other) for _ in range(8)]

    def enter(sheets: list[Datasheet]) -> list[str]:
        said = []
        for sheet in sheets:
            try:
                move_to(sheet.pk, doomed.pk, actor=boss)
            except Refused as refused:
                said.append(refused.message)
        return said

    results = at_once(
        [
            partial(removing.start_removing, doomed.pk, heir.pk, actor=boss),
            partial(enter, outside[:4]),
            partial(enter, outside[4:]),
        ]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert not Status.objects.filter(pk=doomed.pk).exists()
    assert Datasheet.objects.count() == len(inside) + len(outside)
    assert set(Datasheet.objects.values_list("status", flat=True)) <= {heir.pk, other.pk}
    assert repair.check().clean


def test_the_removal_waits_for_one_who_holds_the_status_and_takes_theirs_along(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    doomed, heir, other, *_rest = statuses(projects)
    sheet = make.datasheet(projects, actor=boss, status=other)
    held, marked = Event(), Event()

    def slow_mover() -> None:
        with transaction.atomic():
            hold(doomed.pk, projects.pk)
            held.set()
            move_to(sheet.pk, doomed.pk, actor=boss)
            marked.wait(1)  # the remover waits for us: it can't even mark the status

    def remover() -> Any:
        held.wait(20)
        result = removing.start_removing(doomed.pk, heir.pk, actor=boss)
        marked.set()
        return result

    results = at_once([slow_mover, remover])
    assert results == [None, None]
    assert Datasheet.objects.get(pk=sheet.pk).status == heir
    assert repair.check().clean


def test_without_holding_the_status_the_datasheet_would_be_lost(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    """The race that holding stops: only the database's foreign key is left to refuse it."""
    doomed, heir, other, *_rest = statuses(projects)
    sheet = make.datasheet(projects, actor=boss, status=other)
    moved, removed = Event(), Event()

    def careless() -> None:
        with transaction.atomic():
            Datasheet.objects.filter(pk=sheet.pk).update(status=doomed)
            moved.set()
            removed.wait(5)

    def remover() -> None:
        moved.wait(20)
        removing.start_removing(doomed.pk, heir.pk, actor=boss)
        removed.set()

    errors = [one for one in at_once([careless, remover]) if isinstance(one, Exception)]
    assert [type(one).__name__ for one in errors] == ["IntegrityError"]
    assert connection.vendor == "postgresql"


def test_a_status_becomes_final_while_its_todos_are_finished(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    first = statuses(projects)[0]
    sheets = [make.datasheet(projects, actor=boss) for _ in range(8)]
    todos = [make.todo(sheet, actor=boss) for sheet in sheets]
    plan = StatusPlan(first.group_id, first.name_hu, first.name_en, first.hue, "won", "", "")

    def finish(some: list[Any]) -> None:
        for todo in some:
            finish_todo(todo.pk, actor=boss)

    results = at_once(
        [
            partial(change_status, first.pk, plan, actor=boss, version=1),
            partial(finish, todos[:4]),
            partial(finish, todos[4:]),
        ]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert repair.check().clean


def test_turns_taken_at_once_go_to_different_people(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    people = [make.user("normal") for _ in range(4)]
    for one in people:
        ModuleTurn.objects.create(module=projects, user=one)

    def take() -> int | None:
        with transaction.atomic():
            found = next_in_turn(projects)
            return found.pk if found else None

    assert sorted(at_once([take] * 4)) == [one.pk for one in people]
