"""Removing a status: its datasheets move on, however many, with their history."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from crm.actions import repair
from crm.actions.datasheets import trash
from crm.actions.holding import hold_or_follow
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from crm.actions.undo import undo
from crm.constants import EntryKind, Shelf
from crm.errors import Refused
from crm.forms.when import Moment
from crm.history import Names, sentence
from crm.models import Datasheet, HistoryEntry
from jobs.runner import CancelledError
from modules.models import Former, Module, Status, Suggestion
from office.actions import removing
from office.tasks import remove_status
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(boss: User, client: Client) -> Client:
    client.force_login(boss)
    return client


def statuses(module: Module) -> list[Status]:
    return list(Status.objects.filter(module=module).in_order())


def told(entry: HistoryEntry) -> str:
    names = Names.of([entry])
    return "".join(part.text for part in sentence(entry, names, Moment.current()))


def test_removing_a_status_moves_its_datasheets_with_history_and_the_trash_too(
    boss: User, browser: Client, projects: Module
) -> None:
    first, second, *_rest = statuses(projects)
    sheet, thrown = (make.datasheet(projects, actor=boss) for _ in range(2))
    trash(thrown.pk, actor=boss)
    url = reverse("office:status_remove", args=[first.pk])
    assert "1 datasheet stands in it" in browser.get(url).content.decode()
    asked_again = browser.post(url, {})
    assert asked_again.status_code == 422
    assert "Choose where its datasheets go." in asked_again.content.decode()
    assert browser.post(url, {"to": second.pk}).status_code == 303
    assert not Status.objects.filter(pk=first.pk).exists()
    for one in (sheet, thrown):
        assert Datasheet.objects.get(pk=one.pk).status == second
        entry = HistoryEntry.objects.get(datasheet=one, kind=EntryKind.STATUS)
        assert entry.author == boss
        assert f"from {first.name_en} to {second.name_en}" in told(entry)
    assert repair.check().clean
    assert Former.objects.get(number=first.pk).went_to == second.pk


def test_older_entries_still_name_a_removed_status_and_an_undo_to_it_is_refused(
    boss: User, projects: Module
) -> None:
    first, second, third, *_rest = statuses(projects)
    sheet = make.datasheet(projects, actor=boss)
    entry = move_to(sheet.pk, second.pk, actor=boss)
    assert entry is not None
    removing.start_removing(first.pk, third.pk, actor=boss)
    assert f"from {first.name_en} to {second.name_en}" in told(entry)
    with pytest.raises(Refused, match="not there any more"):
        undo(entry.pk, actor=boss)
    removing.start_removing(second.pk, third.pk, actor=boss)
    assert f"from {first.name_en} to {second.name_en}" in told(entry)


def test_while_a_status_is_leaving_nobody_can_choose_it(
    boss: User, browser: Client, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "FEW", 0)
    first, second, third, *_rest = statuses(projects)
    Suggestion.objects.filter(status=third).update(moves_to=first)
    Module.objects.filter(pk=projects.pk).update(default_status=first)
    inside = make.datasheet(projects, actor=boss)
    outside = make.datasheet(projects, actor=boss, status=third)
    job = removing.start_removing(first.pk, second.pk, actor=boss)
    assert job is not None
    with pytest.raises(Refused, match="being removed"):
        move_to(outside.pk, first.pk, actor=boss)
    with pytest.raises(Refused, match="being removed"):
        make.datasheet(projects, actor=boss, status=first)
    projects.refresh_from_db()
    assert projects.default_status == second
    assert make.datasheet(projects, actor=boss).status == second
    assert {one.moves_to for one in Suggestion.objects.filter(status=third)} == {second}
    picker = browser.get(reverse("crm:status", args=[outside.pk])).content.decode()
    assert f'value="{first.pk}"' not in picker
    assert removing.start_removing(first.pk, second.pk, actor=boss) == job
    result = remove_status(job, lambda done: None)
    assert result == {"datasheets": 1}
    assert Datasheet.objects.get(pk=inside.pk).status == second
    assert not Status.objects.filter(pk=first.pk).exists()


def test_a_removal_that_was_killed_goes_on_where_it_was(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "FEW", 0)
    monkeypatch.setattr(removing, "BLOCK", 2)
    monkeypatch.setattr(removing, "PAUSE", 0)
    first, second, *_rest = statuses(projects)
    for _n in range(5):
        make.datasheet(projects, actor=boss)
    job = removing.start_removing(first.pk, second.pk, actor=boss)
    assert job is not None

    class Killed(Exception):
        pass

    def beat(done: int) -> None:
        job.done = done
        raise Killed

    with pytest.raises(Killed):
        remove_status(job, beat)
    assert Datasheet.objects.filter(status=first).count() == 3
    assert repair.check().clean
    assert remove_status(job, lambda done: None) == {"datasheets": 5}
    assert HistoryEntry.objects.filter(kind=EntryKind.STATUS).count() == 5
    assert repair.check().clean


def test_a_stopped_removal_can_be_kept_or_gone_on_with(
    boss: User, browser: Client, projects: Module
) -> None:
    first, second, *_rest = statuses(projects)
    make.datasheet(projects, actor=boss)
    Status.objects.filter(pk=first.pk).update(leaving_to=second)
    page = browser.get(f"{reverse('office:statuses', args=[projects.pk])}?status={first.pk}")
    assert "Go on removing it" in page.content.decode()
    browser.post(reverse("office:status_keep", args=[first.pk]))
    assert Status.objects.get(pk=first.pk).leaving_to is None
    Status.objects.filter(pk=first.pk).update(leaving_to=second)
    browser.post(reverse("office:status_remove", args=[first.pk]))
    assert not Status.objects.filter(pk=first.pk).exists()


def test_open_todos_are_kept_where_the_removal_closes_the_datasheet(
    boss: User, projects: Module
) -> None:
    first = statuses(projects)[0]
    won = next(one for one in statuses(projects) if one.meaning == "won")
    busy, bare = (make.datasheet(projects, actor=boss) for _ in range(2))
    todo = make.todo(busy, actor=boss)
    removing.start_removing(first.pk, won.pk, actor=boss)
    assert Datasheet.objects.get(pk=bare.pk).shelf == Shelf.CLOSED
    assert Datasheet.objects.get(pk=busy.pk).shelf == Shelf.OPEN
    finish_todo(todo.pk, actor=boss)
    assert Datasheet.objects.get(pk=busy.pk).shelf == Shelf.CLOSED
    assert repair.check().clean


def test_whoever_follows_a_removed_status_comes_to_where_its_datasheets_went(
    boss: User, projects: Module
) -> None:
    first, second, third, *_rest = statuses(projects)
    removing.start_removing(first.pk, second.pk, actor=boss)
    Status.objects.filter(pk=second.pk).update(leaving_to=third)
    with transaction.atomic():
        assert hold_or_follow(first.pk, projects.pk) == third
        with pytest.raises(Refused):
            hold_or_follow(987654, projects.pk)


def test_a_stopped_job_leaves_a_status_that_can_be_chosen_again(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "FEW", 0)
    first, second, *_rest = statuses(projects)
    make.datasheet(projects, actor=boss)
    job = removing.start_removing(first.pk, second.pk, actor=boss)
    assert job is not None

    def stop(done: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        remove_status(job, stop)
    assert Status.objects.get(pk=first.pk).leaving_to is None
    assert make.datasheet(projects, actor=boss, status=first).status == first
    assert repair.check().clean
