"""Check, load and result: each page in full, as a part, refused, and what it does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm.models import Client, Datasheet, Todo
from importer import came_in, load, rows
from importer.models import Import, PastDue, Step
from importer.pace import Pace
from importer.plan import RowPlan
from importer.write import write as bulk_write
from jobs import runner
from jobs.models import Job, State
from tests import make
from tests.importer.tools import (
    HTMX,
    at_check,
    checked,
    choices,
    fresh,
    pasted,
    status_of,
    url,
)

pytestmark = pytest.mark.django_db

# ---- Step 3 ------------------------------------------------------------------------------------


def test_all_decided_it_is_checked_and_nothing_is_written(
    web: Browser, source: Import, boss: User
) -> None:
    sent = choices(web, source)
    for name in [name for name, value in sent.items() if re.match("(status|resp.*)_", name)]:
        sent[name] = sent[name] or "leave"
    answer = web.post(url("columns", source), sent | {"go": "1"}, headers=HTMX)
    assert answer.status_code == 204
    assert url("check", source) in answer["HX-Location"]
    source.refresh_from_db()
    counts = {"rows": 5, "create": 1, "skip": 2, "wrong": 1, "blank": 1, "past": 0}
    assert source.counts == counts | {"update": 0, "changed": 0}
    assert not Client.objects.exists()
    text = web.get(url("check", source)).content.decode()
    assert "“nem cím” is not an email address." in text
    assert "The same as row 2." in text
    assert text.index("nem cím") < text.index("Felhívni") < text.index("The same as row")


def test_rows_are_filtered_by_their_result(web: Browser, source: Import, boss: User) -> None:
    at_check(source, boss)
    only = web.get(url("check", source) + "?show=wrong", headers=HTMX).content.decode()
    assert "nem cím" in only
    assert "The same as row" not in only
    assert "<html" not in only
    assert web.get(url("check", source) + "?show=x&page=99999999999").status_code == 200


def test_rows_are_shown_by_the_page(web: Browser, boss: User) -> None:
    table = [("Cégnév", "Adószám"), *((f"Cég {i}", "1" if i > 60 else "") for i in range(120))]
    source = checked(pasted(table, actor=boss), boss)
    first = web.get(url("check", source)).content.decode()
    second = web.get(url("check", source) + "?page=2").content.decode()
    assert "Page 1 of 3" in first
    assert "Cég 61<" in first
    assert "Cég 119<" in second
    assert "Cég 0<" in second


def test_todos_that_start_overdue_are_asked_about_once(
    web: Browser, source: Import, boss: User
) -> None:
    status = status_of(source)
    at_check(source, boss, statuses={"folyamatban": status.pk, "ismeretlen": status.pk})
    text = web.get(url("check", source)).content.decode()
    assert "1 first todo would start overdue." in text
    refused = web.post(url("load", source), headers=HTMX)
    assert refused.status_code == 422
    assert "Choose what becomes of them." in refused.content.decode()
    assert web.post(url("check", source), {"past_due": "x"}).status_code == 422
    assert web.post(url("check", source), {"past_due": "leave"}).status_code == 303
    source.refresh_from_db()
    assert source.past_due == PastDue.LEAVE
    assert source.step == Step.CHECK
    assert web.post(url("load", source)).status_code == 303


@pytest.mark.parametrize(("answer", "todos"), [("keep", 1), ("next", 1), ("leave", 0)])
def test_todos_in_the_past_become_what_was_chosen(boss: User, answer: str, todos: int) -> None:
    table = [("Cégnév", "Teendő", "Határidő"), ("Régi Kft.", "Hívni", "2020-01-05")]
    source = checked(pasted(table, actor=boss, module=make.module("projects")), boss)
    assert source.counts["past"] == 1
    Import.objects.filter(pk=source.pk).update(past_due=answer)
    load.run(fresh(source), lambda done: None)
    due = Todo.objects.values_list("due_at", flat=True)
    assert len(due) == todos
    assert [one.year == 2020 for one in due] == [answer == "keep"] * todos


# ---- Step 4 and the result ---------------------------------------------------------------------


def test_loading_twice_is_one_job(
    web: Browser, source: Import, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    at_check(source, boss)
    for _twice in range(2):
        assert web.post(url("load", source))["Location"] == url("load", source)
    job = Job.objects.get()
    assert (job.kind, job.total, job.state) == ("import", 5, State.QUEUED)
    assert "Waiting for its turn" in web.get(url("load", source)).content.decode()
    assert web.get(url("columns", source))["Location"] == url("load", source)
    runner.run(job.pk)
    answer = web.get(url("load", source), headers=HTMX)
    assert answer.status_code == 204
    assert url("done", source) in answer["HX-Location"]
    assert web.post(url("load", source)).status_code == 303
    assert Job.objects.count() == 1
    assert Client.objects.count() == 1


def test_progress_is_told(web: Browser, source: Import, boss: User) -> None:
    at_check(source, boss)
    web.post(url("load", source))
    Job.objects.update(state=State.RUNNING, done=2, started_at=source.created_at)
    text = web.get(url("load", source), headers=HTMX).content.decode()
    assert "Importing, 2 of 5 rows" in text
    assert 'hx-trigger="every 1s"' in text
    assert "<html" not in text


def test_a_load_can_be_stopped_and_goes_on(web: Browser, source: Import, boss: User) -> None:
    at_check(source, boss)
    web.post(url("load", source))
    assert web.post(url("stop", source)).status_code == 303
    assert Job.objects.get().state == State.CANCELLED
    assert "Go on" in web.get(url("load", source)).content.decode()
    web.post(url("load", source))
    runner.run(Job.objects.latest("pk").pk)
    assert fresh(source).step == Step.DONE
    assert Datasheet.objects.count() == 1


def test_the_reasons_are_in_the_language_of_the_one_who_loads(
    web: Browser, source: Import, boss: User
) -> None:
    at_check(source, boss)
    User.objects.filter(pk=boss.pk).update(language="hu")
    web.post(url("load", source))
    job = Job.objects.get()
    assert job.language == "hu"
    runner.run(job.pk)
    reasons = [one["reasons"] for one in rows.results(source.pk) if one["result"] == "wrong"]
    assert reasons == [["„nem cím” nem emailcím."]]


def test_the_result_adds_up_and_leads_to_what_came_in(
    web: Browser, source: Import, boss: User
) -> None:
    at_check(source, boss)
    load.run(fresh(source), lambda done: None)
    text = web.get(url("done", source)).content.decode()
    assert "1 row is in" in text
    assert came_in.address(source, "created").replace("&", "&amp;") in text
    assert web.get(url("done", source), headers=HTMX).status_code == 200
    records = web.get(url("records", source)).content.decode()
    assert "Első Kft." in records
    assert Datasheet.objects.get().get_absolute_url() in records
    part = web.get(url("records", source) + "?after=1", headers=HTMX).content.decode()
    assert "Első Kft." in part
    assert "<html" not in part


def test_what_came_in_says_whose_it_is_and_when_it_came(
    web: Browser, source: Import, boss: User
) -> None:
    at_check(source, boss)
    load.run(fresh(source), lambda done: None)
    done = datetime(2026, 11, 24, 13, 32, tzinfo=UTC)
    Import.objects.update(finished_at=done)
    for page in ("done", "records"):
        text = web.get(url(page, source)).content.decode()
        assert f"Tue 24 Nov 14:32, {boss.full_name}" in text


def test_records_are_paged_in_the_order_of_the_rows(web: Browser, boss: User) -> None:
    table = [("Cégnév",), *((f"Cég {i:03}",) for i in range(70))]
    source = checked(pasted(table, actor=boss), boss)
    load.run(fresh(source), lambda done: None)
    first = web.get(url("records", source)).content.decode()
    assert "Cég 049" in first
    assert "Cég 050" not in first
    assert "Cég 050" in web.get(url("records", source) + "?after=51").content.decode()


def test_the_job_of_a_killed_worker_goes_on_where_it_was(
    web: Browser, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.load.Pace", partial(Pace, 2))
    monkeypatch.setattr("importer.pace.FEWEST", 2)
    monkeypatch.setattr("importer.pace.MOST", 2)
    table = [("Cégnév",), *((f"Cég {i}",) for i in range(7))]
    source = checked(pasted(table, actor=boss), boss)
    web.post(url("load", source))
    job = Job.objects.get()
    calls: list[int] = []

    def killed(source: Import, plans: list[RowPlan], *, actor: User) -> None:
        calls.append(len(plans))
        bulk_write(source, plans, actor=actor)
        if len(calls) == 3:
            raise SystemExit

    monkeypatch.setattr("importer.blocks.write", killed)
    with pytest.raises(SystemExit):
        runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, Client.objects.count()) == (State.RUNNING, 4, 4)
    Job.objects.update(heartbeat_at=job.heartbeat_at - timedelta(minutes=1))
    assert runner.reap() == 1
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["create"], Client.objects.count()) == (State.DONE, 7, 7)
    assert fresh(source).counts["create"] == 7
