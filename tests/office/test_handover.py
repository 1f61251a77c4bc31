"""Closing an account and changing a role: whose the work becomes."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.access import LastAdministrator
from accounts.models import AuditEntry, Role, User
from crm import access, search
from crm.actions import repair
from crm.actions.datasheets import restore, trash
from crm.actions.todos import finish_todo, reopen_todo
from crm.constants import EntryKind, TodoState
from crm.errors import Conflict
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Module, ModuleUser
from office.actions.dealing import Sheet, Work, deal
from office.actions.people import change_access, close
from office.actions.standing import Colleagues, Standing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator", family_name="Varga")


@pytest.fixture
def leaver(boss: User) -> User:
    return make.user(family_name="Szűcs", given_name="Réka")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


@pytest.fixture
def browser(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def limited(kind: str, *members: User) -> Module:
    module = make.module(kind)
    module.limited = True
    module.save()
    for user in members:
        ModuleUser.objects.create(module=module, user=user)
    return module


def nobody_has_what_they_cannot_see() -> None:
    for todo in Todo.objects.filter(state=TodoState.OPEN).select_related("datasheet"):
        assert access.can_see(todo.responsible, todo.datasheet), todo
    assert repair.check().clean


def test_the_work_goes_in_turn_to_those_who_take_over(
    boss: User, leaver: User, projects: Module
) -> None:
    first, second = make.user(), make.user()
    sheets = [make.datasheet(projects, actor=leaver) for _n in range(4)]
    for sheet in sheets:
        make.todo(sheet, actor=leaver)
    close(leaver, {projects.pk: [first.pk, second.pk]}, actor=boss)
    for sheet in sheets:
        sheet.refresh_from_db()
        assert Todo.objects.get(datasheet=sheet).responsible_id == sheet.responsible_id
        entry = HistoryEntry.objects.get(datasheet=sheet, kind=EntryKind.RESPONSIBLE)
        assert (entry.author, entry.data["from"]) == (boss, leaver.pk)
    held = [sheet.responsible_id for sheet in sheets]
    assert (held.count(first.pk), held.count(second.pk)) == (2, 2)
    leaver.refresh_from_db()
    assert not leaver.is_active
    nobody_has_what_they_cannot_see()


def test_what_is_nobodys_comes_without_todos(boss: User, leaver: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=leaver)
    todo = make.todo(sheet, actor=leaver)
    close(leaver, {}, actor=boss)
    sheet.refresh_from_db()
    todo.refresh_from_db()
    assert (sheet.responsible, todo.responsible) == (None, boss)
    nobody_has_what_they_cannot_see()


def test_a_restricted_heir_gets_no_todo_on_what_they_cannot_see(
    boss: User, leaver: User, projects: Module
) -> None:
    colleague, heir = make.user(), make.user("restricted")
    of_colleague = make.datasheet(projects, actor=colleague)
    todo = make.todo(of_colleague, actor=leaver, responsible=leaver)
    close(leaver, {projects.pk: [heir.pk]}, actor=boss)
    todo.refresh_from_db()
    assert todo.responsible == colleague
    entry = HistoryEntry.objects.get(todo=todo, kind=EntryKind.CHANGED_TODO)
    assert entry.data["after"]["responsible"] == colleague.pk
    nobody_has_what_they_cannot_see()


def test_an_heir_who_does_not_use_the_module_is_passed_over(boss: User, leaver: User) -> None:
    hr, stranger = limited("hr", leaver), make.user()
    sheet = make.datasheet(hr, actor=leaver)
    close(leaver, {hr.pk: [stranger.pk]}, actor=boss)
    sheet.refresh_from_db()
    assert sheet.responsible is None


@pytest.mark.parametrize("many", [1, 30])
def test_a_restricted_heir_finds_what_they_got(
    boss: User, leaver: User, projects: Module, many: int
) -> None:
    heir = make.user("restricted")
    clients = [make.client(f"Hegyalja Borház {n} Kft.") for n in range(many)]
    for client in clients:
        make.datasheet(projects, actor=leaver, client=client)
    assert not search.find(heir, "hegyalja")
    close(leaver, {projects.pk: [heir.pk]}, actor=boss)
    assert set(search.find(heir, "hegyalja", limit=40).clients) <= set(clients)
    assert search.find(heir, f"borhaz {many - 1}").clients == [clients[-1]]


def test_what_lies_in_the_trash_comes_back_to_somebody_who_is_there(
    boss: User, leaver: User, projects: Module
) -> None:
    heir = make.user()
    sheet = make.datasheet(projects, actor=leaver)
    make.todo(sheet, actor=leaver)
    trash(sheet.pk, actor=boss)
    close(leaver, {projects.pk: [heir.pk]}, actor=boss)
    restore(sheet.pk, actor=boss)
    assert Todo.objects.get(datasheet=sheet).responsible == heir
    nobody_has_what_they_cannot_see()


def test_a_done_todo_of_a_former_user_is_opened_for_somebody_else(
    boss: User, leaver: User, projects: Module
) -> None:
    colleague = make.user()
    todo = make.todo(make.datasheet(projects, actor=colleague), actor=leaver, responsible=leaver)
    finish_todo(todo.pk, actor=leaver)
    close(leaver, {}, actor=boss)
    reopen_todo(todo.pk, actor=boss)
    todo.refresh_from_db()
    assert todo.responsible == colleague


def test_the_sessions_of_the_leaver_end_at_once(browser: Client, leaver: User) -> None:
    theirs = Client()
    theirs.post(reverse("account_login"), {"login": leaver.email, "password": make.PASSWORD})
    assert theirs.get("/my-day/").status_code == 200
    assert browser.post(reverse("office:user_close", args=[leaver.pk])).status_code == 303
    assert theirs.get("/my-day/").status_code == 302
    assert not UserSession.objects.filter(user=leaver).exists()


def test_the_page_asks_who_takes_over_and_shows_the_numbers(
    browser: Client, leaver: User, projects: Module
) -> None:
    heir = make.user(family_name="Tóth", given_name="Balázs")
    for _n in range(3):
        make.todo(make.datasheet(projects, actor=leaver), actor=leaver)
    url = reverse("office:user_close", args=[leaver.pk])
    assert "3 datasheets, 3 todos" in browser.get(url).content.decode()
    missing = browser.post(url, {"how": "one"})
    assert missing.status_code == 422
    assert "Choose who takes over, or nobody." in missing.content.decode()
    preview = browser.post(url, {"how": "one", "heirs": heir.pk, "look": "1"})
    assert "3 datasheets, 3 todos" in preview.content.decode()
    shares = preview.context["dealt"].shares
    assert [(share.name, share.amount) for share in shares] == [
        ("Tóth Balázs", "3 datasheets, 3 todos")
    ]
    leaver.refresh_from_db()
    assert leaver.is_active
    assert browser.post(url, {"how": "one", "heirs": heir.pk}).status_code == 303
    assert Datasheet.objects.filter(responsible=heir).count() == 3
    assert AuditEntry.objects.get(action="user.handed_over").data["datasheets"] == 3


def test_each_module_can_have_its_own_heir(browser: Client, leaver: User) -> None:
    one, other = make.module("projects"), make.module("hr")
    first, second = make.user(), make.user()
    sheets = [make.datasheet(module, actor=leaver) for module in (one, other)]
    said = {"how": "modules", f"heirs-{one.pk}": first.pk, f"heirs-{other.pk}": second.pk}
    browser.post(reverse("office:user_close", args=[leaver.pk]), said)
    held = [Datasheet.objects.get(pk=sheet.pk).responsible for sheet in sheets]
    assert held == [first, second]


def test_a_former_user_is_let_back_in_and_what_is_left_is_handed_over(
    browser: Client, leaver: User, projects: Module
) -> None:
    heir = make.user()
    sheet = make.datasheet(projects, actor=leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    url = reverse("office:user_hand_over", args=[leaver.pk])
    assert browser.post(url, {"how": "one", "heirs": heir.pk}).status_code == 303
    sheet.refresh_from_db()
    assert sheet.responsible == heir
    assert browser.post(reverse("office:user_reopen", args=[leaver.pk])).status_code == 303
    leaver.refresh_from_db()
    assert leaver.is_active
    assert browser.get(url).status_code == 404


def test_a_role_is_changed_after_its_effect_was_shown(
    browser: Client, boss: User, leaver: User, projects: Module
) -> None:
    colleague = make.user()
    for _n in range(2):
        make.datasheet(projects, actor=colleague)
    todo = make.todo(make.datasheet(projects, actor=colleague), actor=leaver, responsible=leaver)
    url = reverse("office:user_access", args=[leaver.pk])
    asked = browser.post(url, {"role": "restricted", "was": "normal"})
    told = asked.content.decode()
    assert "will no longer see 3 datasheets and 3 clients" in told
    assert "1 todo" in told
    leaver.refresh_from_db()
    assert leaver.role == Role.NORMAL
    browser.post(url, {"role": "restricted", "was": "normal", "sure": "1"})
    leaver.refresh_from_db()
    todo.refresh_from_db()
    assert (leaver.role, todo.responsible) == (Role.RESTRICTED, colleague)
    nobody_has_what_they_cannot_see()


def test_gains_are_told_too(browser: Client, leaver: User) -> None:
    asked = browser.post(reverse("office:user_access", args=[leaver.pk]), {"role": "manager"})
    assert "gets: reports, exports, changes to many at once, imports" in asked.content.decode()


def test_a_module_taken_away_asks_who_gets_its_datasheets(
    browser: Client, boss: User, leaver: User
) -> None:
    heir = make.user()
    hr = limited("hr", leaver, heir)
    sheet = make.datasheet(hr, actor=leaver)
    todo = make.todo(sheet, actor=leaver)
    url = reverse("office:user_access", args=[leaver.pk])
    said = {"role": "normal", "was": "normal"}
    assert "1 datasheet, 1 todo" in browser.post(url, said).content.decode()
    assert browser.post(url, {**said, "sure": "1"}).status_code == 422
    assert browser.post(url, {**said, "sure": "1", "heirs": heir.pk}).status_code == 303
    sheet.refresh_from_db()
    todo.refresh_from_db()
    assert (sheet.responsible, todo.responsible) == (heir, heir)
    assert not ModuleUser.objects.filter(user=leaver).exists()
    assert AuditEntry.objects.get(action="user.modules").data["to"] == []
    nobody_has_what_they_cannot_see()


def test_of_two_who_change_the_role_the_second_is_told(boss: User, leaver: User) -> None:
    change_access(leaver, Role.MANAGER, [], {}, actor=boss, was="normal")
    with pytest.raises(Conflict):
        change_access(leaver, Role.RESTRICTED, [], {}, actor=boss, was="normal")


def test_the_last_administrator_stays_and_others_may_nothing(boss: User, leaver: User) -> None:
    with pytest.raises(LastAdministrator):
        close(boss, {}, actor=boss)
    with pytest.raises(PermissionDenied):
        close(boss, {}, actor=leaver)
    with pytest.raises(PermissionDenied):
        change_access(boss, Role.NORMAL, [], {}, actor=boss)


@given(sheets=st.integers(0, 40), heirs=st.integers(1, 5))
def test_everything_is_dealt_and_evenly(sheets: int, heirs: int) -> None:
    colleagues, ids = Colleagues(), range(10, 10 + heirs)
    module: Any = Module(pk=1, kind="projects")
    colleagues.users = {pk: User(pk=pk) for pk in ids}
    colleagues.modules, colleagues.members = {1: module}, {}
    work = Work([Sheet(n, n, 1, 1, 0) for n in range(sheets)])
    leaving = Standing(1, Role.NORMAL, frozenset(), active=False)
    made = deal(work, {1: list(ids)}, standing=leaving, actor_id=2, colleagues=colleagues)
    assert len(made.sheets) == sheets
    shares = [list(made.sheets.values()).count(pk) for pk in ids]
    assert max(shares) - min(shares) <= 1
