"""Before scripts load, or without any: plain links and forms do all of it."""

import pytest
from playwright.sync_api import Page, expect

from crm.constants import EntryKind
from crm.models import HistoryEntry
from tests.browser.conftest import Visit
from tests.browser.desk import Desk, day_of, dues, open_todos, row, toast

pytestmark = [pytest.mark.browser, pytest.mark.once]


def plain(visit: Visit, desk: Desk, path: str) -> Page:
    return visit(desk.me, path, java_script_enabled=False)


def test_a_row_is_done_and_the_next_todo_planned(visit: Visit, desk: Desk) -> None:
    page = plain(visit, desk, desk.path)
    row(page, desk.borhaz).locator("button.ring").click()
    expect(page.get_by_role("heading", name="What’s next with Hegyalja")).to_be_visible()
    page.locator("label.idea").nth(1).click()
    page.get_by_role("button", name="Plan it").click()
    expect(row(page, desk.borhaz).locator(".row-todo")).to_have_text(
        "Agree on the day of the survey"
    )


def test_a_row_is_postponed(visit: Visit, desk: Desk) -> None:
    page = plain(visit, desk, desk.path)
    row(page, desk.borhaz).hover()
    row(page, desk.borhaz).get_by_role("link", name="Postpone").click()
    page.get_by_role("main").get_by_role("button").first.click()
    expect(row(page, desk.borhaz)).not_to_have_attribute("data-due", "late")


def test_a_todo_is_added_for_a_typed_day(visit: Visit, desk: Desk) -> None:
    page = plain(visit, desk, f"/d/{desk.borhaz.pk}/")
    quick = page.locator("#quick")
    quick.get_by_placeholder("Add a todo").fill("Árajánlat elküldése")
    quick.get_by_role("radio", name="Pick").check()
    quick.locator("[name=when_text]").fill("holnap 9:30")
    quick.get_by_role("button", name="Add").click()
    expect(page.locator(".todo", has_text="Árajánlat elküldése")).to_contain_text("9:30")
    assert dues(desk.borhaz)[1] == day_of(1)


def test_a_note_is_written_and_a_status_chosen(visit: Visit, desk: Desk) -> None:
    page = plain(visit, desk, f"/d/{desk.borhaz.pk}/")
    page.locator("#composer textarea").fill("Pénteken nem lesz bent")
    page.get_by_role("button", name="Save to history").click()
    expect(page.locator("#history")).to_contain_text("Pénteken nem lesz bent")
    assert HistoryEntry.objects.filter(kind=EntryKind.NOTE).count() == 1
    page.locator(".track [aria-current=step]").click()
    page.get_by_role("main").get_by_role("button", name="Planning").click()
    expect(page.locator(".ds-title .status")).to_have_text("Planning")


def test_done_on_a_datasheet_is_taken_back(visit: Visit, desk: Desk) -> None:
    page = plain(visit, desk, f"/d/{desk.borhaz.pk}/")
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("heading", name="What’s next with Hegyalja")).to_be_visible()
    toast(page, "Done").get_by_role("button", name="Undo").click()
    expect(page.locator("article.next")).to_contain_text("Megjött a minta?")
    assert open_todos(desk.borhaz) == ["Megjött a minta?"]
