"""Jobs: started once, watched, cancelled, and rescued from workers that died."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from jobs import runner
from jobs.models import Job, State, Worker
from jobs.runner import Beat
from tests import make

pytestmark = pytest.mark.django_db

Handler = Callable[[Job, Beat], dict[str, Any]]


@pytest.fixture
def user() -> User:
    return make.user()


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Handler], None]]:
    monkeypatch.setattr(runner, "_kinds", {})
    runner.stopping.clear()
    yield lambda handler: (runner.handler("test")(handler), None)[1]
    runner.stopping.clear()


def noting(runs: list[int]) -> Handler:
    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        runs.append(job.pk)
        return {}

    return handler


def start(user: User, **fields: Any) -> Job:
    job = runner.start("test", actor=user, payload={"a": 1}, total=10)
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def test_a_started_job_runs_after_the_transaction_and_keeps_its_result(
    user: User, kind: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kind(lambda job, beat: {"got": job.payload["a"]})
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user)
        assert job.state == State.QUEUED
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.attempts) == (State.DONE, {"got": 1}, 10, 1)
    assert job.finished_at is not None


def test_a_job_runs_only_once_however_often_it_is_queued(user: User, kind: Any) -> None:
    runs: list[int] = []
    kind(noting(runs))
    job = start(user)
    runner.run(job.pk)
    runner.run(job.pk)
    assert runs == [job.pk]


def test_progress_can_be_read_while_it_runs(user: User, kind: Any) -> None:
    seen = []

    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        beat(4)
        seen.append(Job.objects.get(pk=job.pk).percent)
        return {}

    kind(handler)
    runner.run(start(user).pk)
    assert seen == [40]


def test_an_unknown_kind_is_refused_before_anything_is_written(user: User, kind: Any) -> None:
    with pytest.raises(LookupError):
        runner.start("test", actor=user, payload={})
    assert not Job.objects.exists()


def test_an_error_meant_for_the_user_is_kept_word_for_word(user: User, kind: Any) -> None:
    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        raise runner.JobError("The file is empty.")

    kind(handler)
    job = start(user)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "The file is empty.")


def test_another_error_tells_the_user_nothing_of_the_inside(
    user: User, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    kind(lambda job, beat: {"never": 1 / 0})
    job = start(user)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "division" not in job.error
    assert "division" in caplog.text


def test_a_job_speaks_the_language_of_who_started_it(user: User, kind: Any) -> None:
    spoken = []

    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        spoken.append(translation.get_language())
        return {}

    kind(handler)
    with translation.override("hu"):
        job = start(user)
    with translation.override("en"):
        runner.run(job.pk)
    assert spoken == ["hu"]


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(user: User, kind: Any) -> None:
    runs: list[int] = []
    kind(noting(runs))
    job = start(user)
    runner.cancel(job)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, runs) == (State.CANCELLED, [])


def test_a_running_job_is_cancelled_at_its_next_beat(user: User, kind: Any) -> None:
    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        beat(1)
        runner.cancel(job)
        beat(2)
        raise AssertionError

    kind(handler)
    job = start(user)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (State.CANCELLED, 2)


def test_a_stopping_worker_gives_its_job_back_without_counting_the_attempt(
    user: User, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(runner, "_enqueue", queued.append)

    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        runner.stopping.set()
        beat(3)
        raise AssertionError

    kind(handler)
    job = start(user)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == (State.QUEUED, 3, 0)
    assert queued == [job.pk]


def test_a_silent_job_goes_back_to_the_queue_and_a_beating_one_stays(
    user: User, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(runner, "_enqueue", queued.append)
    kind(lambda job, beat: {})
    now = timezone.now()
    silent = start(user, state=State.RUNNING, attempts=1, heartbeat_at=now - timedelta(seconds=31))
    beating = start(user, state=State.RUNNING, attempts=1, heartbeat_at=now - timedelta(seconds=5))
    runner.reap(now)
    silent.refresh_from_db()
    beating.refresh_from_db()
    assert (silent.state, beating.state) == (State.QUEUED, State.RUNNING)
    assert queued == [silent.pk]


def test_a_job_that_died_three_times_is_given_up(user: User, kind: Any) -> None:
    kind(lambda job, beat: {})
    job = start(user, state=State.RUNNING, attempts=3)
    runner.reap(timezone.now() + timedelta(minutes=1))
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error


def test_a_process_given_up_for_dead_can_write_no_more(user: User, kind: Any) -> None:
    def handler(job: Job, beat: Beat) -> dict[str, Any]:
        Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker has it now
        beat(5)
        raise AssertionError

    kind(handler)
    job = start(user)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == (State.RUNNING, 2, 0)


def test_a_waiting_job_whose_place_in_the_queue_was_lost_is_queued_again(
    user: User, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(runner, "_enqueue", queued.append)
    kind(lambda job, beat: {})
    job = start(user)
    runner.reap(timezone.now())
    assert queued == []
    runner.reap(timezone.now() + timedelta(minutes=2))
    assert queued == [job.pk]


def test_tasks_of_dead_workers_do_not_stay_running() -> None:
    Worker.objects.create(pk="alive")
    common = {"args_kwargs": {}, "run_after": timezone.now(), "status": TaskResultStatus.RUNNING}
    mine = DBTaskResult.objects.create(worker_ids=["alive"], **common)
    orphan = DBTaskResult.objects.create(worker_ids=["dead"], **common)
    runner.reap()
    mine.refresh_from_db()
    orphan.refresh_from_db()
    assert (mine.status, orphan.status) == (TaskResultStatus.RUNNING, TaskResultStatus.FAILED)
