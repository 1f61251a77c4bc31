"""A module's page: the list in bands, what narrows it, and who sees what."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from crm.actions.datasheets import trash
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from modules.models import Module
from tests import make
from tests.crm.module_page.reading import (
    BANDS,
    get,
    headings,
    ids,
    of,
    part,
    row_of,
    sheet_due,
)

pytestmark = pytest.mark.django_db


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
