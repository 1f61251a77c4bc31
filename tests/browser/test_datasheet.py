"""The datasheet: done, planned, noted, moved, with the history at once."""

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from crm.actions.todos import TodoPlan, change_todo
from crm.constants import EntryKind
from crm.models import Datasheet, HistoryEntry, Todo
from tests import make
from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk, ask, day_of, dues, open_todos, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]


def path(datasheet: Datasheet) -> str:
    return f"/d/{datasheet.pk}/"


def entries(page: Page) -> Locator:
    return page.locator("#history .entry")


def test_done_stands_in_the_history_at_once_and_asks_whats_next(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.get_by_role("button", name="Done", exact=True).click()
    expect(entries(page).first).to_contain_text("Megjött a minta?")
    expect(entries(page).first).to_contain_text("Done just now")
    first = ask(page, desk.borhaz).get_by_role("radio").first
    expect(first).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    planned = page.get_by_role("link", name="Agree on the day of the survey")
    expect(planned).to_be_focused()
    expect(ask(page, desk.borhaz)).to_be_hidden()
    assert open_todos(desk.borhaz) == ["Agree on the day of the survey"]


def test_how_it_went_is_written_into_the_entry_of_what_was_done(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.get_by_role("button", name="Done", exact=True).click()
    page.get_by_label("How did it go?").fill("Két mintát kér még")
    page.get_by_role("button", name="Write it down").click()
    expect(entries(page).first).to_contain_text("Két mintát kér még")
    assert HistoryEntry.objects.get(kind=EntryKind.DONE).data["outcome"] == "Két mintát kér még"


def test_done_is_taken_back_with_z(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.keyboard.press("e")
    expect(toast(page, "Done")).to_be_visible()
    page.keyboard.press("z")
    expect(toast(page, "Taken back.")).to_be_visible()
    expect(page.locator("article.next")).to_contain_text("Megjött a minta?")
    assert open_todos(desk.borhaz) == ["Megjött a minta?"]


def test_a_todo_is_planned_for_a_typed_day(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    quick = page.locator("#quick")
    quick.get_by_placeholder("Add a todo").fill("Árajánlat elküldése")
    quick.get_by_role("radio", name="Pick").click()
    quick.locator("[name=when_text]").fill("holnap 9:30")
    expect(quick.locator(".picker-said")).to_contain_text("9:30")
    page.keyboard.press("Enter")
    quick.get_by_role("button", name="Add").click()
    planned = page.locator(".todo").filter(has_text="Árajánlat elküldése")
    expect(planned).to_contain_text("9:30")
    expect(quick.get_by_placeholder("Add a todo")).to_have_value("")
    assert dues(desk.borhaz)[1] == day_of(1)


def test_an_unreadable_day_says_which_forms_work_and_keeps_what_was_typed(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("status of 422")
    page = visit(desk.me, path(desk.borhaz))
    quick = page.locator("#quick")
    quick.get_by_placeholder("Add a todo").fill("Árajánlat elküldése")
    quick.get_by_role("radio", name="Pick").click()
    quick.locator("[name=when_text]").fill("13.45.")
    page.keyboard.press("Enter")
    quick.get_by_role("button", name="Add").click()
    expect(quick.get_by_role("alert")).to_contain_text("tomorrow 9:30")
    expect(quick.get_by_placeholder("Add a todo")).to_have_value("Árajánlat elküldése")
    expect(quick.locator("[name=when_text]")).to_have_value("13.45.")
    assert open_todos(desk.borhaz) == ["Megjött a minta?"]


def test_a_day_is_picked_in_the_month_by_keyboard(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.keyboard.press("t")
    page.keyboard.type("Árajánlat elküldése")
    quick = page.locator("#quick")
    quick.locator("[name=when][value=typed]").focus()
    page.keyboard.press("d")
    expect(quick.locator("[name=when_text]")).to_be_focused()
    cell = quick.locator("[data-day][data-today]")
    cell.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    quick.get_by_role("button", name="OK").click()
    quick.get_by_role("button", name="Add").click()
    expect(page.locator(".todo").filter(has_text="Árajánlat elküldése")).to_be_visible()
    assert dues(desk.borhaz)[1] == day_of(8)


def test_the_second_of_two_who_save_the_same_todo_is_told_and_sees_both(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("status of 422")
    page = visit(desk.me, path(desk.borhaz))
    page.get_by_role("link", name="Megjött a minta?").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=text]").fill("Megjött mind a két minta?")
    rewrite(desk.borhaz, "A minta Péternél van", desk.colleague)
    dialog.get_by_role("button", name="Save").click()
    told = dialog.get_by_role("alert")
    expect(told).to_contain_text("Kovács Péter")
    expect(told).to_contain_text("A minta Péternél van")
    expect(dialog.locator("[name=text]")).to_have_value("Megjött mind a két minta?")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("article.next")).to_contain_text("Megjött mind a két minta?")


def rewrite(datasheet: Datasheet, text: str, actor: User) -> None:
    """A colleague's change of the next todo."""
    todo = Todo.objects.get(datasheet=datasheet)
    plan = TodoPlan(
        text=text,
        type=todo.type,
        due_at=todo.due_at,
        timed=todo.timed,
        responsible=todo.responsible,
        contact=todo.contact,
    )
    change_todo(todo.pk, plan, actor=actor, version=todo.version)


def test_a_note_is_written_into_the_history_with_its_author(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.locator("#composer textarea").fill("Pénteken nem lesz bent")
    page.get_by_role("button", name="Save to history").dblclick()
    expect(entries(page).first).to_contain_text("Pénteken nem lesz bent")
    expect(
        page.locator("#history .knot").nth(1).get_by_role("img", name="Nagy Eszter")
    ).to_be_visible()
    expect(page.locator("#composer textarea")).to_have_value("")
    assert HistoryEntry.objects.filter(kind=EntryKind.NOTE).count() == 1


def test_a_half_written_note_outlives_what_is_done_beside_it(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    note = page.locator("#composer textarea")
    note.fill("Félig kész")
    page.locator("article.next").get_by_role("button", name="Tomorrow").click()
    expect(toast(page, "Postponed to")).to_be_visible()
    expect(note).to_have_value("Félig kész")


def test_a_status_is_picked_with_what_is_to_be_done_beside_it(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.locator(".track [aria-current=step]").click()
    menu = page.locator("#menu")
    expect(menu).to_contain_text("Draw up the plan and the schedule")
    menu.get_by_role("button", name="Planning").click()
    expect(page.locator(".track [aria-current=step]")).to_contain_text("Planning")
    expect(entries(page).first).to_contain_text("Planning")


def test_closing_asks_about_the_open_todos(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.keyboard.press("s")
    final = make.status(desk.module, "cancelled")
    page.locator(f'#menu button[value="{final.pk}"]').click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="cancel them")).to_be_checked()
    dialog.get_by_role("button", name="Close it").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".ds-title")).to_contain_text(final.name)
    assert open_todos(desk.borhaz) == []


def test_a_sale_moves_by_itself_as_its_steps_are_ticked(visit: Visit, desk: Desk) -> None:
    sales = make.module("sales", slug="sales")
    sheet = make.datasheet(sales, actor=desk.me)
    page = visit(desk.me, path(sheet))
    status = page.locator(".ds-title .status")
    expect(status).to_have_text("Qualify")
    page.get_by_role("group", name="Qualification").get_by_role("button", name="VIP").click()
    expect(status).to_have_text("VIP")
    step = page.get_by_role("group", name="Steps of the sale").get_by_role("button").first
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")
    sheet.refresh_from_db()
    assert sheet.status.key == "sales_vip"


def test_an_order_is_moved_by_named_buttons(visit: Visit, desk: Desk) -> None:
    sheet = make.datasheet(make.module("orders", slug="orders"), actor=desk.me)
    page = visit(desk.me, path(sheet))
    page.get_by_role("button", name="Finalise").click()
    expect(page.locator(".ds-title .status")).to_have_text("In progress")
    toast(page, "Moved to").get_by_role("button", name="Undo").click()
    expect(page.locator(".ds-title .status")).to_have_text("Draft")


def test_the_next_datasheet_of_the_list_is_one_key_away(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    page.get_by_role("link", name="Hegyalja Borház Kft.").click()
    expect(page.locator("#ds-name")).to_contain_text("Hegyalja Borház")
    page.keyboard.press("j")
    expect(page.locator("#ds-name")).to_contain_text("Tisza Malom")
    page.keyboard.press("k")
    expect(page.locator("#ds-name")).to_contain_text("Hegyalja Borház")


def test_a_datasheet_goes_to_the_trash_and_comes_back(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, path(desk.borhaz))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Move to the trash").click()
    undo = toast(page, "trash").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(page.locator(f"#datasheet-{desk.borhaz.pk}")).to_have_count(0)
    undo.click()
    expect(toast(page, "Taken back.")).to_be_visible()
    assert Datasheet.objects.get(pk=desk.borhaz.pk).trashed_at is None
