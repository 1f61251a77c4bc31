"""Everything by keyboard, as design/DESIGN.md's keys say."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk import Desk, ask, dues, open_todos, row, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]

CATCH_LINKS = """() => document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='tel:'], a[href^='mailto:']");
  if (link) { event.preventDefault(); document.title = link.href; }
}, true)"""


def test_j_and_k_walk_the_rows_and_enter_opens_one(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    for key, datasheet in [
        ("j", desk.borhaz),
        ("j", desk.malom),
        ("j", desk.hajo),
        ("k", desk.malom),
        ("ArrowUp", desk.borhaz),
        ("ArrowDown", desk.malom),
    ]:
        page.keyboard.press(key)
        expect(row(page, datasheet).locator(".row-name")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ds-name")).to_contain_text("Tisza Malom")


def test_a_row_is_done_planned_and_left_by_keyboard_alone(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(ask(page, desk.borhaz).get_by_role("radio", name="Survey on site")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text(
        "Agree on the day of the survey"
    )
    page.keyboard.press("j")
    expect(page.locator(".row[data-active]")).to_have_count(1)


@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_p_and_a_number_postpone_the_active_row(key: str, visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("p")
    chip = page.locator(f'#menu [data-key="{key}"]')
    expect(chip).to_be_visible()
    day = chip.get_attribute("value")
    page.keyboard.press(key)
    expect(toast(page, "Postponed to")).to_be_visible()
    assert [due.isoformat() for due in dues(desk.borhaz)] == [day]
    expect(row(page, desk.borhaz)).not_to_have_attribute("data-due", "late")
    page.keyboard.press("z")
    expect(row(page, desk.borhaz)).to_have_attribute("data-due", "late")


def test_p_and_d_ask_for_any_other_day(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#menu [data-key=d]")).to_be_visible()
    page.keyboard.press("d")
    text = page.get_by_role("dialog").locator("[name=when_text]")
    expect(text).to_be_focused()
    text.fill("in 10 days")
    page.keyboard.press("Enter")
    expect(toast(page, "Postponed to")).to_be_visible()


def test_status_and_responsible_are_chosen_with_the_arrows(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("#menu [aria-current=true]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row(page, desk.borhaz).locator(".row-status")).to_have_text("Planning")
    expect(row(page, desk.borhaz)).to_have_attribute("data-active", "")
    page.keyboard.press("a")
    expect(page.locator("#menu")).to_contain_text("Kovács Péter")
    page.locator("#menu").get_by_role("button", name="Kovács Péter").focus()
    page.keyboard.press("Enter")
    expect(row(page, desk.borhaz).get_by_role("img", name="Kovács Péter")).to_be_visible()


def test_c_calls_and_m_writes(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.evaluate(CATCH_LINKS)
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page).to_have_title("tel:+36304127788")
    page.keyboard.press("m")
    expect(page).to_have_title("mailto:anna@example.org")


def test_esc_closes_what_is_open_and_gives_the_focus_back(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("p")
    menu = page.locator("#menu .menu-item").first
    expect(menu).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert_in(page, f"#datasheet-{desk.borhaz.pk}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def assert_in(page: Page, selector: str) -> None:
    """The focus is inside."""
    expect(page.locator(f"{selector}:focus-within, {selector}:focus")).to_have_count(1)


def test_g_goes_to_modules_and_to_my_day(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/my-day/")
    page.keyboard.press("g")
    page.keyboard.press("1")
    expect(page).to_have_title("Projects · Teendő")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_title("My day · Teendő")


@pytest.mark.parametrize(("key", "name"), [("n", "New client"), ("/", "Search")])
def test_n_and_slash_open_their_dialog_anywhere(
    key: str, name: str, visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, f"/d/{desk.borhaz.pk}/")
    page.keyboard.press(key)
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_t_adds_a_todo_and_letters_are_letters_inside_fields(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, f"/d/{desk.borhaz.pk}/")
    page.keyboard.press("t")
    expect(page.get_by_placeholder("Add a todo")).to_be_focused()
    page.keyboard.type("ep jkzns? gd")
    expect(page.get_by_placeholder("Add a todo")).to_have_value("ep jkzns? gd")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".todo", has_text="ep jkzns? gd")).to_be_visible()
    assert open_todos(desk.borhaz)[0] == "Megjött a minta?"


def test_a_row_without_a_todo_is_planned_with_t(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    row(page, desk.butor).locator(".row-name").focus()
    page.keyboard.press("t")
    expect(ask(page, desk.butor).get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, desk.butor).locator("button.ring")).to_be_visible()


def test_single_letters_can_be_switched_off(visit: Visit, desk: Desk) -> None:
    desk.me.keyboard_letters = False
    desk.me.save()
    page = visit(desk.me, desk.path)
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator(".row[data-active]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()


def test_keys_need_not_wait_for_what_they_open(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    slow_down(page)
    page.keyboard.type("jp2")
    expect(toast(page, "Postponed to")).to_be_visible()
    expect(row(page, desk.borhaz)).not_to_have_attribute("data-due", "late")
    row(page, desk.malom).locator(".row-name").focus()
    page.keyboard.type("ee3")
    page.keyboard.press("Enter")
    expect(row(page, desk.malom).locator(".row-todo")).to_have_text("Start the plan")
    page.keyboard.type("/Hegyalja")
    expect(page.get_by_role("combobox")).to_have_value("Hegyalja")
    page.keyboard.press("Escape")
    page.keyboard.type("nnagy Kft.")
    expect(page.get_by_role("dialog").get_by_label("Company name")).to_have_value("nagy Kft.")


def slow_down(page: Page) -> None:
    """Answers take a while, as on a slow line."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    slow = {"offline": False, "latency": 250, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.emulateNetworkConditions", slow)
