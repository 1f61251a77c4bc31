"""A field that only some roles see doesn't exist for the others, anywhere."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client as Browser

from accounts.models import User
from crm.actions.undo import undo
from crm.actions.values import set_value
from crm.models import Datasheet, FieldValue, HistoryEntry
from modules.models import About, Field, Module
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}
OFFICE = ["administrator", "manager"]


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects(manager: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def margin(projects: Module) -> Field:
    return make.field(
        projects, "text", label_en="Margin", seen_by=OFFICE, in_list=True, required="always"
    )


@pytest.fixture
def sheet(projects: Module, manager: User) -> Datasheet:
    return make.datasheet(projects, actor=manager, responsible=None)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("role", ["normal", "restricted"])
def test_it_is_on_no_page_of_theirs(
    role: str, manager: User, margin: Field, sheet: Datasheet
) -> None:
    set_value(sheet, margin.pk, "Titkos árrés", actor=manager)
    other = of(make.user(role))
    pages = (
        f"/d/{sheet.pk}/", f"/d/{sheet.pk}/history/", f"/c/{sheet.client_id}/", "/m/projects/",
        "/m/projects/?who=everyone",
        f"/m/projects/?f{margin.pk}=contains:titkos", "/m/projects/filter/",
        "/clients/new/?module=projects",
    )  # fmt: skip
    for url in pages:
        for headers in ({}, HX):
            text = other.get(url, headers=headers, follow=True).content.decode()
            assert "Titkos árrés" not in text, url
            assert "Margin" not in text, url
    mine = of(manager)
    for url in pages[:1] + pages[3:7]:
        assert (
            "Margin" in mine.get(url).content.decode() or "Titkos" in mine.get(url).content.decode()
        )


@pytest.mark.parametrize("role", ["normal", "restricted"])
def test_it_is_not_reached_by_its_address(
    role: str, manager: User, projects: Module, margin: Field, sheet: Datasheet
) -> None:
    entry = set_value(sheet, margin.pk, "Titkos", actor=manager)
    secret = make.field(projects, "file", seen_by=OFFICE)
    set_value(sheet, secret.pk, SimpleUploadedFile("a.txt", b"a"), actor=manager)
    user = make.user(role)
    other = of(user)
    kept = FieldValue.objects.get(field=secret)
    assert other.get(f"/d/{sheet.pk}/fields/{margin.pk}/").status_code == 404
    assert other.post(f"/d/{sheet.pk}/fields/{margin.pk}/", {"value": "x"}).status_code == 404
    assert other.get(f"/files/fields/{kept.pk}/").status_code == 404
    assert other.get(f"/m/projects/filter/{margin.pk}/").status_code == 404
    assert other.post(f"/history/{entry.pk if entry else 0}/undo/").status_code == 404
    with pytest.raises(Http404):
        undo(entry.pk if entry else 0, actor=user)


def test_a_filter_by_it_narrows_nothing(manager: User, margin: Field, sheet: Datasheet) -> None:
    set_value(sheet, margin.pk, "Titkos", actor=manager)
    url = f"/m/projects/?who=everyone&f{margin.pk}=contains:"
    row = f'id="datasheet-{sheet.pk}"'
    normal = of(make.user("normal"))
    assert row in normal.get(f"{url}semmi").content.decode()
    assert row not in of(manager).get(f"{url}semmi").content.decode()
    assert row in of(manager).get(f"{url}titk").content.decode()


def test_a_status_doesnt_ask_them_for_it(manager: User, projects: Module) -> None:
    target = projects.statuses.order_by("group__order", "order")[1]
    make.field(projects, "text", label_en="Margin", seen_by=OFFICE, required="from",
               required_from=target)  # fmt: skip
    sheet = make.datasheet(projects, actor=manager)
    normal = of(make.user("normal"))
    answer = normal.post(f"/d/{sheet.pk}/status/", {"to": target.pk}, headers=HX)
    assert "Margin" not in answer.content.decode()
    sheet.refresh_from_db()
    assert sheet.status_id == target.pk


def test_the_count_of_the_history_leaves_it_out(
    manager: User, margin: Field, projects: Module, sheet: Datasheet
) -> None:
    open_to_all = make.field(projects, "text")
    before = HistoryEntry.objects.visible_to(manager).count()
    set_value(sheet, margin.pk, "Titkos", actor=manager)
    set_value(sheet, open_to_all.pk, "Nyílt", actor=manager)
    assert HistoryEntry.objects.visible_to(manager).count() == before + 2
    assert HistoryEntry.objects.visible_to(make.user("normal")).count() == before + 1


def test_a_removed_field_is_gone_for_all_and_its_entries_keep_their_readers(
    manager: User, margin: Field, sheet: Datasheet
) -> None:
    from django.utils import timezone

    set_value(sheet, margin.pk, "Titkos", actor=manager)
    margin.removed_at = timezone.now()
    margin.save()
    assert 'id="fields"' not in of(manager).get(f"/d/{sheet.pk}/").content.decode()
    assert "Titkos" in of(manager).get(f"/d/{sheet.pk}/").content.decode()
    assert "Titkos" not in of(make.user("normal")).get(f"/d/{sheet.pk}/").content.decode()


def test_client_fields_are_hidden_too(manager: User) -> None:
    make.module("projects")
    field = make.field(None, "text", about=About.CLIENT, label_en="Rating", seen_by=["manager"])
    client = make.client()
    set_value(client, field.pk, "Ötös", actor=manager)
    normal = of(make.user("normal")).get(f"/c/{client.pk}/").content.decode()
    assert "Rating" not in normal
    assert "Ötös" not in normal
    assert "Ötös" in of(manager).get(f"/c/{client.pk}/").content.decode()
