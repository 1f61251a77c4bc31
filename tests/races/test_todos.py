"""Two people, or one with a nervous finger, at the same moment."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from crm.actions import counts, repair
from crm.actions.datasheets import hand_over, trash
from crm.actions.notes import write_down
from crm.actions.once import run_once
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo, postpone_todo
from crm.constants import EntryKind
from crm.errors import Conflict
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Module
from tests import make
from tests.races.conftest import AtOnce


@pytest.fixture
def manager(transactional_db: None) -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects(manager: User) -> Module:
    return make.module("projects")


def test_a_todo_done_twice_at_once_is_done_once(
    manager: User, projects: Module, at_once: AtOnce
) -> None:
    todo = make.todo(make.datasheet(projects, actor=manager), actor=manager)
    entries = at_once([partial(finish_todo, todo.pk, actor=manager)] * 4)
    assert {entry.pk for entry in entries} == {
        HistoryEntry.objects.get(todo=todo, kind=EntryKind.DONE).pk
    }
    assert Todo.objects.get(pk=todo.pk).done_by == manager


def test_of_two_who_postpone_the_same_todo_the_second_is_told(
    manager: User, projects: Module, at_once: AtOnce
) -> None:
    todo = make.todo(make.datasheet(projects, actor=manager), actor=manager)
    now = timezone.now()
    later = partial(postpone_todo, todo.pk, now, timed=True, actor=manager, version=todo.version)
    results = at_once([later, later])
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "HistoryEntry"]
    assert Todo.objects.get(pk=todo.pk).postponed == 1
    told = next(result for result in results if isinstance(result, Conflict))
    assert told.current.due_at == now


def test_a_form_sent_twice_at_once_makes_one_record(
    manager: User, projects: Module, at_once: AtOnce
) -> None:
    sheet, token = make.datasheet(projects, actor=manager), uuid4()

    def send() -> str:
        def make_it() -> str:
            write_down(sheet.pk, EntryKind.NOTE, "Egyszer", actor=manager)
            return f"/d/{sheet.pk}/"

        return run_once(token, make_it, actor=manager)

    assert at_once([send] * 3) == [f"/d/{sheet.pk}/"] * 3
    assert HistoryEntry.objects.filter(kind=EntryKind.NOTE).count() == 1


def test_sixteen_writers_leave_the_counts_right(
    manager: User, projects: Module, at_once: AtOnce
) -> None:
    statuses = list(projects.statuses.all())
    sheets = [make.datasheet(projects, actor=manager) for _ in range(4)]

    def work(n: int) -> None:
        for i in range(6):
            sheet = sheets[(n + i) % len(sheets)]
            if i == 4:
                hand_over(sheet.pk, [None, manager.pk][n % 2], actor=manager)
            elif i == 5:
                counts.fold(projects.pk)
            else:
                move_to(sheet.pk, statuses[(n * 7 + i) % len(statuses)].pk, actor=manager)

    results = at_once([partial(work, n) for n in range(16)])
    assert results == [None] * 16
    assert repair.check().clean
    assert sum(counts.kept().values()) == Datasheet.objects.count()


def test_done_and_trash_at_once_leave_no_half_change(
    manager: User, projects: Module, at_once: AtOnce
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    todo = make.todo(sheet, actor=manager)
    at_once([partial(finish_todo, todo.pk, actor=manager), partial(trash, sheet.pk, actor=manager)])
    assert repair.check().clean
    state = Todo.objects.get(pk=todo.pk).state
    done = HistoryEntry.objects.filter(todo=todo, kind=EntryKind.DONE).exists()
    assert (state == 1) == done
