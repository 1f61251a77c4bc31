"""At the width of a phone, by finger."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk, ask, open_todos, row, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_row_is_done_by_its_ring_and_the_next_planned(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path, **PHONE)
    assert fits(page)
    box = row(page, desk.borhaz).locator("button.ring").bounding_box()
    assert box is not None
    row(page, desk.borhaz).locator("button.ring").tap()
    ask(page, desk.borhaz).get_by_role("button", name="Plan it").tap()
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text("Survey on site")
    assert fits(page)


def test_the_statuses_open_in_a_sheet_and_narrow_the_list(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path, **PHONE)
    expect(page.locator("#side")).to_be_hidden()
    bottom = page.get_by_role("navigation", name="Main")
    bottom.get_by_role("link", name="Statuses").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("link", name="Planning").tap()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("heading", name="Nothing stands here")).to_be_visible()


def test_the_modules_are_behind_the_title(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/", **PHONE)
    page.get_by_role("banner").get_by_role("button", name="Modules").tap()
    page.locator("#modules").get_by_role("link", name="Projects").tap()
    expect(page).to_have_title("Projects · Teendő")


def test_the_bottom_bar_of_a_datasheet_acts(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, f"/d/{desk.borhaz.pk}/", **PHONE)
    assert fits(page)
    bar = page.get_by_role("navigation", name="Actions")
    expect(bar.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+36304127788")
    bar.get_by_role("link", name="Postpone").tap()
    page.locator("#menu .menu-item").first.tap()
    expect(toast(page, "Postponed to")).to_be_visible()
    bar.get_by_role("button", name="Done").tap()
    expect(ask(page, desk.borhaz)).to_be_visible()
    ask(page, desk.borhaz).get_by_role("button", name="Plan it").tap()
    expect(ask(page, desk.borhaz)).to_be_hidden()
    assert open_todos(desk.borhaz) == ["Survey on site"]
    assert fits(page)


def test_what_is_wrong_with_a_file_is_in_view_where_the_button_was_below_it(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("status of 422")
    page = visit(desk.colleague, "/import/", **PHONE)
    file = page.locator("input[type=file]")
    file.set_input_files({"name": "list.csv", "mimeType": "", "buffer": b'Name;Town\n"A;B\nC;D\n'})
    page.get_by_role("button", name="Read the columns").tap()
    expect(page.get_by_text("A quotation mark opens in row 2")).to_be_in_viewport()
    expect(file).to_be_focused()


def test_a_dialog_that_was_opened_as_a_page_ends_above_the_bottom_bar(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, "/clients/new/", **PHONE)
    page.get_by_label("Company name").fill("Tokaji Hordó Kft.")
    page.get_by_role("button", name="Create client").tap()
    expect(page.locator("#ds-name")).to_contain_text("Tokaji Hordó Kft.")
