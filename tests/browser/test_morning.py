"""A morning's work on the module page, by mouse."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm import lists
from crm.actions.statuses import move_to
from crm.agenda import Calendar, postpone_chips
from crm.constants import EntryKind
from crm.models import Datasheet, HistoryEntry, Todo
from tests import make
from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk, ask, day, dues, open_todos, row, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_an_overdue_row_is_done_and_the_next_todo_planned_with_one_key(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, desk.path)
    late = row(page, desk.borhaz)
    expect(late).to_have_attribute("data-due", "late")
    late.locator("button.ring").click()
    expect(toast(page, "Done: Megjött a minta?")).to_be_visible()
    idea = ask(page, desk.borhaz).get_by_role("radio", name="Survey on site")
    expect(idea).to_be_focused()
    page.keyboard.press("Enter")
    expect(late.locator(".row-todo")).to_have_text("Survey on site")
    expect(ask(page, desk.borhaz)).to_be_hidden()
    assert open_todos(desk.borhaz) == ["Survey on site"]
    page.reload()
    expect(late.locator(".row-todo")).to_have_text("Survey on site")


def test_another_idea_is_one_key_away_and_moves_the_status(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    row(page, desk.borhaz).locator("button.ring").click()
    expect(ask(page, desk.borhaz).get_by_role("radio", name="Survey on site")).to_be_focused()
    page.keyboard.press("3")
    expect(page.get_by_role("textbox", name="Next todo")).to_have_value("Start the plan")
    page.keyboard.press("Enter")
    expect(row(page, desk.borhaz).locator(".row-status")).to_have_text("Planning")
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text("Start the plan")


def test_a_row_is_postponed_from_its_menu(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    late = row(page, desk.borhaz)
    late.hover()
    late.get_by_role("link", name="Postpone").click()
    page.locator("#menu .menu-item").nth(1).click()
    expect(toast(page, "Postponed to")).to_be_visible()
    expect(late).not_to_have_attribute("data-due", "late")
    today = timezone.localdate()
    chips = postpone_chips(today, dues(desk.borhaz, first=True)[0], Calendar("HU"))
    assert dues(desk.borhaz) == [chips[1].day]


def test_a_day_and_time_are_picked_for_a_row(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    late = row(page, desk.borhaz)
    late.hover()
    late.get_by_role("link", name="Postpone").click()
    page.get_by_text("Pick a day and time").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=when_text]").fill("holnap 9:30")
    expect(dialog.get_by_role("status").filter(has_text="9:30")).to_be_visible()
    dialog.get_by_role("button", name="Postpone").click()
    expect(dialog).to_be_hidden()
    expect(late).to_have_attribute("data-due", "tomorrow")
    expect(late.locator(".row-when")).to_contain_text("9:30")


def test_done_is_taken_back_from_the_toast(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    row(page, desk.borhaz).locator("button.ring").click()
    toast(page, "Done").get_by_role("button", name="Undo").click()
    expect(toast(page, "Taken back.")).to_be_visible()
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text("Megjött a minta?")
    assert open_todos(desk.borhaz) == ["Megjött a minta?"]


def test_a_status_is_changed_from_the_row_and_taken_back(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    shown = row(page, desk.borhaz).locator(".row-status")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.locator("#menu").get_by_role("button", name="Planning").click()
    expect(shown).to_have_text("Planning")
    toast(page, "Moved to Planning").get_by_role("button", name="Undo").click()
    expect(shown).to_have_text("Survey")


def test_a_datasheet_is_handed_over_from_the_row(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    late = row(page, desk.borhaz)
    late.hover()
    late.get_by_role("link", name="Responsible").click()
    page.locator("#menu").get_by_role("button", name="Kovács").click()
    expect(late.get_by_role("img", name="Kovács Péter")).to_be_visible()
    assert Datasheet.objects.get(pk=desk.borhaz.pk).responsible == desk.colleague


def test_a_broken_chain_is_mended_with_one_click(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    broken = row(page, desk.butor)
    expect(broken).to_have_attribute("data-due", "none")
    broken.get_by_role("button", name="Survey on site").click()
    expect(broken.locator("button.ring")).to_be_visible()
    assert open_todos(desk.butor) == ["Survey on site"]


def test_done_and_plan_clicked_twice_happen_once(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    row(page, desk.borhaz).locator("button.ring").dblclick()
    plan = ask(page, desk.borhaz).get_by_role("button", name="Plan it")
    plan.dblclick()
    expect(ask(page, desk.borhaz)).to_be_hidden()
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text("Survey on site")
    row(page, desk.butor).get_by_role("button", name="Survey on site").dblclick()
    expect(row(page, desk.butor).locator("button.ring")).to_be_visible()
    assert open_todos(desk.borhaz) == ["Survey on site"]
    assert open_todos(desk.butor) == ["Survey on site"]
    done = HistoryEntry.objects.filter(datasheet=desk.borhaz, kind=EntryKind.DONE)
    assert done.count() == 1
    assert Todo.objects.filter(datasheet=desk.borhaz).count() == 2


def test_a_status_of_the_tree_narrows_the_list_and_its_address_opens_the_same(
    visit: Visit, desk: Desk
) -> None:
    move_to(desk.borhaz.pk, make.status(desk.module, "planning").pk, actor=desk.me)
    page = visit(desk.me, desk.path)
    page.locator("#side").get_by_role("link", name="Planning").click()
    expect(page.locator(".row")).to_have_count(1)
    page.reload()
    expect(row(page, desk.borhaz)).to_be_visible()
    expect(page.locator(".row")).to_have_count(1)
    page.go_back()
    expect(page.locator(".row")).to_have_count(4)


def test_more_rows_come_as_one_scrolls_each_of_them_once(visit: Visit, desk: Desk) -> None:
    client = make.client()
    for number in range(lists.PAGE):
        sheet = make.datasheet(desk.module, actor=desk.me, client=client)
        make.todo(sheet, actor=desk.me, due_at=day(number + 2))
    page = visit(desk.me, desk.path)
    expect(page.locator(".row")).to_have_count(lists.PAGE)
    page.locator("a.more").scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(lists.PAGE + 4)
    expect(page.locator("a.more")).to_have_count(0)
    ids = page.locator(".row").evaluate_all("rows => rows.map((row) => row.id)")
    bands = page.locator(".group").evaluate_all("groups => groups.map((group) => group.id)")
    assert len(set(ids)) == len(ids)
    assert len(set(bands)) == len(bands)


def test_it_all_speaks_hungarian(visit: Visit, desk: Desk) -> None:
    desk.me.language = "hu"
    desk.me.save()
    page = visit(desk.me, desk.path)
    expect(page.locator("#band-late h2")).to_have_text("Lejárt")
    page.keyboard.type("je")
    expect(toast(page, "Kész: Megjött a minta?")).to_be_visible()
    question = ask(page, desk.borhaz)
    expect(question.get_by_role("radio", name="Helyszíni felmérés")).to_be_focused()
    question.get_by_role("button", name="Beütemezem").click()
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text("Helyszíni felmérés")


def test_what_the_server_could_not_take_stays_as_it_was(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("500|ERR_|sendError")
    page = visit(desk.me, desk.path)
    page.route("**/done/", lambda route: route.fulfill(status=500, body="broken"))
    late = row(page, desk.borhaz)
    late.locator("button.ring").click()
    expect(toast(page, "That didn't work.")).to_be_visible()
    expect(late.locator("[data-done]")).to_have_count(0)
    page.unroute("**/done/")
    page.route("**/done/", lambda route: route.abort())
    late.locator("button.ring").click()
    expect(page.locator(".toast")).to_have_count(1)
    expect(late.locator("[data-done]")).to_have_count(0)
    page.unroute("**/done/")
    late.locator("button.ring").click()
    expect(ask(page, desk.borhaz)).to_be_visible()
