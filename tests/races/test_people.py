"""Access taken away and work given at the same moment, on PostgreSQL."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions.access import change_role
from accounts.actions.invitations import Gone, Invitee, invite
from accounts.models import Role, User
from crm import access
from crm.actions import repair
from crm.actions.datasheets import hand_over
from crm.actions.todos import finish_todo, reopen_todo
from crm.constants import TodoState
from crm.models import Datasheet, Todo
from modules.models import Module
from office.actions.modules import ModulePlan, save_module
from office.actions.people import change_access, close, join
from tests import make
from tests.races.conftest import AtOnce

pytestmark = pytest.mark.postgres
ROUNDS = 6


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


def no_todo_is_out_of_sight() -> None:
    for todo in Todo.objects.filter(state=TodoState.OPEN).select_related("datasheet"):
        assert access.can_see(todo.responsible, todo.datasheet), todo
    assert not Datasheet.objects.filter(responsible__is_active=False).exists()
    assert repair.check().clean


def unexpected(results: list[Any]) -> list[Any]:
    """What went wrong in a way that nobody could be told."""
    known = {"Refused", "Conflict", "Http404", "PermissionDenied"}
    return [
        one for one in results if isinstance(one, Exception) and type(one).__name__ not in known
    ]


def test_two_administrators_demote_each_other_and_one_stays(boss: User, at_once: AtOnce) -> None:
    other = make.user("administrator")
    results = at_once(
        [
            partial(change_role, other, Role.NORMAL, actor=boss),
            partial(change_role, boss, Role.NORMAL, actor=other),
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "PermissionDenied"]
    assert User.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1


def test_two_administrators_close_each_other_and_one_stays(boss: User, at_once: AtOnce) -> None:
    other = make.user("administrator")
    results = at_once(
        [partial(close, other, {}, actor=boss), partial(close, boss, {}, actor=other)]
    )
    assert sum(isinstance(one, PermissionDenied) for one in results) == 1
    assert User.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1


def test_no_open_todo_stays_with_somebody_who_is_closed_while_it_is_given(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    heir = make.user()
    for _round in range(ROUNDS):
        leaver = make.user()
        sheets = [make.datasheet(projects, actor=boss, responsible=heir) for _n in range(4)]
        own = [make.datasheet(projects, actor=leaver) for _n in range(2)]
        give = [partial(make.todo, sheet, actor=boss, responsible=leaver) for sheet in sheets]
        take = [partial(make.todo, sheet, actor=boss, responsible=leaver) for sheet in own]
        leaving = partial(close, leaver, {projects.pk: [heir.pk]}, actor=boss)
        results = at_once([*give, leaving, *take])
        assert unexpected(results) == []
        assert not Todo.objects.filter(responsible=leaver, state=TodoState.OPEN).exists()
        no_todo_is_out_of_sight()


def test_a_datasheet_handed_to_somebody_who_is_closed_comes_to_an_heir(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    heir = make.user()
    for _round in range(ROUNDS):
        leaver = make.user()
        sheets = [make.datasheet(projects, actor=boss, responsible=heir) for _n in range(4)]
        give = [partial(hand_over, sheet.pk, leaver.pk, actor=boss) for sheet in sheets]
        results = at_once([*give, partial(close, leaver, {projects.pk: [heir.pk]}, actor=boss)])
        assert unexpected(results) == []
        no_todo_is_out_of_sight()


def test_work_given_to_those_who_lose_the_module_at_that_moment_comes_to_others(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    for _round in range(ROUNDS):
        losing, staying = make.user(), make.user()
        Module.objects.filter(pk=projects.pk).update(limited=False, version=1)
        sheets = [make.datasheet(projects, actor=staying) for _n in range(4)]
        give = [partial(make.todo, sheet, actor=boss, responsible=losing) for sheet in sheets[:2]]
        hand = [partial(hand_over, sheet.pk, losing.pk, actor=boss) for sheet in sheets[2:]]
        members = frozenset(User.objects.exclude(pk=losing.pk).values_list("pk", flat=True))
        plan = ModulePlan(
            "", "Projects", "box", True, members, "creator", frozenset(), None, 30,
            {losing.pk: staying.pk},
        )  # fmt: skip
        taking = partial(save_module, projects.pk, plan, actor=boss, version=1)
        results = at_once([*give, taking, *hand])
        assert unexpected(results) == []
        assert Module.objects.get(pk=projects.pk).limited
        assert not Datasheet.objects.filter(responsible=losing).exists()
        no_todo_is_out_of_sight()


def test_a_todo_opened_again_while_its_doer_is_restricted_stays_in_sight(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    colleague = make.user()
    for _round in range(ROUNDS):
        doer = make.user()
        sheets = [make.datasheet(projects, actor=colleague) for _n in range(3)]
        todos = [make.todo(sheet, actor=boss, responsible=doer) for sheet in sheets]
        for todo in todos:
            finish_todo(todo.pk, actor=doer)
        again = [partial(reopen_todo, todo.pk, actor=boss) for todo in todos]
        less = partial(change_access, doer, Role.RESTRICTED, [], {}, actor=boss)
        results = at_once([*again, less])
        assert unexpected(results) == []
        no_todo_is_out_of_sight()


def test_an_invitation_clicked_twice_makes_one_user(boss: User, at_once: AtOnce) -> None:
    invitee = Invitee("Új", "Elek", "uj@example.com", Role.NORMAL, "hu")
    secret = invite(invitee, actor=boss).secret
    click = partial(join, secret, password=make.PASSWORD, language="hu")
    results = at_once([click] * 4)
    assert sum(isinstance(one, User) for one in results) == 1
    assert sum(isinstance(one, Gone) for one in results) == 3
    assert User.objects.filter(email="uj@example.com").count() == 1
