"""A list with naughty names is looked at, taken out in its dialog and saved; nothing runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from crm import search
from crm.models import Client
from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.once]


def naughty(shared_data: Path) -> list[str]:
    """Those that look like markup, as a company's name has them."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text())
    marked = (" ".join(one.replace("\x00", "").split())[:190] for one in strings if "<" in one)
    return list(dict.fromkeys(one for one in marked if one))


def test_a_list_is_taken_out_in_its_dialog(
    visit: Visit, desk: Desk, shared_data: Path, tmp_path: Path
) -> None:
    names = naughty(shared_data)
    made = [Client.objects.create(name=name) for name in names]
    search.reindex([one.pk for one in made])
    page = visit(desk.colleague, "/clients/")
    shown_runs_nothing(page)
    page.get_by_role("link", name="Export").click()
    page.get_by_text("I choose").click()
    expect(page.get_by_role("checkbox", name="Company name")).to_be_checked()
    assert axe.found(page) == []
    page.get_by_role("checkbox", name="Industry").check()
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#export")).to_contain_text("rows are ready")
    assert axe.found(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "clients.xlsx")
    sheet = load_workbook(tmp_path / "clients.xlsx").worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    assert "Industry" in heading
    at = heading.index("Company name")
    assert {row[at] for row in rows} >= set(names)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("checkbox", name="Industry")).to_be_checked()
    expect(page.get_by_text("Your last files")).to_be_visible()


def shown_runs_nothing(page: Page) -> None:
    """Had one of them run, it would have said so."""
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    page.reload()
    page.wait_for_timeout(300)
