"""The settings change what people are working with at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.actions.company import CompanyChanged, save_company
from accounts.models import AuditEntry, Company, User
from crm import agenda, zone
from crm.actions import repair
from crm.actions.datasheets import rename
from crm.actions.notes import write_down
from crm.actions.todos import finish_todo, postpone_todo
from crm.constants import EntryKind
from crm.models import Client, HistoryEntry, Todo
from modules.models import Module
from office.actions import personal_data
from tests import make
from tests.races.conftest import AtOnce

BUDAPEST, NEW_YORK = "Europe/Budapest", "America/New_York"


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company(time_zone=BUDAPEST)
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


def all_blocks() -> int:
    after, moved, n = 0, 0, 1
    while n:
        after, n = zone.move_block(after)
        moved += n
    return moved


def test_people_work_on_while_todos_are_moved_to_another_zone(
    boss: User, projects: Module, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone, "BLOCK", 3)
    due = agenda.due_at(date(2027, 3, 9), time(9), ZoneInfo(BUDAPEST))
    later = agenda.due_at(date(2027, 3, 20), None, ZoneInfo(NEW_YORK))
    todos = [
        make.todo(make.datasheet(projects, actor=boss), actor=boss, due_at=due) for _n in range(12)
    ]
    Company.objects.update(time_zone=NEW_YORK)
    Company.forget()
    results = at_once(
        [
            all_blocks,
            all_blocks,
            *[partial(postpone_todo, t.pk, later, timed=False, actor=boss) for t in todos[::4]],
            *[partial(finish_todo, t.pk, actor=boss) for t in todos[1::4]],
        ]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    all_blocks()
    there = ZoneInfo(NEW_YORK)
    kept = agenda.due_at(date(2027, 3, 9), time(9), there)
    for n, todo in enumerate(Todo.objects.order_by("pk")):
        assert todo.due_at == (later if n % 4 == 0 else kept)
        assert todo.first_due_at == kept
    assert repair.check().clean


def test_erasing_waits_for_who_is_writing_and_nobody_is_caught_in_a_ring(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    client = make.client("Vörösváry Zsüliett", kind="person")
    contact = make.contact(client, family_name="Vörösváry", given_name="Zsüliett")
    sheets = [
        make.datasheet(projects, actor=boss, client=client, main_contact=contact) for _n in range(4)
    ]
    results = at_once(
        [
            partial(personal_data.erase, client.pk, None, actor=boss),
            *[partial(rename, sheet.pk, "Pince", actor=boss) for sheet in sheets],
            *[
                partial(write_down, sheet.pk, EntryKind.NOTE, "Szép nap volt", actor=boss)
                for sheet in sheets
            ],
        ]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert Client.objects.get(pk=client.pk).name == "Erased person"
    assert HistoryEntry.objects.filter(kind=EntryKind.NOTE).count() == 4
    assert repair.check().clean


def test_of_two_who_save_the_company_at_once_the_second_is_told(
    boss: User, at_once: AtOnce
) -> None:
    saves: list[Callable[[], Any]] = [
        partial(save_company, actor=boss, version=1, values={"town": town})
        for town in ("Eger", "Tokaj", "Pécs")
    ]
    results = at_once(saves)
    assert sum(isinstance(one, CompanyChanged) for one in results) == 2
    assert sum(isinstance(one, dict) for one in results) == 1
    assert Company.objects.get().version == 2
    assert AuditEntry.objects.filter(action="company.changed").count() == 1
