"""What was done is taken back from the message that reports it, and never over a later change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions import repair
from crm.actions.datasheets import hand_over, trash
from crm.actions.notes import write_down
from crm.actions.statuses import Sale, change_sale, make_move, move_to, tick_step
from crm.actions.todos import delete_todo, finish_todo, postpone_todo
from crm.constants import EntryKind, SaleState, Shelf, TodoState
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/m/projects/?who=me"}


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def sheet(manager: User, projects: Module) -> Datasheet:
    return make.datasheet(projects, actor=manager)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def undo(user: User, entry: HistoryEntry | None, status: int = 204) -> str:
    assert entry is not None
    answer = of(user).post(f"/history/{entry.pk}/undo/", headers=HX)
    assert answer.status_code == status, answer.content.decode()
    assert repair.check().clean
    return str(answer.headers.get("HX-Location", answer.content.decode()))


def test_done_is_taken_back(manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    entry = finish_todo(todo.pk, actor=manager)
    assert '"/m/projects/?who=me"' in undo(manager, entry)
    assert Todo.objects.get().state == TodoState.OPEN
    entry.refresh_from_db()
    assert entry.taken_back_by == manager
    assert Datasheet.objects.get().next_todo == todo


def test_a_second_undo_does_nothing(manager: User, sheet: Datasheet) -> None:
    entry = finish_todo(make.todo(sheet, actor=manager).pk, actor=manager)
    undo(manager, entry)
    version = Todo.objects.get().version
    undo(manager, entry)
    assert Todo.objects.get().version == version


def test_postponed_and_deleted_are_taken_back(manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    later = timezone.now() + timedelta(days=9)
    undo(manager, postpone_todo(todo.pk, later, timed=False, actor=manager))
    after = Todo.objects.get()
    assert (after.due_at, after.timed, after.postponed) == (todo.due_at, True, 0)
    undo(manager, delete_todo(todo.pk, actor=manager))
    assert Todo.objects.get().state == TodoState.OPEN


def test_what_was_changed_since_is_never_overwritten(manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    now = timezone.now()
    first = postpone_todo(todo.pk, now + timedelta(days=3), timed=True, actor=manager)
    postpone_todo(todo.pk, now + timedelta(days=9), timed=True, actor=manager)
    assert "changed again" in undo(manager, first, 409)
    assert Todo.objects.get().due_at == now + timedelta(days=9)


def test_a_closed_datasheet_opens_again_with_its_todos(
    manager: User, projects: Module, sheet: Datasheet
) -> None:
    make.todo(sheet, actor=manager)
    won = projects.statuses.filter(meaning="won")[0]
    entry = move_to(sheet.pk, won.pk, actor=manager)
    assert Datasheet.objects.get().shelf == Shelf.CLOSED
    undo(manager, entry)
    after = Datasheet.objects.get()
    assert (after.status_id, after.shelf) == (sheet.status_id, Shelf.OPEN)
    assert Todo.objects.get().state == TodoState.OPEN


def test_a_hand_over_goes_back_with_the_todos(manager: User, projects: Module) -> None:
    one, other = make.user("restricted"), make.user("restricted")
    sheet = make.datasheet(projects, actor=manager, responsible=one)
    todo = make.todo(sheet, actor=one)
    entry = hand_over(sheet.pk, other.pk, actor=manager)
    assert Todo.objects.get(pk=todo.pk).responsible == other
    undo(manager, entry)
    assert Datasheet.objects.get().responsible == one
    assert Todo.objects.get(pk=todo.pk).responsible == one


def test_a_ticked_step_is_taken_back_with_what_it_moved(manager: User) -> None:
    module = make.module("sales")
    sheet = make.datasheet(module, actor=manager, qualification="vip")
    todo = make.todo(sheet, actor=manager)
    last = module.steps.filter(sets="won")[0]
    entry = tick_step(sheet.pk, last.pk, actor=manager)
    assert Datasheet.objects.get().sale_state == SaleState.WON
    assert Todo.objects.get(pk=todo.pk).state == TodoState.CANCELLED
    undo(manager, entry)
    after = Datasheet.objects.get()
    assert (after.sale_state, after.status_id) == (SaleState.DISCOVERY, sheet.status_id)
    assert Todo.objects.get(pk=todo.pk).state == TodoState.OPEN
    assert not StepTick.objects.exists()


def test_a_sale_goes_back_to_its_facts(manager: User) -> None:
    sheet = make.datasheet(make.module("sales"), actor=manager)
    first = change_sale(sheet.pk, Sale(qualification="vip"), actor=manager)
    second = change_sale(sheet.pk, Sale(sale_state="in_progress"), actor=manager)
    assert "changed again" in undo(manager, first, 409)
    undo(manager, second)
    undo(manager, first)
    after = Datasheet.objects.get()
    assert (after.qualification, after.sale_state) == ("", SaleState.DISCOVERY)
    assert after.status.key == "qualify"


def test_a_move_of_an_order_is_taken_back(manager: User) -> None:
    sheet = make.datasheet(make.module("orders"), actor=manager)
    undo(manager, make_move(sheet.pk, "finalise", actor=manager))
    assert Datasheet.objects.get().status.key == "draft"


def test_who_put_it_into_the_trash_takes_it_back(projects: Module) -> None:
    make.company()
    normal = make.user("normal")
    sheet = make.datasheet(projects, actor=normal)
    todo = make.todo(sheet, actor=normal)
    entry = trash(sheet.pk, actor=normal)
    assert Todo.objects.get().state == TodoState.FROZEN
    undo(normal, entry)
    assert Datasheet.objects.get().next_todo == todo


def test_a_restricted_user_takes_back_what_they_trashed(manager: User, projects: Module) -> None:
    restricted = make.user("restricted")
    sheet = make.datasheet(projects, actor=manager, responsible=restricted)
    undo(restricted, trash(sheet.pk, actor=restricted))
    assert Datasheet.objects.get().shelf == Shelf.OPEN


def test_only_who_did_it_or_the_office_takes_it_back(manager: User, sheet: Datasheet) -> None:
    entry = finish_todo(make.todo(sheet, actor=manager).pk, actor=manager)
    undo(make.user("normal"), entry, 403)
    undo(make.user("restricted"), entry, 404)
    undo(make.user("administrator"), entry)


def test_a_note_is_not_taken_back(manager: User, sheet: Datasheet) -> None:
    entry = write_down(sheet.pk, EntryKind.NOTE, "Marad", actor=manager)
    undo(manager, entry, 409)


def test_without_scripts_one_comes_back_to_the_page(manager: User, sheet: Datasheet) -> None:
    entry = finish_todo(make.todo(sheet, actor=manager).pk, actor=manager)
    answer = of(manager).post(f"/history/{entry.pk}/undo/")
    assert (answer.status_code, answer["Location"]) == (303, f"/d/{sheet.pk}/")


def test_a_move_taken_back_leaves_no_trace_of_its_time_and_of_cancelled_todos(
    manager: User, projects: Module, sheet: Datasheet
) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    Datasheet.objects.update(status_since=long_ago)
    make.todo(sheet, actor=manager)
    won = projects.statuses.filter(meaning="won")[0]
    undo(manager, move_to(sheet.pk, won.pk, actor=manager))
    assert Datasheet.objects.get().status_since == long_ago
    cancelled = HistoryEntry.objects.get(kind=EntryKind.CANCELLED_TODO)
    assert cancelled.taken_back_by == manager


def test_a_hand_over_does_not_go_back_to_somebody_without_the_module(manager: User) -> None:
    module, member = make.module("hr"), make.user("normal")
    module.limited = True
    module.save()
    module.users.add(manager, member)
    sheet = make.datasheet(module, actor=manager, responsible=member)
    entry = hand_over(sheet.pk, manager.pk, actor=manager)
    module.users.remove(member)
    undo(manager, entry, 409)
    assert Datasheet.objects.get().responsible == manager


def test_the_history_offers_only_what_can_still_be_taken_back(
    manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager)
    now = timezone.now()
    first = postpone_todo(todo.pk, now + timedelta(days=3), timed=True, actor=manager)
    second = postpone_todo(todo.pk, now + timedelta(days=9), timed=True, actor=manager)
    text = of(manager).get(f"/d/{sheet.pk}/").content.decode()
    assert f"/history/{first.pk}/undo/" not in text
    assert f"/history/{second.pk}/undo/" in text
