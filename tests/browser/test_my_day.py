"""My day, by keyboard: what is done and postponed stays where it stood."""

import pytest
from playwright.sync_api import Locator, Page, expect

from crm.models import Datasheet, Todo
from tests.browser.conftest import Visit
from tests.browser.desk import Desk, ask, open_todos, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]


def line(page: Page, datasheet: Datasheet) -> Locator:
    """The line of the datasheet's first todo."""
    todo = Todo.objects.filter(datasheet=datasheet).order_by("pk")[0]
    return page.locator(f"#todo-{todo.pk}")


def test_a_todo_is_done_and_the_next_one_planned(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    expect(line(page, desk.borhaz)).to_have_attribute("data-active", "")
    page.keyboard.press("e")
    expect(ask(page, desk.borhaz).get_by_role("radio").first).to_be_focused()
    expect(line(page, desk.borhaz)).to_have_attribute("data-gone", "")
    page.keyboard.press("Enter")
    expect(ask(page, desk.borhaz)).to_be_hidden()
    assert open_todos(desk.borhaz) == ["Survey on site"]


def test_the_focus_card_follows_j_and_k_and_its_keys_postpone(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    card = page.locator("#focus-todo")
    expect(card).to_have_text("Megjött a minta?")
    page.keyboard.press("j")
    expect(card).to_have_text("Ajánlat átbeszélése")
    page.keyboard.press("1")
    expect(toast(page, "Postponed to")).to_be_visible()
    expect(line(page, desk.malom)).to_contain_text("postponed")
    page.keyboard.press("z")
    expect(toast(page, "Taken back.")).to_be_visible()
    expect(line(page, desk.malom)).not_to_contain_text("postponed")


def test_other_days_are_a_click_away_and_enter_opens_the_datasheet(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, "/my-day/")
    page.get_by_role("link", name="Tomorrow").click()
    expect(line(page, desk.hajo)).to_be_visible()
    expect(line(page, desk.borhaz)).to_be_hidden()
    line(page, desk.hajo).locator(".row-name").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ds-name")).to_contain_text("Duna Hajó")
