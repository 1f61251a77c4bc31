"""The company's own fields on the records: shown, edited in their place, told in the history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser

from accounts.models import User
from crm.actions.undo import undo
from crm.actions.values import set_value
from crm.constants import EntryKind
from crm.errors import Conflict, Refused
from crm.models import Datasheet, FieldValue, HistoryEntry
from crm.value_rows import read
from modules.fieldtypes import StoredFile, type_of
from modules.models import About, Field, FieldGroup, FieldType, Module
from tests import make
from tests.budgets import within_budget

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def uploads(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(manager: User) -> Browser:
    return of(manager)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def entries(sheet: Datasheet) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(datasheet=sheet, kind=EntryKind.FIELD).order_by("pk"))


def page(browser: Browser, url: str, **headers: str) -> str:
    answer = browser.get(url, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


# Every type


def sample(kind: str, field: Field, user: User) -> Any:
    choices = list(field.choices.order_by("order"))
    return {
        "text": "Árvíztűrő tükörfúrógép",
        "long_text": "Első sor\n\nHarmadik <b>sor</b>",
        "whole": 3200,
        "decimal": Decimal("12.5"),
        "money": Decimal(4850000),
        "date": date(2026, 12, 18),
        "moment": datetime(2026, 12, 18, 13, 30, tzinfo=UTC),
        "yes_no": False,
        "choice": choices[0].pk if choices else None,
        "choices": tuple(choice.pk for choice in choices[:2]),
        "link": "https://www.example.com/a?b=c",
        "file": SimpleUploadedFile("ajánlat.pdf", b"%PDF-1.7 minta"),
        "user": user.pk,
    }[kind]


@pytest.mark.parametrize("kind", [key for key in FieldType.values if key != "number"])
def test_a_value_of_each_type_is_saved_shown_told_and_taken_back(
    browser: Browser, manager: User, projects: Module, kind: str
) -> None:
    field = make.field(projects, kind, label_en="Asked", choices=("Oak", "Pine", "Beech"))
    sheet = make.datasheet(projects, actor=manager)
    value = sample(kind, field, manager)
    entry = set_value(sheet, field.pk, value, actor=manager)
    kept = read(sheet, field)
    if kind == "file":
        assert isinstance(kept, StoredFile)
        assert kept.original == "ajánlat.pdf"
        assert "ajánlat" not in kept.name
    else:
        assert kept == value
        assert type(kept) is type(value)
        assert set_value(sheet, field.pk, value, actor=manager) is None
    text = page(browser, f"/d/{sheet.pk}/")
    assert "Asked" in text
    assert "<b>sor</b>" not in text
    for language in ("hu", "en"):
        manager.language = language
        manager.save()
        assert "Asked" in page(of(manager), f"/d/{sheet.pk}/history/", **HX)
    assert entry is not None
    undo(entry.pk, actor=manager)
    assert read(sheet, field) is None


def test_values_are_shown_as_a_person_expects(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    for kind in ("money", "date", "yes_no", "choice", "link", "user"):
        field = make.field(projects, kind, choices=("Oak, oiled", "Pine"))
        set_value(sheet, field.pk, sample(kind, field, manager), actor=manager)
    text = page(browser, f"/d/{sheet.pk}/")
    plain = text.replace("\xa0", " ").replace("\u202f", " ").replace("&nbsp;", " ")
    assert "4 850 000 Ft" in plain or "4,850,000 Ft" in plain
    assert "18 Dec" in text or "18 December" in text
    assert ">No<" in text
    assert "Oak, oiled" in text
    assert 'target="_blank" rel="noopener noreferrer"' in text
    assert "www.example.com" in text


def test_fields_stand_in_their_groups_in_the_companys_order(
    browser: Browser, manager: User, projects: Module
) -> None:
    offer = FieldGroup.objects.create(
        about=About.DATASHEET, module=projects, name_en="Offer", order=1
    )
    make.field(projects, "text", label_en="Third", group=offer, order=1)
    make.field(projects, "text", label_en="Second", group=offer, order=0)
    make.field(projects, "text", label_en="First", order=9)
    text = page(browser, f"/d/{make.datasheet(projects, actor=manager).pk}/")
    places = [text.index(word) for word in (">First<", ">Offer<", ">Second<", ">Third<")]
    assert places == sorted(places)


# In its place


def test_a_field_is_edited_in_its_place(browser: Browser, manager: User, projects: Module) -> None:
    field = make.field(projects, "whole", label_en="Bottles")
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    form = page(browser, url, **HX)
    assert form.lstrip().startswith('<div class="value"')
    assert "data-value-form" in form
    saved = browser.post(url, {"value": "3 200", "was": "null"}, headers=HX)
    text = saved.content.decode()
    assert saved.status_code == 200
    assert f'id="field-{field.pk}"' in text
    assert 'id="history" hx-swap-oob="true"' in text
    assert read(sheet, field) == 3200
    assert "3" in page(browser, f"{url}?cancel=1", **HX)
    assert [e.data["to"] for e in entries(sheet)] == [3200]


def test_without_scripts_the_form_is_a_page_that_leads_back(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    assert "<!doctype html>" in page(browser, url).lower()
    sent = browser.post(url, {"value": "Tölgy", "was": "null"})
    assert sent.status_code == 303
    assert sent["Location"] == f"/d/{sheet.pk}/"
    assert "Tölgy" in page(browser, f"/d/{sheet.pk}/")


def test_what_is_typed_wrong_comes_back_as_it_was_typed(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "whole")
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    answer = browser.post(url, {"value": "sok", "was": "null"}, headers=HX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="sok"' in text
    assert 'aria-invalid="true"' in text
    assert read(sheet, field) is None


def test_the_second_of_two_is_told_with_both_values(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=manager)
    other = make.user("normal")
    set_value(sheet, field.pk, "Fenyő", actor=other)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    told = browser.post(url, {"value": "Tölgy", "was": "null"}, headers=HX)
    text = told.content.decode()
    assert told.status_code == 422
    assert "Fenyő" in text
    assert 'value="Tölgy"' in text
    assert read(sheet, field) == "Fenyő"
    assert "&quot;Feny\\u0151&quot;" in text
    kept = browser.post(url, {"value": "Tölgy", "was": '"Fenyő"'}, headers=HX)
    assert kept.status_code == 200
    assert read(sheet, field) == "Tölgy"


def test_two_fields_are_edited_by_two_people_without_a_word(
    manager: User, projects: Module
) -> None:
    one, two = make.field(projects, "text"), make.field(projects, "text")
    sheet = make.datasheet(projects, actor=manager)
    set_value(sheet, one.pk, "A", actor=manager, was=None)
    set_value(sheet, two.pk, "B", actor=make.user("normal"), was=None)
    with pytest.raises(Conflict):
        set_value(sheet, one.pk, "C", actor=manager, was=None)
    assert set_value(sheet, one.pk, "A", actor=manager, was=None) is None


def test_a_field_that_is_always_required_is_not_emptied(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "text", required="always")
    sheet = make.datasheet(projects, actor=manager)
    assert "data-missing" in page(browser, f"/d/{sheet.pk}/")
    set_value(sheet, field.pk, "Megvan", actor=manager)
    assert "data-missing" not in page(browser, f"/d/{sheet.pk}/")
    with pytest.raises(Refused):
        set_value(sheet, field.pk, None, actor=manager)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    assert browser.post(url, {"value": ""}, headers=HX).status_code == 422


def test_an_undo_is_refused_when_the_field_was_changed_since(
    manager: User, projects: Module
) -> None:
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=manager)
    first = set_value(sheet, field.pk, "A", actor=manager)
    second = set_value(sheet, field.pk, "B", actor=manager)
    assert first is not None
    assert second is not None
    with pytest.raises(Refused):
        undo(first.pk, actor=manager)
    undo(second.pk, actor=manager)
    assert read(sheet, field) == "A"


# Clients and contacts


def test_a_clients_fields_are_edited_on_its_page(browser: Browser, manager: User) -> None:
    field = make.field(None, "text", about=About.CLIENT, label_en="Cellar")
    client = make.client("Hegyalja Borház Kft.")
    assert "Cellar" in page(browser, f"/c/{client.pk}/")
    url = f"/c/{client.pk}/fields/{field.pk}/"
    browser.post(url, {"value": "Pince", "was": "null"}, headers=HX)
    saved = browser.post(url, {"value": "Borospince", "was": '"Pince"'}, headers=HX)
    assert "Undo" in saved.content.decode()
    text = page(browser, f"/c/{client.pk}/")
    assert "Borospince" in text
    assert "Nagy Eszter" in text
    entry = HistoryEntry.objects.filter(client=client, kind=EntryKind.FIELD).latest("pk")
    assert browser.post(f"/history/{entry.pk}/undo/").status_code == 303
    assert read(client, field) == "Pince"


def test_a_contacts_fields_are_in_its_form_and_its_line(browser: Browser, manager: User) -> None:
    field = make.field(None, "date", about=About.CONTACT, label_en="Birthday")
    client = make.client()
    contact = make.contact(client, family_name="Szabó", given_name="Anna")
    url = f"/contacts/{contact.pk}/"
    assert "Birthday" in page(browser, url, **HX)
    body = {"family_name": "Szabó", "given_name": "Anna", "version": contact.version}
    sent = browser.post(f"{url}?place=page", {**body, f"field-{field.pk}": "1980-05-04"})
    assert sent.status_code == 303
    assert read(contact, field) == date(1980, 5, 4)
    text = page(browser, f"/c/{client.pk}/")
    assert "Birthday" in text
    assert "Szabó Anna, Birthday" in text
    value = FieldValue.objects.get(field=field)
    assert (value.client_id, value.contact_id) == (client.pk, contact.pk)
    entry = HistoryEntry.objects.filter(kind=EntryKind.FIELD).latest("pk")
    undo(entry.pk, actor=manager)
    assert read(contact, field) is None


# Files


def test_a_file_is_served_to_those_who_see_the_record_and_never_opened(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "file", label_en="Drawing")
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/fields/{field.pk}/"
    evil = SimpleUploadedFile("rajz.png", b"<html><script>alert(1)</script>", "image/png")
    assert browser.post(url, {"value": evil, "was": "null"}, headers=HX).status_code == 200
    value = FieldValue.objects.get(field=field)
    answer = browser.get(f"/files/fields/{value.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "rajz.png" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "rajz.png" in page(browser, f"/d/{sheet.pk}/")
    restricted = make.user("restricted")
    assert of(restricted).get(f"/files/fields/{value.pk}/").status_code == 404


def test_a_refused_upload_leaves_no_file_behind(manager: User, projects: Module) -> None:
    field = make.field(projects, "file")
    sheet = make.datasheet(projects, actor=manager)
    set_value(sheet, field.pk, SimpleUploadedFile("a.txt", b"a"), actor=manager)
    with pytest.raises(Conflict), transaction.atomic():
        set_value(sheet, field.pk, SimpleUploadedFile("b.txt", b"b"), actor=manager, was=None)
    assert len(default_storage.listdir("fields")[1]) == 1


# Cost


def test_a_datasheet_with_fields_costs_no_more(manager: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=manager)
    for kind in FieldType.values:
        field = make.field(projects, kind, choices=("Oak", "Pine"))
        if kind != "number":
            set_value(sheet, field.pk, sample(kind, field, manager), actor=manager)
    browser = of(manager)
    with within_budget("datasheet"):
        page(browser, f"/d/{sheet.pk}/?list=who%3Deveryone&ask=1")


def test_every_type_can_be_read_and_written() -> None:
    assert {type_of(Field(type=key)).column for key in FieldType.values} == {
        "text", "number", "day", "moment", "choice", "person", "file",
    }  # fmt: skip
