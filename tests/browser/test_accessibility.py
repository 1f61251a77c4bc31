"""axe finds nothing: on every page of the role table, and with everything that opens open."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from jobs.models import Job
from tests.access.expect import OK
from tests.access.table import PAGES
from tests.access.world import World, build
from tests.browser import axe
from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk, ask

pytestmark = [pytest.mark.browser, pytest.mark.once]

Open = Callable[[Page, Desk], Locator]

NO_PAGES = {
    "healthz", "crm:when", "crm:badges", "crm:field_file", "crm:export_file", "importer:left_out",
}  # fmt: skip
SHOWN = sorted(
    name
    for name, page in PAGES.items()
    if OK in page.get and not page.post_only and name not in NO_PAGES
)
PUBLIC = [name for name in SHOWN if PAGES[name].public]
OWN = [name for name in SHOWN if not PAGES[name].public]
SHARES = {"first": OWN[::3], "second": OWN[1::3], "third": OWN[2::3]}
"""Thirds, so that two workers share them."""


def address(world: World, name: str) -> str:
    record = world.record("administrator", "own")
    return reverse(name, kwargs=PAGES[name].args(world, record))


def look_at(page: Page, names: list[str], world: World) -> dict[str, list[str]]:
    """What is wrong, by the name of the page."""
    wrong = {}
    axe.bring(page)
    for name in names:
        page.goto(address(world, name))
        wrong[name] = axe.found(page) + axe.too_wide(page)
    return {name: faults for name, faults in wrong.items() if faults}


@pytest.fixture
def world(live_server: LiveServer) -> World:
    """Records of everybody, of every kind."""
    return build()


@pytest.mark.parametrize("share", SHARES)
def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(
    share: str, visit: Visit, world: World
) -> None:
    page = visit(world.users["administrator"], "/my-day/")
    assert look_at(page, SHARES[share], world) == {}


def test_public_pages_are_accessible_in_both_themes_and_fit_a_phone(
    visit: Visit, world: World, faults: Faults
) -> None:
    faults.expect("status of 400")  # a link to a new password that is none
    assert look_at(visit(None, "/login/"), PUBLIC, world) == {}


def test_what_is_not_found_is_said_accessibly(visit: Visit, desk: Desk, faults: Faults) -> None:
    faults.expect("status of 404")
    page = visit(desk.me, "/my-day/")
    page.goto("/d/987654/")
    assert axe.found(page) + axe.too_wide(page) == []


def test_the_first_page_of_an_empty_product_is_accessible(
    visit: Visit, live_server: LiveServer
) -> None:
    page = visit(None, "/setup/")
    assert axe.found(page) + axe.too_wide(page) == []


def test_running_work_is_accessible(visit: Visit, desk: Desk) -> None:
    job = Job.objects.create(kind="test", created_by=desk.me, total=10, done=3)
    page = visit(desk.me, f"/jobs/{job.pk}/")
    assert axe.found(page) + axe.too_wide(page) == []


def press(keys: str) -> Open:
    """Keys one after the other, as on the keyboard."""

    def opening(page: Page, desk: Desk) -> Locator:
        for key in keys.split():
            page.keyboard.press(key)
        return page.locator(".menu:popover-open, dialog:modal").last

    return opening


def done(page: Page, desk: Desk) -> Locator:
    page.keyboard.press("e")
    return ask(page, desk.borhaz)


def picker(page: Page, desk: Desk) -> Locator:
    page.keyboard.press("t")
    page.locator("#quick [name=when][value=typed]").click()
    return page.locator("#quick [data-picker-month] button").first


def my_menu(page: Page, desk: Desk) -> Locator:
    page.get_by_role("button", name="menu").click()
    return page.locator("#me")


def todo(page: Page, desk: Desk) -> Locator:
    page.locator("article.next").get_by_role("link", name="Megjött a minta?").click()
    return page.locator("dialog:modal")


LIST, SHEET, DAY = "/m/projects/", "/d/{}/", "/my-day/"
OPEN: dict[str, tuple[str, Open]] = {
    "postpone in a row": (LIST, press("j p")),
    "a day for a row": (LIST, press("j p d")),
    "status in a row": (LIST, press("j s")),
    "responsible in a row": (LIST, press("j a")),
    "what is next in a row": (LIST, lambda page, desk: press("j")(page, desk) and done(page, desk)),
    "new client": (LIST, press("n")),
    "search": (LIST, press("/")),
    "my menu": (LIST, my_menu),
    "keys": (LIST, press("?")),
    "status of a datasheet": (SHEET, press("s")),
    "a todo": (SHEET, todo),
    "the date picker": (SHEET, picker),
    "what is next on a datasheet": (SHEET, done),
    "what is next in my day": (DAY, done),
}


@pytest.mark.parametrize("path", [LIST, SHEET, DAY])
def test_what_opens_on_a_page_is_accessible_in_both_themes(
    path: str, visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, DAY)
    axe.bring(page)
    wrong = {}
    for name, (where, opening) in OPEN.items():
        if where == path:
            page.goto(path.format(desk.borhaz.pk))
            expect(opening(page, desk)).to_be_visible()
            wrong[name] = axe.found(page)
    assert {name: faults for name, faults in wrong.items() if faults} == {}
