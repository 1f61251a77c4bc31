"""What a colleague changes shows by itself, and never under one's hands."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from crm.actions.notes import write_down
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from crm.models import Datasheet, Todo
from tests import make
from tests.browser.conftest import Visit
from tests.browser.desk import Desk, row

pytestmark = pytest.mark.browser


def finish(datasheet: Datasheet, actor: User) -> None:
    finish_todo(Todo.objects.get(datasheet=datasheet).pk, actor=actor)


def looked_again(page: Page, path: str) -> None:
    """Half a minute later: the page has asked whether anything changed."""
    with page.expect_response(lambda answer: path in answer.url and "version=" in answer.url):
        page.clock.run_for(25_000)


@pytest.fixture
def watch(visit: Visit, desk: Desk) -> Page:
    """A page whose clock can be moved on; nothing is waited for."""
    page = visit(desk.me, "/login/?next=/clients/", once=True)
    page.clock.install()
    return page


def test_the_list_shows_what_a_colleague_did(watch: Page, desk: Desk) -> None:
    watch.goto(desk.path)
    expect(row(watch, desk.borhaz)).to_have_attribute("data-due", "late")
    finish(desk.borhaz, desk.colleague)
    make.datasheet(desk.module, actor=desk.colleague, client=make.client("Egészen Új Kft."))
    looked_again(watch, desk.path)
    expect(row(watch, desk.borhaz)).to_have_attribute("data-due", "none")
    expect(watch.get_by_role("link", name="Egészen Új Kft.")).to_be_visible()


def test_nothing_moves_while_a_menu_is_open(watch: Page, desk: Desk) -> None:
    watch.goto(desk.path)
    watch.keyboard.press("j")
    watch.keyboard.press("p")
    expect(watch.locator("#menu .menu-item").first).to_be_focused()
    finish(desk.malom, desk.colleague)
    looked_again(watch, desk.path)
    watch.clock.run_for(8_000)
    offer = watch.get_by_role("button", name="Changed by a colleague")
    expect(offer).to_have_count(1)
    expect(row(watch, desk.malom)).to_have_attribute("data-due", "late")
    expect(watch.locator("#menu")).to_be_visible()
    watch.keyboard.press("Escape")
    offer.click()
    expect(row(watch, desk.malom)).to_have_attribute("data-due", "none")
    expect(offer).to_have_count(0)


def test_the_datasheet_shows_a_colleagues_note_and_keeps_ones_own_half_written_one(
    watch: Page, desk: Desk
) -> None:
    path = f"/d/{desk.borhaz.pk}/"
    watch.goto(path)
    mine = watch.locator("#composer textarea")
    mine.fill("Félig kész")
    mine.blur()
    write_down(desk.borhaz.pk, EntryKind.NOTE, "Ma már beszéltünk", actor=desk.colleague)
    looked_again(watch, path)
    watch.clock.run_for(8_000)
    watch.get_by_role("button", name="Changed by a colleague").click()
    expect(watch.locator("#history")).to_contain_text("Ma már beszéltünk")
    expect(mine).to_have_value("Félig kész")


def test_a_todo_that_a_colleague_has_done_is_not_done_twice(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    finish(desk.borhaz, desk.colleague)
    row(page, desk.borhaz).locator("button.ring").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(row(page, desk.borhaz).locator("button.ring:not([data-done])")).to_have_count(0)
