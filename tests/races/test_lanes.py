"""Two workers that claim jobs of one lane at the same moment: one of them runs."""

from __future__ import annotations

from functools import partial
from threading import Event, Lock
from time import sleep
from typing import Any

import pytest

from jobs import runner
from jobs.models import Job, State
from jobs.runner import Beat
from tests import make
from tests.races.conftest import AtOnce


def test_a_job_that_nobody_saw_when_the_next_one_was_claimed_waits_for_it(
    at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier one's id was taken before, but it was committed only after the other's worker
    had looked who is ahead. Without the lock of a claim both would run.
    """
    monkeypatch.setattr(runner, "_kinds", {})
    monkeypatch.setattr(runner, "_enqueue", lambda pk: None)
    counting, at_work, most = Lock(), [0], [0]

    def load(job: Job, beat: Beat) -> dict[str, Any]:
        with counting:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        sleep(1)
        with counting:
            at_work[0] -= 1
        return {}

    runner.handler("load", lane="road")(load)
    user = make.user()
    unseen, claimed = (runner.start("load", actor=user, payload={}) for _ in range(2))
    looked, ahead_of = Event(), runner.ahead_of

    def looking(job: Job) -> Any:
        if job.pk != claimed.pk:
            return ahead_of(job)
        found = Job.objects.filter(pk__in=list(ahead_of(job).exclude(pk=unseen.pk)))
        looked.set()
        sleep(0.3)
        return found

    monkeypatch.setattr(runner, "ahead_of", looking)

    def second() -> None:
        looked.wait(timeout=10)
        runner.run(unseen.pk)

    assert at_once([partial(runner.run, claimed.pk), second]) == [None, None]
    assert most == [1]
    runner.run(unseen.pk)
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
