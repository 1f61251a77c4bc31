"""My day: one's own todos over all modules, and what stays where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from crm.actions.datasheets import hand_over, trash
from crm.actions.notes import write_down
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from crm.models import Contact, Datasheet, Email, Phone, Todo
from modules.models import Module
from tests import make
from tests.budgets import within_budget

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/my-day/"}


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24T08:00:00Z", tick=False):
        yield


@pytest.fixture
def eszter() -> User:
    make.company()
    return make.user("normal", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(eszter: User) -> Browser:
    return of(eszter)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def due(module: Module, user: User, when: str, text: str, **fields: Any) -> Todo:
    sheet = make.datasheet(module, actor=user, **fields)
    return make.todo(sheet, actor=user, due_at=make.at(when), text=text, responsible=user)


def get(browser: Browser, address: str = "/my-day/", **headers: str) -> str:
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def texts(html: str, *, gone: bool = False) -> list[str]:
    rows = re.findall(r'<article class="row".*?</article>', html, re.S)
    wanted = [row for row in rows if gone == ("data-gone" in row.split(">")[0])]
    return [re.findall(r'class="row-todo clip">([^<]*)<', row)[0] for row in wanted]


def card(html: str) -> str:
    found = re.search(r'<aside id="focus".*?</aside>', html, re.S)
    assert found
    return found.group()


def post(browser: Browser, address: str, **body: Any) -> str:
    answer = browser.post(address, {"place": "myday", **body}, headers=HX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_product_opens_on_my_day(browser: Browser) -> None:
    assert browser.get("/")["Location"] == "/my-day/"
    html = get(browser)
    assert "Nothing left for today." in html
    assert "Good morning, Eszter" in html
    assert "Tuesday 24 November" in html


def test_my_todos_of_all_modules_stand_in_the_order_in_which_they_are_due(
    browser: Browser, eszter: User, projects: Module
) -> None:
    helpdesk = make.module("helpdesk", slug="helpdesk")
    due(projects, eszter, "2026-11-24 14:00", "today")
    due(helpdesk, eszter, "2026-11-20 09:00", "late")
    due(projects, eszter, "2026-11-25 09:00", "tomorrow")
    due(projects, eszter, "2026-11-30 09:00", "in a week")
    due(projects, eszter, "2026-12-30 09:00", "far")
    other = make.user("normal")
    due(projects, other, "2026-11-24 14:00", "not mine")
    html = get(browser)
    assert texts(html) == ["late", "today"]
    assert re.search(r">1 overdue</b>, 1 for today, 0 done", html)
    assert texts(get(browser, "/my-day/?show=tomorrow")) == ["tomorrow"]
    assert texts(get(browser, "/my-day/?show=week")) == ["tomorrow", "in a week"]
    assert texts(get(browser, "/my-day/?show=nonsense&todo=x")) == ["late", "today"]
    assert re.search(r'id="show-week"[^>]*>Week <small>2</small>', html)


def test_a_todo_on_somebody_elses_datasheet_is_mine_too(
    browser: Browser, eszter: User, projects: Module
) -> None:
    other = make.user("normal")
    sheet = make.datasheet(projects, actor=other)
    make.todo(sheet, actor=other, responsible=eszter, due_at=make.at("2026-11-24 15:00"), text="x")
    assert texts(get(browser)) == ["x"]


def test_what_one_no_longer_sees_is_gone_from_the_day(eszter: User, projects: Module) -> None:
    restricted = make.user("restricted")
    kept = due(projects, restricted, "2026-11-24 15:00", "kept")
    lost = due(projects, restricted, "2026-11-24 15:00", "lost")
    thrown = due(projects, restricted, "2026-11-24 15:00", "thrown")
    hand_over(lost.datasheet_id, eszter.pk, actor=eszter)
    trash(thrown.datasheet_id, actor=eszter)
    assert texts(get(of(restricted))) == [kept.text]


def test_the_card_tells_whom_to_call_and_what_happened_so_far(
    browser: Browser, eszter: User, projects: Module
) -> None:
    client = make.client("Tisza-Trans Kft.")
    zoltan = make.contact(client, family_name="Lengyel", given_name="Zoltán", position="depot")
    Phone.objects.create(client=client, contact=zoltan, raw="+36 30 226 9015")
    Email.objects.create(client=client, contact=zoltan, address="zoltan@example.com")
    first = due(
        projects, eszter, "2026-11-23 09:00", "Call back", client=client, main_contact=zoltan
    )
    for text in ("one", "two", "three", "four"):
        write_down(first.datasheet_id, EntryKind.NOTE, text, actor=eszter)
    second = due(projects, eszter, "2026-11-24 15:00", "Second")
    html = card(get(browser))
    assert "Call back" in html
    assert "Lengyel Zoltán" in html
    assert 'href="tel:+36302269015"' in html
    assert 'href="mailto:zoltan@example.com"' in html
    assert "1 of 2" in html
    assert html.count("<li>") == 3
    assert "one" not in re.findall(r"<li>.*?</li>", html, re.S)[0]
    assert set(re.findall(r'data-key="(\w)"', html)) == set("ecm123d")
    chosen = get(browser, f"/my-day/?todo={second.pk}", **HX, **{"HX-Target": "focus"})
    assert chosen.lstrip().startswith('<aside id="focus"')
    assert "Second" in chosen
    assert "2 of 2" in chosen


def test_what_is_done_stays_where_it_stood_until_the_page_is_loaded_again(
    browser: Browser, eszter: User, projects: Module
) -> None:
    first = due(projects, eszter, "2026-11-23 09:00", "first")
    due(projects, eszter, "2026-11-24 15:00", "second")
    get(browser)
    html = post(browser, f"/todos/{first.pk}/done/")
    assert html.lstrip().startswith('<div class="day" id="my-day"')
    assert texts(html) == ["second"]
    assert texts(html, gone=True) == ["first"]
    assert html.index("first") < html.index("second")
    assert "Done today" not in html
    assert 'class="ask"' in html
    assert "second" in card(html)
    assert "0 overdue" not in html
    assert re.search(r"1 for today, 1 done", html)
    again = get(browser)
    assert "Done today" in again
    assert again.index("second") < again.index('class="row-todo clip">first')


def test_what_is_postponed_stays_where_it_stood_too(
    browser: Browser, eszter: User, projects: Module
) -> None:
    first = due(projects, eszter, "2026-11-23 09:00", "first")
    due(projects, eszter, "2026-11-24 15:00", "second")
    get(browser)
    html = post(browser, f"/todos/{first.pk}/postpone/", when="2026-11-26")
    assert texts(html) == ["second"]
    assert texts(html, gone=True) == ["first"]
    assert "postponed" in html
    assert "second" in card(html)
    assert texts(get(browser), gone=True) == []


def test_what_was_postponed_within_the_days_shown_just_moves(
    browser: Browser, eszter: User, projects: Module
) -> None:
    first = due(projects, eszter, "2026-11-24 10:00", "first")
    due(projects, eszter, "2026-11-24 15:00", "second")
    get(browser)
    html = post(browser, f"/todos/{first.pk}/postpone/", when="2026-11-24", at="17:00")
    assert texts(html) == ["second", "first"]


def test_a_planned_todo_of_today_stands_at_once_in_its_place(
    browser: Browser, eszter: User, projects: Module
) -> None:
    first = due(projects, eszter, "2026-11-23 09:00", "first")
    get(browser)
    post(browser, f"/todos/{first.pk}/done/")
    html = post(
        browser,
        f"/d/{first.datasheet_id}/plan/",
        text="next",
        when="2026-11-24",
        at="16:00",
        type=first.type_id,
        responsible=eszter.pk,
    )
    assert texts(html) == ["next"]
    assert texts(html, gone=True) == ["first"]


def test_an_undone_todo_is_open_again(browser: Browser, eszter: User, projects: Module) -> None:
    first = due(projects, eszter, "2026-11-23 09:00", "first")
    get(browser)
    html = post(browser, f"/todos/{first.pk}/done/")
    undo = re.search(r'action="(/history/\d+/undo/)"', html)
    assert undo
    browser.post(undo.group(1), headers=HX)
    assert texts(get(browser)) == ["first"]


def test_without_scripts_done_asks_on_a_page_and_leads_back(
    browser: Browser, eszter: User, projects: Module
) -> None:
    first = due(projects, eszter, "2026-11-23 09:00", "first")
    answer = browser.post(
        f"/todos/{first.pk}/done/",
        {"place": "myday"},
        headers={"Referer": "http://testserver/my-day/"},
    )
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"/d/{first.datasheet_id}/plan/?")
    assert "back=%2Fmy-day%2F" in answer["Location"]


@pytest.mark.parametrize(
    ("now", "language", "said"),
    [
        ("2026-11-24T06:00:00Z", "en", "Good morning"),
        ("2026-11-24T10:30:00Z", "en", "Good morning"),
        ("2026-11-24T12:00:00Z", "en", "Good afternoon"),
        ("2026-11-24T18:00:00Z", "en", "Good evening"),
        ("2026-11-24T06:00:00Z", "hu", "Jó reggelt"),
        ("2026-11-24T10:30:00Z", "hu", "Jó napot"),
        ("2026-11-24T18:00:00Z", "hu", "Jó estét"),
    ],
)
def test_the_greeting_goes_by_the_companys_clock(now: str, language: str, said: str) -> None:
    make.company()
    with time_machine.travel(now, tick=False):
        assert said in get(of(make.user(language=language)))


@pytest.mark.parametrize("rows", [5, 60])
def test_the_queries_do_not_grow_with_the_todos(
    browser: Browser, eszter: User, projects: Module, rows: int
) -> None:
    for number in range(rows):
        client = make.client()
        contact: Contact = make.contact(client)
        todo = due(
            projects,
            eszter,
            f"2026-11-{20 + number % 5} 17:00",
            "x",
            client=client,
            main_contact=contact,
        )
        if number % 5 == 1:
            finish_todo(todo.pk, actor=eszter)
    assert Datasheet.objects.count() == rows
    get(browser)
    with within_budget("my day"):
        get(browser)
