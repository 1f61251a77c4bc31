"""Signing in and out, by the form."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.conftest import Faults, Visit
from tests.browser.desk import Desk
from tests.make import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_one_signs_in_comes_to_the_page_one_wanted_and_signs_out(visit: Visit, desk: Desk) -> None:
    page = visit(None, desk.path)
    page.get_by_label("Email").fill(desk.me.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title("Projects · Teendő")
    page.get_by_role("button", name="Nagy Eszter, menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(desk.path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_keeps_the_address_and_tells_nothing_else(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect("status of 422")
    page = visit(None, "/login/")
    page.get_by_label("Email").fill(desk.me.email)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(desk.me.email)


def test_what_one_types_is_kept_when_the_session_has_ended(
    visit: Visit, desk: Desk, faults: Faults
) -> None:
    faults.expect(" 40[13] ")
    page = visit(desk.me, f"/d/{desk.borhaz.pk}/")
    note = page.locator("#composer textarea")
    note.fill("Holnap délután hívjam")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save to history").click()
    expect(page.locator(".toast").get_by_role("link", name="Sign in")).to_be_visible()
    expect(note).to_have_value("Holnap délután hívjam")
