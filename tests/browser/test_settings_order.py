"""Lists of the settings are put into order by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from modules.models import Module, Status
from office.actions import tree
from tests import make
from tests.browser import axe
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


def press(page: Page, key: str, times: int = 1) -> None:
    """The keys in a row are one request, which the page waits a moment for."""
    with page.expect_response(lambda answer: "order" in answer.url):
        for _time in range(times):
            page.keyboard.press(key)


def test_modules_and_statuses_are_moved_by_alt_and_the_arrows(visit: Visit, boss: User) -> None:
    projects, hr = make.module("projects"), make.module("hr")
    page = visit(boss, "/settings/modules/")
    page.get_by_role("link", name=hr.name).last.focus()
    press(page, "Alt+ArrowUp")
    assert list(Module.objects.for_user(boss)) == [hr, projects]
    expect(page.locator("#sort-said")).to_have_text(f"{hr.name}: 1 of 2")
    assert axe.found(page) + axe.too_wide(page) == []

    page.goto(f"/settings/modules/{projects.pk}/statuses/")
    before = tree.order_of(projects)
    name = Status.objects.get(pk=before[0][1][-1]).name
    row = page.locator(".ed-name", has_text=name)
    row.focus()
    press(page, "Alt+ArrowDown", 2)  # out of its group, then one further
    after = tree.order_of(projects)
    assert after[1][1][1] == before[0][1][-1]
    expect(row).to_be_focused()
    count = len(after[0][1])
    expect(page.locator(f"#group-{after[0][0]}-n")).to_contain_text(f"{count} status")
    row.press("Enter")
    expect(page.get_by_label("Name in English")).to_have_value(name)
    assert axe.found(page) + axe.too_wide(page) == []
