"""A module's page: its rows, more of them, and what changes under one's eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm import lists
from crm.actions.datasheets import hand_over, trash
from crm.actions.statuses import move_to
from crm.actions.todos import postpone_todo
from crm.models import Datasheet, Email, Phone
from modules.models import Module
from tests import make
from tests.budgets import within_budget
from tests.crm.module_page.reading import (
    BANDS,
    HX,
    get,
    headings,
    ids,
    next_page,
    of,
    part,
    row_of,
    sheet_due,
)

pytestmark = pytest.mark.django_db


# Rows


def test_a_row_carries_every_action_as_a_real_form_or_link(
    browser: Browser, manager: User, projects: Module
) -> None:
    client = make.client("Hegyalja <Borház> Kft.")
    anna = make.contact(client, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=client, contact=anna, raw="06 30 412 7788")
    Email.objects.create(client=client, contact=anna, address="anna@example.com")
    sheet = make.datasheet(projects, actor=manager, client=client, main_contact=anna)
    todo = make.todo(sheet, actor=manager, text='Kérdés: "megjött?"')
    row = row_of(get(browser, "/m/projects/"), sheet)
    assert "Hegyalja &lt;Borház&gt; Kft." in row
    assert "Kérdés: &quot;megjött?&quot;" in row
    assert f'href="/d/{sheet.pk}/"' in row
    assert f'action="/todos/{todo.pk}/done/"' in row
    assert "csrfmiddlewaretoken" in row
    assert f'href="/todos/{todo.pk}/postpone/?place=row"' in row
    assert 'href="tel:+36304127788"' in row
    assert 'href="mailto:anna@example.com"' in row
    assert f'href="/d/{sheet.pk}/responsible/?place=row"' in row
    assert f'href="/d/{sheet.pk}/status/?place=row"' in row
    assert set(re.findall(r'data-key="(\w)"', row)) == set("epcmas")


def test_a_company_without_a_contacts_number_is_called_itself(
    browser: Browser, manager: User, projects: Module
) -> None:
    client = make.client()
    Phone.objects.create(client=client, raw="06 1 234 5678")
    sheet = make.datasheet(projects, actor=manager, client=client)
    assert 'href="tel:+3612345678"' in row_of(get(browser, "/m/projects/"), sheet)


def test_a_broken_chain_is_marked_and_planned_with_one_click(
    browser: Browser, manager: User, projects: Module
) -> None:
    status = next(one for one in projects.statuses.in_order() if one.suggestions.exists())
    sheet = make.datasheet(projects, actor=manager, status=status)
    row = row_of(get(browser, "/m/projects/"), sheet)
    assert "data-empty" in row
    suggestion = status.suggestions.in_order()[0]
    assert suggestion.text_en in unescape(row)
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', row))
    answer = browser.post(f"/d/{sheet.pk}/plan/", {k: unescape(v) for k, v in form.items()})
    assert answer.status_code == 303
    todo = sheet.todos.get()
    assert (todo.text, todo.responsible) == (suggestion.text_en, manager)
    assert todo.due_at > timezone.now()
    sheet.refresh_from_db()
    assert sheet.status == status


def test_no_todo_is_nothing_to_mark_where_none_is_expected(browser: Browser, manager: User) -> None:
    shop = make.module("webshop", slug="webshop")
    sheet = make.datasheet(shop, actor=manager)
    html = get(browser, "/m/webshop/")
    row = row_of(html, sheet)
    assert 'data-due="none"' in row.split(">")[0]
    assert "data-empty" not in row
    assert "the chain is broken" not in html


def test_a_status_that_follows_by_itself_is_no_button(browser: Browser, manager: User) -> None:
    sales = make.module("sales", slug="sales")
    sheet = make.datasheet(sales, actor=manager)
    assert "/status/" not in row_of(get(browser, "/m/sales/"), sheet)


# More rows


def test_every_row_comes_once_however_it_is_paged(
    browser: Browser, manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 4)
    for number in range(11):
        sheet = make.datasheet(projects, actor=manager)
        if number % 3:
            make.todo(sheet, actor=manager, due_at=make.at(BANDS["tomorrow"]))
    address: str | None = "/m/projects/"
    found: list[int] = []
    while address:
        html = get(browser, address)
        found += ids(html)
        address = next_page(html)
    assert found == [
        sheet.pk for sheet in Datasheet.objects.order_by("next_due_at", "pk") if sheet.shelf == 0
    ]


def test_a_band_goes_on_without_a_second_heading(
    browser: Browser, manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)
    for due in ("late", "late", "late", "late", "today"):
        sheet_due(projects, manager, BANDS[due])
    html = get(browser, "/m/projects/")
    more = re.search(r'hx-get="(/m/projects/rows/[^"]+)"', html)
    assert more
    html = part(browser, unescape(more.group(1)))
    assert headings(html) == ["today"]
    assert 'hx-swap-oob="beforeend:#band-late"' in html
    assert len(ids(html)) == 2
    assert '<span class="count">1</span>' in html


def test_the_count_of_a_band_that_begins_behind_the_page_is_whole(
    browser: Browser, manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    sheet_due(projects, manager, BANDS["late"])
    sheet_due(projects, manager, BANDS["late"])
    for _ in range(5):
        sheet_due(projects, manager, BANDS["later"])
    more = re.search(r'hx-get="(/m/projects/rows/[^"]+)"', get(browser, "/m/projects/"))
    assert more
    html = part(browser, unescape(more.group(1)))
    assert headings(html) == ["later"]
    assert '<span class="count">5</span>' in html


def test_rows_opened_in_a_browser_are_the_page(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    html = get(browser, "/m/projects/rows/")
    assert "<html" in html
    assert ids(html) == [sheet.pk]


# What a colleague changes


def live(html: str) -> tuple[str, str]:
    found = re.search(r'data-live="([^"]+)" data-live-version="([^"]+)"', html)
    assert found
    return unescape(found.group(1)), found.group(2)


def test_a_page_that_is_still_right_is_answered_with_nothing(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet_due(projects, manager, BANDS["today"])
    address, version = live(get(browser, "/m/projects/"))
    answer = browser.get(f"{address}&rows=1&version={version}", headers=HX)
    assert answer.status_code == 204


def test_a_colleagues_change_brings_the_list_again(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = sheet_due(projects, manager, BANDS["today"])
    colleague = make.user("normal")
    changes: list[Callable[[], object]] = [
        lambda: postpone_todo(
            sheet.todos.get().pk, make.at(BANDS["tomorrow"]), timed=True, actor=colleague
        ),
        lambda: hand_over(sheet.pk, colleague.pk, actor=colleague),
        lambda: move_to(sheet.pk, projects.statuses.in_order()[1].pk, actor=colleague),
        lambda: make.datasheet(projects, actor=colleague),
        lambda: trash(sheet.pk, actor=colleague),
    ]
    address, version = live(get(browser, "/m/projects/"))
    for change in changes:
        change()
        answer = browser.get(f"{address}&rows=2&version={version}", headers=HX)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert html.lstrip().startswith('<div id="list"')
        assert live(html)[1] != version
        version = live(html)[1]


def test_time_that_passes_brings_the_list_again(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet_due(projects, manager, BANDS["today"])
    address, version = live(get(browser, "/m/projects/"))
    with time_machine.travel("2026-11-24T15:31:00Z", tick=False):
        browser.force_login(manager)
        html = part(browser, f"{address}&rows=1&version={version}")
    assert headings(html) == ["late"]


def test_as_many_rows_come_again_as_were_there(
    browser: Browser, manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    for _ in range(5):
        make.datasheet(projects, actor=manager)
    for asked, came in (("4", 4), ("", 2), ("²", 2), ("99999999999", 5)):
        html = part(browser, f"/m/projects/?version=x&rows={asked}")
        assert len(ids(html)) == came


# After a change in a row


def changed(browser: Browser, address: str, page: str, **body: Any) -> str:
    headers = {**HX, "HX-Current-URL": f"http://testserver{page}"}
    answer = browser.post(address, {"place": "row", **body}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_done_in_a_row_asks_under_it_and_counts_again(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = sheet_due(projects, manager, BANDS["late"])
    todo = sheet.todos.get()
    html = changed(browser, f"/todos/{todo.pk}/done/", "/m/projects/?band=late")
    assert 'data-due="none"' in row_of(html, sheet).split(">")[0]
    assert re.search(rf'id="ask-{sheet.pk}" hx-swap-oob="true">\s*<section class="ask"', html)
    assert re.search(r'id="to-late"[^>]*>Overdue <b>0</b>', html)
    assert 'id="side" hx-swap-oob="true"' in html
    assert "Done:" in html


def test_a_row_that_left_the_list_goes_with_its_question(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    html = changed(browser, f"/d/{sheet.pk}/responsible/", "/m/projects/?who=me", to="")
    assert ids(html) == []
    assert f'id="ask-{sheet.pk}" hx-swap-oob="delete"' in html
    html = changed(
        browser, f"/d/{sheet.pk}/responsible/", "/m/projects/?who=everyone", to=str(manager.pk)
    )
    assert ids(html) == [sheet.pk]


def test_without_scripts_a_rows_button_leads_back_to_the_list(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = sheet_due(projects, manager, BANDS["late"])
    answer = browser.post(
        f"/d/{sheet.pk}/responsible/",
        {"place": "row", "to": ""},
        headers={"Referer": "http://testserver/m/projects/?band=late"},
    )
    assert answer.status_code == 303
    assert answer["Location"] == "/m/projects/?band=late"


# What it costs


@pytest.mark.parametrize("rows", [5, 60])
def test_the_queries_do_not_grow_with_the_rows(
    browser: Browser, manager: User, projects: Module, rows: int
) -> None:
    restricted = make.user("restricted")
    responsibles = [manager, restricted, None]
    for number in range(rows):
        client = make.client()
        sheet = make.datasheet(
            projects,
            actor=manager,
            client=client,
            main_contact=make.contact(client),
            responsible=responsibles[number % 3],
        )
        if number % 2:
            make.todo(sheet, actor=manager, due_at=make.at(list(BANDS.values())[number % 7]))
    get(browser, "/m/projects/")
    with within_budget("module page"):
        html = get(browser, "/m/projects/")
    address, version = live(html)
    with within_budget("rows"):
        part(browser, "/m/projects/rows/")
    more = re.search(r'hx-get="(/m/projects/rows/[^"]+)"', html)
    if more:
        with within_budget("rows"):
            part(browser, unescape(more.group(1)))
    with within_budget("live, unchanged"):
        assert browser.get(f"{address}&version={version}", headers=HX).status_code == 204
    with within_budget("live, changed"):
        part(browser, f"{address}&version=x")
    group = make.status(projects).group.key
    theirs = of(restricted)
    get(theirs, "/m/projects/")
    with within_budget("module page, group of statuses, restricted"):
        get(theirs, f"/m/projects/?group={group}&who=everyone")
