"""What is typed beside the status tree and not saved yet is lost by no click."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from modules.models import Status
from office.actions import tree
from tests import make
from tests.browser import axe
from tests.browser.conftest import Faults, Visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


def choose(page: Page, name: str) -> Locator:
    """Choose a status of the tree; the form's name, once it is there."""
    page.locator(".ed-name").filter(has_text=name).first.click()
    named = page.get_by_label("Name in English")
    expect(named).to_have_value(name)
    return named


def test_text_that_is_not_saved_waits_until_one_comes_back(visit: Visit, boss: User) -> None:
    module = make.module("projects")
    first, second = (Status.objects.get(pk=pk) for pk in tree.order_of(module)[0][1][:2])
    page = visit(boss, f"/settings/modules/{module.pk}/statuses/")
    notice = page.get_by_text("Not saved yet: what you typed")
    what = page.locator("[name=what_en]")

    choose(page, first.name)
    what.fill("Ask them twice")
    choose(page, second.name)
    expect(page.locator(".toast")).to_contain_text("What you typed is kept")
    expect(what).to_have_value(second.what_en)
    expect(notice).to_be_hidden()

    choose(page, first.name)
    expect(what).to_have_value("Ask them twice")
    expect(notice).to_be_visible()
    assert axe.found(page) == []
    page.goto("/settings/types/")
    page.goto(f"/settings/modules/{module.pk}/statuses/?status={first.pk}")
    expect(what).to_have_value("Ask them twice")
    page.get_by_role("button", name="Discard it").click()
    expect(what).to_have_value(first.what_en)
    expect(notice).to_be_hidden()

    what.fill("Call them")
    choose(page, second.name)
    choose(page, first.name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Saved: {first.name}")).to_be_visible()
    first.refresh_from_db()
    assert first.what_en == "Call them"
    choose(page, second.name)
    choose(page, first.name)
    expect(what).to_have_value("Call them")
    expect(notice).to_be_hidden()


def test_what_waited_doesnt_overwrite_what_a_colleague_saved_meanwhile(
    visit: Visit, boss: User, faults: Faults
) -> None:
    faults.expect("status of 422")
    module = make.module("projects")
    first, second = (Status.objects.get(pk=pk) for pk in tree.order_of(module)[0][1][:2])
    page = visit(boss, f"/settings/modules/{module.pk}/statuses/?status={first.pk}")
    what = page.locator("[name=what_en]")
    what.fill("Mine")
    choose(page, second.name)
    Status.objects.filter(pk=first.pk).update(what_en="Theirs", version=first.version + 1)
    choose(page, first.name)
    expect(what).to_have_value("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(what).to_have_value("Mine")
    choose(page, second.name)
    choose(page, first.name)
    expect(what).to_have_value("Mine")
    first.refresh_from_db()
    assert first.what_en == "Theirs"
