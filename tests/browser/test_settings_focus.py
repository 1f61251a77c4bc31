"""Where one is in the settings, one stays: the focus, the place, what goes on in the background."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from jobs.models import Job, State
from modules.models import Suggestion
from tests import make
from tests.browser import axe
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


def test_after_a_dialog_is_saved_the_focus_is_back_on_what_opened_it(
    visit: Visit, boss: User
) -> None:
    module = make.module("projects")
    page = visit(boss, f"/settings/modules/{module.pk}/statuses/")
    opener = page.locator(".ed-group a").nth(1)
    opener.press("Enter")
    page.locator("#dialog").get_by_label("Name in English").fill("Preparations")
    page.keyboard.press("Enter")
    expect(page.locator(".ed-group a").nth(1)).to_have_text("Preparations")
    expect(page.locator(".ed-group a").nth(1)).to_be_focused()


def test_enter_in_a_dialog_saves_and_never_removes_or_moves(visit: Visit, boss: User) -> None:
    suggestion = Suggestion.objects.filter(status__module=make.module("projects")).in_order()[0]
    page = visit(boss, f"/settings/modules/{suggestion.status.module_id}/suggestions/")
    page.get_by_role("link", name=suggestion.text_en).first.press("Enter")
    page.get_by_label("Text in English").fill("Look at the place")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Look at the place").first).to_be_focused()


def test_a_button_that_moves_a_module_keeps_the_focus(visit: Visit, boss: User) -> None:
    for kind in ("projects", "hr", "events"):
        make.module(kind)
    page = visit(boss, "/settings/modules/")
    page.get_by_role("button", name="Move Projects down").press("Enter")
    expect(page.locator(".sort-name b").nth(1)).to_have_text("Projects")
    again = page.get_by_role("button", name="Move Projects down")
    expect(again).to_be_focused()


def test_the_progress_of_a_job_is_there_to_read_and_to_stop(visit: Visit, boss: User) -> None:
    job = Job.objects.create(
        kind="unknown", created_by=boss, state=State.RUNNING, done=30, total=120
    )
    page = visit(boss, f"/jobs/{job.pk}/")
    for words in ("Running", "30 / 120"):
        expect(page.get_by_text(words)).to_be_in_viewport()
    # In one go: the page asks for the progress every second, and puts it in anew.
    assert page.evaluate("document.querySelector('.job').offsetHeight") > 60
    page.get_by_role("button", name="Stop it").click(trial=True)
    assert axe.found(page) + axe.too_wide(page) == []
