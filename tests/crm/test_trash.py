"""The trash: out of every list, back as it was, and gone for good only by an administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions import repair
from crm.actions.datasheets import restore, trash
from crm.constants import EntryKind, Shelf, TodoState
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def administrator() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def listed(user: User) -> str:
    return of(user).get("/trash/").content.decode()


def test_everyone_trashes_what_they_see_and_finds_the_way_back(
    administrator: User, projects: Module
) -> None:
    normal = make.user("normal")
    sheet = make.datasheet(projects, actor=administrator, name="Pincebővítés")
    todo = make.todo(sheet, actor=administrator)
    answer = of(normal).post(f"/d/{sheet.pk}/trash/", headers=HX)
    assert "/m/projects/" in answer["HX-Location"]
    assert Todo.objects.get().state == TodoState.FROZEN
    assert of(normal).get(f"/d/{sheet.pk}/").status_code == 404
    assert "Pincebővítés" in listed(normal)
    back = of(normal).post(f"/trash/{sheet.pk}/restore/")
    assert back["Location"] == f"/d/{sheet.pk}/"
    assert Datasheet.objects.get().next_todo == todo
    assert repair.check().clean


def test_others_trash_is_for_administrators_and_managers(
    administrator: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=administrator, name="Pincebővítés", responsible=None)
    trash(sheet.pk, actor=administrator)
    for role in ("normal", "restricted"):
        user = make.user(role)
        assert "Pincebővítés" not in listed(user)
        assert of(user).post(f"/trash/{sheet.pk}/restore/").status_code == 404
        assert of(user).get(f"/trash/{sheet.pk}/purge/").status_code == 404
    manager = make.user("manager")
    assert "Pincebővítés" in listed(manager)
    assert of(manager).post(f"/trash/{sheet.pk}/restore/").status_code == 303
    assert Datasheet.objects.get().shelf == Shelf.OPEN


def test_after_thirty_days_nothing_comes_back(administrator: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=administrator)
    trash(sheet.pk, actor=administrator)
    Datasheet.objects.update(trashed_at=timezone.now() - timedelta(days=31))
    assert "more than 30 days" in listed(administrator)
    answer = of(administrator).post(f"/trash/{sheet.pk}/restore/", headers=HX)
    assert answer.status_code == 409


def test_only_an_administrator_purges_and_only_after_a_question(
    administrator: User, projects: Module
) -> None:
    manager = make.user("manager")
    sheet = make.datasheet(projects, actor=manager)
    make.todo(sheet, actor=manager)
    trash(sheet.pk, actor=manager)
    url = f"/trash/{sheet.pk}/purge/"
    assert of(manager).get(url).status_code == 403
    assert of(manager).post(url, {"sure": "1"}).status_code == 403
    assert "Nobody can bring it back" in of(administrator).get(url).content.decode()
    of(administrator).post(url)
    assert Datasheet.objects.count() == 1
    assert of(administrator).post(url, {"sure": "1"}).status_code == 303
    assert not Datasheet.objects.exists()
    assert not Todo.objects.exists()
    assert not HistoryEntry.objects.exists()
    assert repair.check().clean


def test_a_live_datasheet_is_not_purged(administrator: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=administrator)
    assert of(administrator).post(f"/trash/{sheet.pk}/purge/", {"sure": "1"}).status_code == 404
    assert of(administrator).post(f"/trash/{sheet.pk}/restore/").status_code == 404


def test_trashing_twice_and_restoring_twice_is_not_found(
    administrator: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=administrator)
    browser = of(administrator)
    assert browser.post(f"/d/{sheet.pk}/trash/").status_code == 303
    assert browser.post(f"/d/{sheet.pk}/trash/").status_code == 404
    assert browser.post(f"/trash/{sheet.pk}/restore/").status_code == 303
    assert browser.post(f"/trash/{sheet.pk}/restore/").status_code == 404


def test_the_trash_is_paged(administrator: User, projects: Module) -> None:
    for number in range(52):
        sheet = make.datasheet(projects, actor=administrator, name=f"Ügy {number:02}")
        trash(sheet.pk, actor=administrator)
    text = listed(administrator)
    assert "Ügy 51" in text
    assert "Ügy 01" not in text
    after = text.split("?after=")[1].split('"')[0]
    rest = of(administrator).get(f"/trash/?after={after}").content.decode()
    assert "Ügy 01" in rest
    assert "Ügy 02" not in rest


def test_who_lost_sight_of_it_meanwhile_isnt_responsible_once_it_is_back(
    administrator: User, projects: Module
) -> None:
    left = make.user("normal")
    sheet = make.datasheet(projects, actor=left)
    todo = make.todo(sheet, actor=left)
    trash(sheet.pk, actor=left)
    Module.objects.filter(pk=projects.pk).update(limited=True)
    restore(sheet.pk, actor=administrator)
    sheet.refresh_from_db()
    todo.refresh_from_db()
    assert (sheet.responsible, todo.responsible) == (None, administrator)
    told = HistoryEntry.objects.get(datasheet=sheet, kind=EntryKind.RESPONSIBLE)
    assert (told.data["from"], told.data["to"]) == (left.pk, None)
    assert repair.check().clean
