"""Names as long as Hungarian makes them widen no page of the settings and cover nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from accounts.models import User
from modules.models import Status, StatusGroup, Suggestion
from tests import make
from tests.browser import axe
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

LONG = "Megszentségteleníthetetlenségeskedéseitekért"
BEYOND = """(box) => {
  const right = document.querySelector(box).getBoundingClientRect().right;
  const over = [...document.querySelectorAll(`${box} *`)].filter(
    (one) => one.getBoundingClientRect().right > right + 1 && !one.closest("[popover]"));
  return over.map((one) => one.className || one.tagName);
}"""


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


def beyond(page: Page, box: str) -> list[str]:
    """What of a part stands out of it on the right."""
    found: list[str] = page.evaluate(BEYOND, box)
    return found


def test_a_long_module_stays_in_the_list_of_pages_and_its_statuses_in_their_rows(
    visit: Visit, boss: User
) -> None:
    module = make.module("projects")
    module.name_en = module.name_hu = LONG
    module.save()
    Status.objects.filter(module=module).update(name_en=f"{LONG[:40]} status", what_en=LONG * 3)
    StatusGroup.objects.filter(module=module).update(name_en=LONG)
    Suggestion.objects.filter(status__module=module).update(text_en=f"{LONG} {LONG}")
    page = visit(boss, f"/settings/modules/{module.pk}/statuses/")
    for box in (".set > nav", ".ed-list", ".ed-side"):
        assert beyond(page, box) == []
    assert axe.too_wide(page) == []


def test_a_long_user_widens_neither_the_list_nor_the_user_s_page(visit: Visit, boss: User) -> None:
    one = make.user(
        family_name=LONG, given_name="Bartholomea", email=f"{'hosszu' * 10}@teendo-minta.example"
    )
    page = visit(boss, "/settings/users/")
    assert axe.too_wide(page) == []
    page.goto(f"/settings/users/{one.pk}/")
    assert axe.too_wide(page) == []
