"""A module's page: the list in bands, what narrows it, more of it, and what changes under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm import lists
from crm.actions.datasheets import hand_over, trash
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo, postpone_todo
from crm.models import Datasheet, Email, Phone
from modules.models import Module
from tests import make
from tests.budgets import within_budget

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}
BANDS = {
    "late": "2026-11-12 09:00",
    "today": "2026-11-24 16:30",
    "tomorrow": "2026-11-25 08:30",
    "week": "2026-11-27 09:30",
    "next-week": "2026-12-03 09:00",
    "next-month": "2026-12-14 11:00",
    "later": "2027-03-03 09:00",
}


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False):
        yield


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


def sheet_due(module: Module, actor: User, due: str, **fields: Any) -> Datasheet:
    sheet = make.datasheet(module, actor=actor, **fields)
    make.todo(sheet, actor=actor, due_at=make.at(due))
    return sheet


def get(browser: Browser, address: str, **headers: str) -> str:
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def part(browser: Browser, address: str, **headers: str) -> str:
    return get(browser, address, **{**HX, **headers})


def ids(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<article class="row" id="datasheet-(\d+)"', html)]


def row_of(html: str, sheet: Datasheet) -> str:
    found = re.search(rf'<article class="row" id="datasheet-{sheet.pk}".*?</article>', html, re.S)
    assert found
    return found.group()


def headings(html: str) -> list[str]:
    return re.findall(r'<section class="group"[^>]* id="band-([a-z-]+)"', html)


def next_page(html: str) -> str | None:
    found = re.search(r'<a class="more" href="([^"]+)"', html)
    return unescape(found.group(1)) if found else None


# The list


def test_the_list_stands_in_bands_in_the_order_of_the_next_todo(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheets = {band: sheet_due(projects, manager, due) for band, due in reversed(BANDS.items())}
    sheets["none"] = make.datasheet(projects, actor=manager)
    html = get(browser, "/m/projects/")
    assert headings(html) == [*BANDS, "none"]
    assert ids(html) == [sheets[band].pk for band in (*BANDS, "none")]
    for band, sheet in sheets.items():
        assert f'data-due="{band}"' in row_of(html, sheet).split(">")[0]
    assert "12 days late" in row_of(html, sheets["late"])
    assert "oldest 12 days" in html
    assert "Tue 24 November" in html


def test_the_ribbon_counts_every_band_and_the_tree_every_status(
    browser: Browser, manager: User, projects: Module
) -> None:
    for _ in range(2):
        sheet_due(projects, manager, BANDS["late"])
    make.datasheet(projects, actor=manager)
    html = get(browser, "/m/projects/")
    assert re.search(r'id="to-late"[^>]*>Overdue <b>2</b>', html)
    assert re.search(r'id="to-none"[^>]*>.*?No todo <b>1</b>', html, re.S)
    assert "to-today" not in html
    first = make.status(projects)
    item = re.search(rf'id="to-status-{first.pk}".*?</a>', html, re.S)
    assert item
    assert "2 late" in item.group()
    assert '<span class="tree-n">3</span>' in item.group()


def test_a_closed_group_is_folded_until_one_looks_at_it(
    browser: Browser, manager: User, projects: Module
) -> None:
    closed = projects.statuses.filter(meaning="won")[0].group
    folded = re.compile(rf'id="group-{closed.pk}" hidden')
    assert folded.search(get(browser, "/m/projects/"))
    assert not folded.search(get(browser, f"/m/projects/?group={closed.key}"))


def test_without_a_datasheet_the_page_shows_two_ways_on(
    browser: Browser, manager: User, projects: Module
) -> None:
    html = get(browser, "/m/projects/")
    assert "No open datasheets here" in html
    assert "/import/" in html.partition('class="empty"')[2]
    normal = get(of(make.user("normal")), "/m/projects/")
    assert "/import/" not in normal.partition('class="empty"')[2]
    sheet = make.datasheet(projects, actor=manager)
    move_to(sheet.pk, projects.statuses.filter(meaning="won")[0].pk, actor=manager)
    html = get(browser, "/m/projects/")
    assert "Show the 1 closed datasheet" in html
    assert ids(get(browser, "/m/projects/?group=closed")) == [sheet.pk]


def test_the_meter_of_today_counts_what_one_did_oneself(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet_due(projects, manager, BANDS["today"])
    other = make.user("normal")
    for user in (manager, manager, other):
        todo = make.todo(make.datasheet(projects, actor=manager), actor=manager)
        finish_todo(todo.pk, actor=user)
    html = get(browser, "/m/projects/")
    assert "2 done" in html
    assert 'aria-label="2 of 3 done"' in html


# What narrows it


def test_status_and_group_narrow_the_list_by_key_and_by_id(
    browser: Browser, manager: User, projects: Module
) -> None:
    first, *_between = projects.statuses.in_order()
    second = projects.statuses.in_order().exclude(group=first.group)[0]
    here = make.datasheet(projects, actor=manager, status=first)
    there = make.datasheet(projects, actor=manager, status=second)
    assert ids(get(browser, f"/m/projects/?status={first.key}")) == [here.pk]
    assert ids(get(browser, f"/m/projects/?status={first.pk}")) == [here.pk]
    assert ids(get(browser, f"/m/projects/?group={second.group.key}")) == [there.pk]


def test_a_band_narrows_the_list_and_the_ribbon_stays_whole(
    browser: Browser, manager: User, projects: Module
) -> None:
    late = sheet_due(projects, manager, BANDS["late"])
    sheet_due(projects, manager, BANDS["tomorrow"])
    html = get(browser, "/m/projects/?band=late")
    assert ids(html) == [late.pk]
    assert re.search(r'id="to-tomorrow"[^>]*>Tomorrow <b>1</b>', html)
    assert re.search(r'id="to-late"[^>]*aria-current="true"', html)


@pytest.mark.parametrize(
    "said",
    [
        "status=nothing",
        "group=99999999999999999999",
        "who=somebody",
        "who=99999999999999999999999",
        "who=-1",
        "band=yesterday",
        "after=%00%ff",
        "after=AAAA",
        "status=%27;--&group=%00&who=²&band=",
    ],
)
def test_what_an_address_says_wrongly_is_left_out(
    browser: Browser, manager: User, projects: Module, said: str
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    assert ids(get(browser, f"/m/projects/?{said}")) == [sheet.pk]
    assert ids(part(browser, f"/m/projects/rows/?{said}")) == [sheet.pk]


def test_a_band_without_days_today_is_empty(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet_due(projects, manager, "2026-11-29 10:00")
    with time_machine.travel("2026-11-28T09:00:00Z", tick=False):
        html = get(of(manager), "/m/projects/?band=week")
    assert ids(html) == []
    assert "Nothing stands here" in html


def test_the_responsible_is_chosen_and_remembered_by_module(
    browser: Browser, manager: User, projects: Module
) -> None:
    other = make.user("normal", family_name="Tóth", given_name="Balázs")
    mine = make.datasheet(projects, actor=manager)
    theirs = make.datasheet(projects, actor=manager, responsible=other)
    nobodys = make.datasheet(projects, actor=manager, responsible=None)
    assert ids(get(browser, "/m/projects/?who=unassigned")) == [nobodys.pk]
    assert ids(get(browser, f"/m/projects/?who={other.pk}")) == [theirs.pk]
    assert "Tóth Balázs" in get(browser, f"/m/projects/?who={other.pk}")
    assert ids(get(browser, "/m/projects/?who=me")) == [mine.pk]
    assert ids(get(browser, "/m/projects/")) == [mine.pk]
    assert len(ids(get(browser, "/m/projects/?who=everyone"))) == 3
    assert len(ids(get(browser, "/m/projects/"))) == 3
    assert len(ids(get(of(manager), "/m/projects/"))) == 3


def test_the_address_opened_anew_shows_the_same(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet_due(projects, manager, BANDS["late"])
    get(browser, "/m/projects/?who=me")
    html = get(browser, f"/m/projects/?status={make.status(projects).key}")
    found = re.search(r'id="to-late"[^>]*hx-get="([^"]+)"', html)
    assert found
    address = unescape(found.group(1))
    assert parse_qs(urlsplit(address).query)["who"] == ["me"]
    assert ids(get(of(manager), address)) == ids(part(browser, address))


def test_htmx_gets_the_list_with_ribbon_and_tree(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    html = part(browser, "/m/projects/?who=me")
    assert ids(html) == [sheet.pk]
    assert "<html" not in html
    assert html.lstrip().startswith('<div id="list"')
    for again in ("ribbon", "side", "to-statuses"):
        assert re.search(rf'id="{again}"[^>]*hx-swap-oob="true"', html)


# Who sees what


def test_a_module_one_may_not_use_is_not_found(browser: Browser, projects: Module) -> None:
    projects.limited = True
    projects.save()
    stranger = of(make.user("normal"))
    for address in ("", "rows/", "statuses/", "people/"):
        assert stranger.get(f"/m/projects/{address}").status_code == 404
        assert browser.get(f"/m/nothing/{address}").status_code == 404
    assert browser.get("/m/projects/").status_code == 404
    assert of(make.user("administrator")).get("/m/projects/").status_code == 200


def test_a_restricted_user_sees_and_counts_their_own_and_nobodys(
    manager: User, projects: Module
) -> None:
    restricted = make.user("restricted")
    mine = make.datasheet(projects, actor=restricted)
    nobodys = make.datasheet(projects, actor=manager, responsible=None)
    make.datasheet(projects, actor=manager)
    browser = of(restricted)
    html = get(browser, "/m/projects/")
    assert ids(html) == [mine.pk, nobodys.pk]
    assert "All I see <small>2</small>" in html
    assert "Choose a person" not in html
    assert browser.get("/m/projects/people/").status_code == 404
    assert ids(get(browser, f"/m/projects/?who={manager.pk}")) == [mine.pk, nobodys.pk]


def test_others_choose_a_person_from_those_who_may_use_the_module(
    browser: Browser, manager: User, projects: Module
) -> None:
    normal = make.user("normal", family_name="Ódor", given_name="Ábel")
    former = make.user("normal", family_name="Régi", given_name="Ede", is_active=False)
    html = part(browser, "/m/projects/people/?who=me&band=late")
    assert normal.full_name in html
    assert former.full_name not in html
    assert f"?who={normal.pk}&amp;band=late" in html
    assert normal.full_name in get(browser, "/m/projects/people/")


def test_what_lies_in_the_trash_is_in_no_list(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = sheet_due(projects, manager, BANDS["late"])
    trash(sheet.pk, actor=manager)
    html = get(browser, "/m/projects/")
    assert ids(html) == []
    assert "to-late" not in html


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
