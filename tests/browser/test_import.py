"""An import of 5,000 rows from the upload to the client that one finds afterwards."""

from pathlib import Path

import pytest
from django_tasks.backends.dummy import DummyBackend
from playwright.sync_api import Page, expect
from pytest_django import Settings

from crm.models import Client, Datasheet
from importer.models import Import
from jobs import runner
from jobs.models import Job, State
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.importer.tools import checked, pasted

pytestmark = [pytest.mark.browser, pytest.mark.once]

LIST = Path(__file__).parent.parent / "data" / "ugyfelek-5000.xlsx"


@pytest.fixture
def slow_worker(settings: Settings) -> None:
    """Jobs wait until the test runs them."""
    backend = f"{DummyBackend.__module__}.{DummyBackend.__qualname__}"
    settings.TASKS = {"default": {"BACKEND": backend}}


def test_5000_rows_come_in_and_one_of_them_is_found(
    visit: Visit, desk: Desk, slow_worker: None
) -> None:
    page = visit(desk.colleague, "/import/")
    page.locator("input[type=file]").set_input_files(LIST)
    page.locator("[name=module]").select_option(label="Projects")
    page.get_by_role("button", name="Read the columns").click()
    expect(page.get_by_role("heading", name="columns")).to_be_visible()
    match_what_is_open(page)
    page.get_by_role("button", name="Check 5000 rows").click()
    expect(page.get_by_role("heading", name="Checking")).to_be_visible()
    do_what_waits()
    expect(page.locator(".tile").first).to_contain_text("4510")
    decide_about_past_days(page)
    page.get_by_role("button", name="Import 4510 rows").click()
    expect(page.locator("#run")).to_contain_text("Waiting for its turn")
    page.reload()
    expect(page.locator("#run")).to_contain_text("Waiting for its turn")
    assert axe.found(page) + axe.too_wide(page) == []
    assert not Client.objects.filter(name="Kékszalag Építő Kft.").exists()
    do_what_waits()
    expect(page.locator("#done")).to_contain_text("4510")
    for count in ("164", "277", "49"):
        expect(page.locator("#done .result")).to_contain_text(count)
    page.keyboard.press("/")
    page.keyboard.type("91590833")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Kékszalag Építő Kft.")
    page.keyboard.press("Enter")
    expect(page.locator("#ds-name")).to_contain_text("Kékszalag Építő Kft.")
    assert Datasheet.objects.filter(module=desk.module).count() == 4514


def test_the_largest_check_fits_a_phone(
    visit: Visit, desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = checked(pasted([("Cégnév",), ("Új Kft.",)], actor=desk.colleague), desk.colleague)
    Import.objects.update(counts=dict.fromkeys(source.counts, 500_000))
    page = visit(desk.colleague, source.get_absolute_url())
    expect(page.locator(".tile")).to_contain_text(["500000"] * 4)
    assert axe.too_wide(page) == []


def test_unfolded_columns_are_accessible_and_can_be_chosen_for(
    visit: Visit, desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    source = pasted([("Cégnév", "Fax"), ("Új Kft.", "")], actor=desk.colleague)
    page = visit(desk.colleague, source.get_absolute_url())
    page.get_by_text("1 more column with nothing in it").click()
    expect(page.locator(".map-empty select")).to_be_visible()
    assert axe.found(page) + axe.too_wide(page) == []
    with page.expect_response(f"**{source.get_absolute_url()}"):
        page.locator(".map-empty select").select_option("phone")
    source.refresh_from_db()
    assert source.targets == ["company_name", "phone"]


def do_what_waits() -> None:
    """What the worker would do."""
    for job in Job.objects.filter(state=State.QUEUED):
        runner.run(job.pk)


def match_what_is_open(page: Page) -> None:
    """Choose for each status and user that the company doesn't have: the first that it has."""
    while page.locator("#still-open").inner_text().strip():
        field = page.locator("tr.submap li:not(:has(.check-note)) select").first
        before = page.locator("#still-open").inner_text()
        field.select_option(index=2)
        expect(page.locator("#still-open")).not_to_have_text(before)


def decide_about_past_days(page: Page) -> None:
    if page.locator("#past-due").count():
        page.locator("#past-due").get_by_role("radio").nth(1).check()
        page.get_by_role("button", name="Decide").click()
        expect(page.get_by_role("heading", name="Checking")).to_be_visible()
        do_what_waits()
        expect(page.locator("#past-due").get_by_role("radio").nth(1)).to_be_checked()
