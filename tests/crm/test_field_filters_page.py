"""Narrowing a module's list by fields: the menu, the small form, the chips, the rows."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm import field_filters, lists
from crm.actions.values import set_value
from modules.fieldtypes import type_of
from modules.models import FieldType, Module
from tests import make
from tests.budgets import within_budget
from tests.crm.module_page.reading import get, ids, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects(manager: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(manager: User) -> Browser:
    browser = Browser()
    browser.force_login(manager)
    return browser


def test_the_filter_is_made_in_a_menu_and_a_small_form(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "choice", label_en="Finish", choices=("Oak", "Pine"))
    oak = field.choices.get(name_en="Oak")
    sheets = [make.datasheet(projects, actor=manager) for _ in range(3)]
    set_value(sheets[1], field.pk, oak.pk, actor=manager)
    html = get(browser, "/m/projects/?who=everyone")
    assert "/m/projects/filter/?who=everyone" in html
    assert "Finish" in part(browser, "/m/projects/filter/?who=everyone")
    url = f"/m/projects/filter/{field.pk}/"
    form = part(browser, f"{url}?who=everyone")
    assert "is one of" in form
    several = part(browser, f"{url}?who=everyone&op=one_of&again=1")
    assert several.count('type="checkbox"') == 2
    wrong = browser.get(f"{url}?who=everyone&op=is&value=", headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    on = browser.get(f"{url}?who=everyone&op=is&value={oak.pk}")
    assert on["Location"] == f"/m/projects/?who=everyone&f{field.pk}=is%3A{oak.pk}"
    html = get(browser, on["Location"])
    assert ids(html) == [sheets[1].pk]
    assert "Finish:" in html
    assert "filter by Finish" in html
    off = re.search(r'<span class="filter-chip">.*?<a href="([^"]+)" hx-get', html, re.S)
    assert off
    assert len(ids(get(browser, off[1].replace("&amp;", "&")))) == 3


@pytest.mark.parametrize("kind", list(FieldType.values))
def test_every_type_and_operator_has_its_form(
    kind: str, browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, kind, choices=("Oak", "Pine"))
    choice = field.choices.first()
    value = {
        "text": "a", "long_text": "a", "link": "a", "whole": "3", "decimal": "3.5", "money": "3",
        "number": "3", "date": "2026-12-18", "moment": "2026-12-18", "yes_no": "0", "file": "",
        "choice": str(choice.pk if choice else ""), "choices": str(choice.pk if choice else ""),
        "user": str(manager.pk),
    }[kind]  # fmt: skip
    for operator in type_of(field).operators:
        url = f"/m/projects/filter/{field.pk}/?op={operator}"
        assert part(browser, f"{url}&again=1")
        on = browser.get(f"{url}&value={value}&until=")
        assert on.status_code == 303, operator
        html = get(browser, on["Location"])
        assert 'class="filter-chip"' in html, operator
        again = urlsplit(on["Location"]).query
        assert part(browser, f"/m/projects/filter/{field.pk}/?{again}")


def test_a_list_narrowed_to_nothing_says_so(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "text")
    make.datasheet(projects, actor=manager)
    html = get(browser, f"/m/projects/?f{field.pk}=is:semmi")
    assert "No datasheet fits what you have chosen." in html
    assert "/m/projects/?who=everyone" in html


def test_a_row_that_passes_no_more_leaves_the_list(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=manager)
    todo = make.todo(sheet, actor=manager)
    set_value(sheet, field.pk, "Igen", actor=manager)
    seen = {
        "HX-Request": "true",
        "HX-Current-URL": f"http://testserver/m/projects/?f{field.pk}=is:igen",
    }
    url = f"/todos/{todo.pk}/postpone/"
    body = {"to": "2030-01-07", "place": "row", "when": "2030-01-07"}
    stays = browser.post(url, body, headers=seen).content.decode()
    assert f'id="datasheet-{sheet.pk}"' in stays
    set_value(sheet, field.pk, "Nem", actor=manager)
    body["when"] = body["to"] = "2030-01-08"
    gone = browser.post(url, body, headers=seen).content.decode()
    assert f'<article class="row" id="datasheet-{sheet.pk}"' not in gone


def test_rows_show_the_fields_of_the_list(
    browser: Browser, manager: User, projects: Module
) -> None:
    field = make.field(projects, "whole", in_list=True)
    make.field(projects, "text", in_list=False)
    sheet = make.datasheet(projects, actor=manager, name="Tölgyfa polc")
    set_value(sheet, field.pk, 3200, actor=manager)
    html = get(browser, "/m/projects/")
    assert '<span class="row-value">3' in html
    assert "Tölgyfa polc · " in html


@pytest.mark.parametrize("walked", [False, True])
def test_a_narrowed_page_with_fields_costs_no_more(
    walked: bool, browser: Browser, manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = make.field(
        projects, "whole", in_list=True, required="from", required_from=make.status(projects)
    )
    wood = make.field(projects, "choice", choices=("Oak", "Pine"))
    oak = wood.choices.get(name_en="Oak")
    for i in range(60):
        sheet = make.datasheet(projects, actor=manager)
        set_value(sheet, shown.pk, i, actor=manager)
        set_value(sheet, wood.pk, oak.pk, actor=manager)
    if walked:
        monkeypatch.setattr(field_filters, "FEW", 5)
    get(browser, "/m/projects/")
    url = f"/m/projects/?f{wood.pk}=is:{oak.pk}&f{shown.pk}=between:0.."
    with within_budget("module page"):
        html = get(browser, url)
    assert len(ids(html)) == lists.PAGE
