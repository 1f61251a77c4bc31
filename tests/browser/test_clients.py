"""Clients: made with a hint at likely duplicates, found in the list."""

import re

import pytest
from playwright.sync_api import Dialog, expect

from crm.models import Client, Datasheet
from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk, open_todos

pytestmark = pytest.mark.browser


def test_a_new_client_hints_at_a_likely_duplicate_and_opens_its_datasheet(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, desk.path)
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New client")
    dialog.get_by_label("Company name").press_sequentially("hegyalja bor")
    hint = dialog.get_by_role("status").filter(has_text="You may already have this client")
    expect(hint).to_contain_text("Hegyalja Borház Kft.")
    dialog.get_by_label("Company name").fill("Alföldi Asztalos Kft.")
    expect(hint).to_be_hidden()
    dialog.get_by_label("Contact, family name").fill("Kiss")
    dialog.get_by_label("Given name").fill("Béla")
    dialog.get_by_label("Phone").fill("30 412 1122")
    dialog.get_by_label("What is to be done?").fill("Felhívni Bélát")
    dialog.get_by_role("button", name="Create client").click()
    expect(page).to_have_url(re.compile(r"/d/\d+/"))
    expect(page.locator("#ds-name")).to_have_text("Alföldi Asztalos Kft. (Kiss Béla)")
    made = Datasheet.objects.get(client__name="Alföldi Asztalos Kft.")
    assert open_todos(made) == ["Felhívni Bélát"]


def test_a_client_is_created_once_however_often_one_clicks(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/clients/new/")
    page.get_by_label("Company name").fill("Alföldi Asztalos Kft.")
    page.get_by_role("button", name="Create client").dblclick()
    expect(page).to_have_url(re.compile(r"/d/\d+/"))
    assert Client.objects.filter(name="Alföldi Asztalos Kft.").count() == 1


def test_the_known_client_gets_the_datasheet_instead_of_a_second_client(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, "/clients/new/")
    page.get_by_label("Company name").press_sequentially("Hegyalja Borház")
    page.get_by_role("link", name="Use this client").click()
    page.get_by_role("button", name="Create datasheet").click()
    expect(page).to_have_url(re.compile(r"/d/\d+/"))
    assert Datasheet.objects.filter(client=desk.borhaz.client).count() == 2
    assert Client.objects.filter(name__startswith="Hegyalja").count() == 1


def test_a_half_filled_client_is_not_lost_by_esc(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, desk.path)
    asked: list[str] = []

    def stay(question: Dialog) -> None:
        asked.append(question.message)
        question.dismiss()

    page.on("dialog", stay)
    page.keyboard.press("n")
    name = page.get_by_role("dialog").get_by_label("Company name")
    name.fill("Alföldi Asztalos Kft.")
    page.keyboard.press("Escape")
    expect(name).to_have_value("Alföldi Asztalos Kft.")
    assert asked == ["Leave without saving what you typed?"]


def test_the_list_of_clients_narrows_as_one_types(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/clients/")
    expect(page.locator("#clients tbody a[data-stretch]")).to_have_count(4)
    page.get_by_label("Filter clients").press_sequentially("matra but")
    expect(page.locator("#clients tbody a[data-stretch]")).to_have_count(1)
    page.get_by_role("link", name="Mátra Bútor Kft.").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mátra Bútor Kft.")


def test_one_more_line_leaves_the_focus_where_it_was_whatever_else_is_wrong(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("status of 422")
    page = visit(desk.me, f"/c/{desk.borhaz.client_id}/edit/")
    page.locator("[name=name]").fill("")
    lines = page.locator("[name^=phone-][name$=-text]")
    lines.first.fill("+36 1 234 5678")
    page.locator("button[name=more][value=phone]").click()
    expect(lines).to_have_count(2)
    expect(page.locator("[name=name]")).not_to_be_focused()
