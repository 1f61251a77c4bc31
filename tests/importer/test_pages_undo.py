"""Taking back by the pages: who is offered it, what is asked, what stands there then."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions.notes import write_down
from crm.constants import EntryKind
from crm.models import Client, Datasheet
from importer import load
from importer.models import Import, ImportedRow, OnCancel, Step
from importer.pace import Pace
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from tests import make
from tests.importer.test_undo import CHANGED, ROWS, UPDATE
from tests.importer.tools import HTMX, checked, fresh, pasted, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(boss: User, module: Module) -> Import:
    source = checked(pasted(ROWS, actor=boss, module=module), boss)
    load.run(source, lambda done: None)
    return fresh(source)


def page(web: Browser, name: str, source: Import, **sent: Any) -> str:
    return web.get(url(name, source), sent).content.decode()


def test_the_report_offers_it_and_the_question_tells_the_numbers(
    web: Browser, source: Import
) -> None:
    report = page(web, "done", source)
    assert "Undo takes out the 3 new clients." in report
    assert "Possible until" in report
    question = web.get(url("undo", source), headers=HTMX).content.decode()
    assert "3 new clients go" in question
    assert Client.objects.count() == 3


def test_it_is_taken_back_and_the_report_says_so(
    web: Browser, source: Import, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    sheet = Datasheet.objects.order_by("pk")[0]
    write_down(sheet.pk, EntryKind.NOTE, "Beszéltünk", actor=boss)
    with django_capture_on_commit_callbacks(execute=True):
        answer = web.post(url("undo", source), {"sure": "1"})
    assert answer.status_code == 303
    report = page(web, "done", source)
    assert "2 clients that it had made are gone." in report
    assert "1 was kept" in report
    assert "Changed your mind?" not in report
    kept = page(web, "records", source, only="kept")
    assert "Egy Kft." in kept
    assert "Somebody has worked on it since." in kept
    assert "Taken back" in web.get("/import/").content.decode()


def test_another_manager_sees_it_and_may_not(source: Import, module: Module) -> None:
    colleague, admin = make.user("manager"), make.user("administrator")
    web = Browser()
    web.force_login(colleague)
    assert "Changed your mind?" not in page(web, "done", source)
    assert web.post(url("undo", source), {"sure": "1"}).status_code == 403
    web.force_login(admin)
    assert "Changed your mind?" in page(web, "done", source)


def test_after_the_days_that_its_file_is_kept_it_is_too_late(web: Browser, source: Import) -> None:
    old = timezone.now() - timedelta(days=30, minutes=1)
    Import.objects.filter(pk=source.pk).update(finished_at=old)
    assert "Changed your mind?" not in page(web, "done", source)
    assert web.post(url("undo", source), {"sure": "1"}).status_code == 409
    assert Client.objects.count() == 3


def test_what_an_update_changed_is_shown_from_what_to_what(
    web: Browser, source: Import, boss: User, module: Module
) -> None:
    update = checked(pasted((UPDATE, CHANGED), actor=boss, module=module), boss, existing="over")
    load.run(update, lambda done: None)
    report = page(web, "done", update)
    assert "Show changes" in report
    assert "old values" in report
    shown = page(web, "changes", update)
    for word in ("Website", "egy.example", "Tax number", "10773381-2-44", "uj@example.com"):
        assert word in shown


def test_stopped_it_says_how_much_is_in_and_offers_both_ways_on(
    web: Browser, source: Import, boss: User
) -> None:
    job = Job.objects.create(kind="import", created_by=boss, state=State.CANCELLED, done=2, total=5)
    counts = source.counts | {"create": 2}
    Import.objects.filter(pk=source.pk).update(step=Step.LOAD, job=job, counts=counts)
    shown = page(web, "load", source)
    assert "Stopped after 2 of 5 rows" in shown
    assert "2 rows are in." in shown
    assert "Take back what is in" in shown
    assert "Go on" in shown


def test_waiting_it_says_whose_import_is_before(web: Browser, source: Import, boss: User) -> None:
    other = make.user("manager", family_name="Sietős", given_name="Sára")
    Job.objects.create(kind="import", created_by=other, state=State.RUNNING, payload={})
    mine = runner.start("import", actor=boss, payload={"import": source.pk}, total=5)
    Import.objects.filter(pk=source.pk).update(step=Step.LOAD, job=mine)
    assert f"The import of {other.full_name} is before yours." in page(web, "load", source)


def cancelling(source: Import, boss: User, on_cancel: OnCancel) -> Import:
    """The import, not loaded yet; its job is told to stop as soon as a row is in."""
    job = Job.objects.create(kind="import", created_by=boss, total=3, payload={"import": source.pk})
    Import.objects.filter(pk=source.pk).update(step=Step.LOAD, job=job, on_cancel=on_cancel)
    return fresh(source)


@pytest.mark.parametrize(("on_cancel", "left"), [(OnCancel.KEEP, 1), (OnCancel.BACK, 0)])
def test_cancelled_it_keeps_or_takes_back_as_was_chosen(
    web: Browser, boss: User, module: Module, monkeypatch: Any, on_cancel: OnCancel, left: int
) -> None:
    source = checked(pasted(ROWS, actor=boss, module=module), boss)
    source = cancelling(source, boss, on_cancel)
    monkeypatch.setattr("importer.load.Pace", partial(Pace, 1))
    assert source.job_id is not None
    beaten = runner._beat

    def beat(job: Job, done: int) -> None:
        web.post(url("stop", source))
        beaten(job, done)

    monkeypatch.setattr(runner, "_beat", beat)
    runner.run(source.job_id)
    source = fresh(source)
    assert source.job is not None
    assert source.job.state == State.CANCELLED
    assert Client.objects.count() == ImportedRow.objects.count() == left
    assert source.step == Step.LOAD
    shown = page(web, "load", source)
    assert ("Stopped and taken back" in shown) == (on_cancel == OnCancel.BACK)
    assert ("Take back what is in" in shown) == (on_cancel == OnCancel.KEEP)
    monkeypatch.setattr(runner, "_beat", beaten)
    with_rest = web.post(url("load", source))
    assert with_rest.status_code == 303


def test_stopped_while_it_waits_it_is_taken_back_by_a_job_of_its_own(
    web: Browser, source: Import, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    source = cancelling(source, boss, OnCancel.BACK)
    with django_capture_on_commit_callbacks(execute=True):
        web.post(url("stop", source))
    assert not Client.objects.exists()
    assert fresh(source).undone_at is not None
