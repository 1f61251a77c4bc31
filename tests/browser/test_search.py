"""The search palette, by keyboard all the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("typed", ["hegyalja", "BORHÁZ", "borhaz"])
def test_a_datasheet_is_found_and_opened_without_the_mouse(
    typed: str, visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, "/my-day/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(typed)
    found = page.get_by_role("option", selected=True)
    expect(found).to_contain_text("Hegyalja Borház Kft.")
    page.keyboard.press("Enter")
    expect(page.locator("#ds-name")).to_contain_text("Hegyalja Borház Kft.")


def test_the_arrows_choose_among_what_was_found(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    page.keyboard.press("/")
    page.keyboard.type("szabo")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")


def test_a_client_is_found_by_a_part_of_the_phone_number(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    page.keyboard.press("/")
    page.keyboard.type("4127788")
    expect(page.get_by_role("option", name="Hegyalja").first).to_be_visible()


def test_what_is_not_found_can_be_made_a_client(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    page.keyboard.press("/")
    page.keyboard.type("Zzyzx Kft.")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Zzyzx Kft.")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New client")
    expect(dialog.get_by_label("Company name")).to_have_value("Zzyzx Kft.")
