"""Scheduled functions run when they are due, once, and survive their own failures."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import schedule
from jobs.models import ScheduledRun
from jobs.worker import look_after

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_scheduled", {})
    monkeypatch.setattr(schedule, "_in_every_worker", [])


def test_a_function_runs_at_first_and_then_each_time_its_interval_is_over() -> None:
    runs: list[int] = []
    schedule.every(minutes=10)(lambda: runs.append(1))
    now = timezone.now()
    for minutes in (0, 9, 10, 11, 20):
        schedule.run_due(now + timedelta(minutes=minutes))
    assert len(runs) == 3


def test_of_two_workers_only_one_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    schedule.every(minutes=10)(lambda: runs.append(1))
    now = timezone.now()
    schedule.run_due(now)
    later = now + timedelta(minutes=10)
    assert len(schedule.run_due(later)) == 1
    assert schedule.run_due(later) == []


def test_a_failure_is_logged_and_the_others_run(caplog: Any) -> None:
    runs: list[int] = []

    def broken() -> None:
        raise ValueError("no luck")

    schedule.every(minutes=1)(broken)
    schedule.every(minutes=1)(lambda: runs.append(1))
    schedule.run_due()
    assert runs == [1]
    assert "no luck" in caplog.text
    assert ScheduledRun.objects.count() == 2


def test_what_each_worker_does_for_itself_it_does_each_time_whatever_fails(caplog: Any) -> None:
    runs: list[int] = []

    @schedule.in_every_worker
    def broken() -> None:
        raise ValueError("no luck")

    schedule.in_every_worker(lambda: runs.append(1))
    look_after()
    look_after()
    assert runs == [1, 1]
    assert "no luck" in caplog.text
