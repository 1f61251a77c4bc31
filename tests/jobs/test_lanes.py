"""Kinds that share a lane: one job at a time, in the order in which they were started."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from jobs import runner
from jobs.models import Job, State
from jobs.runner import Beat
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    queue: list[int] = []
    monkeypatch.setattr(runner, "_kinds", {})
    monkeypatch.setattr(runner, "_enqueue", queue.append)
    return queue


@pytest.fixture
def ran(queued: list[int]) -> list[int]:
    """The jobs that ran; two kinds of the lane "road", one of none."""
    found: list[int] = []

    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        found.append(job.pk)
        return {}

    for kind, lane in (("load", "road"), ("undo", "road"), ("walk", "")):
        runner.handler(kind, lane=lane)(handler)
    return found


def start(kind: str, user: User, **fields: Any) -> Job:
    job = runner.start(kind, actor=user, payload={})
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def test_a_job_waits_while_another_of_its_lane_runs(ran: list[int]) -> None:
    user = make.user()
    running = start("load", user, state=State.RUNNING)
    waiting, free = start("undo", user), start("walk", user)
    runner.run(waiting.pk)
    runner.run(free.pk)
    assert ran == [free.pk]
    assert list(runner.ahead_of(waiting)) == [running]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.QUEUED, 0)


def test_who_came_first_goes_first_and_wakes_the_next(queued: list[int], ran: list[int]) -> None:
    user = make.user()
    first, second, third = (start(kind, user) for kind in ("load", "load", "undo"))
    runner.run(second.pk)
    assert ran == []
    runner.run(first.pk)
    assert (ran, queued) == ([first.pk], [second.pk])
    runner.run(second.pk)
    runner.run(third.pk)
    assert ran == [first.pk, second.pk, third.pk]
    assert queued == [second.pk, third.pk]


def test_a_cancelled_job_holds_nobody_up(ran: list[int]) -> None:
    user = make.user()
    first, second = start("load", user), start("load", user)
    runner.cancel(first)
    runner.run(second.pk)
    assert ran == [second.pk]


def test_what_a_process_given_up_for_dead_would_write_is_rolled_back(ran: list[int]) -> None:
    user = make.user()
    job = start("load", user, state=State.RUNNING, attempts=1)
    with transaction.atomic():
        runner.hold(job)
    Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker has it now
    with pytest.raises(runner.TakenAwayError), transaction.atomic():
        runner.hold(job)
