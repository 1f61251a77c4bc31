"""Starting, running, watching and rescuing jobs.

An app registers a handler in its tasks.py and starts it from an action:

    @runner.handler("import")
    def run(job: Job, beat: Callable[[int], None]) -> dict[str, Any]: ...

    runner.start("import", actor=user, payload={...}, total=rows)

A handler may be run again after its worker died, so it must be able to go on where it was:
`job.done` is what it last reported. What it does between two beats should be one transaction.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from jobs.models import SILENT, Job, State, Viewer, Worker

logger = logging.getLogger(__name__)

Beat = Callable[[int], None]
Run = Callable[[Job, Beat], dict[str, Any]]
PageOf = Callable[[Job], str]

MAX_ATTEMPTS = 3
LOST = timedelta(minutes=1)
"""A job that has waited so long is put into the queue again: its place there may be lost."""

stopping = threading.Event()
"""Set when this worker is told to stop: the running job goes back to the queue at its next beat."""


class JobError(Exception):
    """A failure whose text is meant for the user who started the job."""


class CancelledError(Exception):
    """Somebody asked to cancel the job."""


class StoppedError(Exception):
    """The worker is stopping; another will go on."""


class TakenAwayError(Exception):
    """This process was given up for dead and the job runs elsewhere."""


@dataclass(frozen=True)
class Kind:
    """A registered handler, the address of the page to open when the job is finished, and the
    lane in which one job runs at a time ("": none).
    """

    run: Run
    page: PageOf | None
    lane: str = ""


_kinds: dict[str, Kind] = {}
_GONE = (OperationalError, InterfaceError)
_PAUSES = (0.5, 1, 2, 4, 8, 16)
_UNFINISHED = (State.QUEUED, State.RUNNING)


def handler(kind: str, *, page: PageOf | None = None, lane: str = "") -> Callable[[Run], Run]:
    """Register the function that runs jobs of this kind.

    Of all kinds with the same ``lane`` one job runs at a time, in the order in which they were
    started, however many workers there are.
    """

    def register(run: Run) -> Run:
        _kinds[kind] = Kind(run, page, lane)
        return run

    return register


def page_of(job: Job) -> str | None:
    """The address to go to once the job is finished, if its kind has one."""
    kind = _kinds.get(job.kind)
    return kind.page(job) if kind and kind.page else None


def start(kind: str, *, actor: Viewer, payload: dict[str, Any], total: int = 0) -> Job:
    """Write the job and queue it when the transaction is through. `total`: units of progress."""
    if kind not in _kinds:
        raise LookupError(f"no handler is registered for jobs of kind {kind!r}")
    job = Job.objects.create(
        kind=kind,
        created_by_id=actor.pk,
        payload=payload,
        total=total,
        language=get_language() or "en",
    )
    transaction.on_commit(lambda: _enqueue(job.pk))
    return job


def cancel(job: Job) -> None:
    """A waiting job is cancelled now, a running one at its next beat."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if not waiting.update(state=State.CANCELLED, cancel_requested=True, finished_at=now):
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True)


@task(takes_context=True)
def perform(context: TaskContext, job_id: int) -> None:
    """The one task in the queue: run this job, unless somebody else does or did."""
    run(job_id, worker=context.task_result.worker_ids[-1])


def run(job_id: int, *, worker: str = "") -> None:
    """Claim the job, run its handler and keep how it ended."""
    with transaction.atomic():
        job = _claim(job_id, worker)
    if job is not None:
        with override(job.language):
            state, fields = _outcome(job)
            _once_it_answers(lambda: _finish(job, state, fields))
        _once_it_answers(lambda: _wake_next(job))


def _claim(job_id: int, worker: str) -> Job | None:
    """The waiting job, now this worker's; None when another has it, or its lane is taken."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return None
    # Of two workers that claim jobs of one lane at once the second sees what the first did.
    unfinished = Job.objects.filter(kind__in=_same_lane(job), state__in=_UNFINISHED)
    list(unfinished.order_by("pk").select_for_update().values_list("pk"))
    if ahead_of(job).exists():
        return None
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=State.QUEUED).update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        worker=worker,
        heartbeat_at=now,
        started_at=now,
        error="",
    )
    return Job.objects.get(pk=job_id) if claimed else None


def ahead_of(job: Job) -> QuerySet[Job]:
    """The jobs of its lane that end before it begins, the first one first."""
    before = Q(state=State.RUNNING) | Q(state=State.QUEUED, pk__lt=job.pk)
    lane = Job.objects.filter(before, kind__in=_same_lane(job))
    return lane.exclude(pk=job.pk).order_by("pk")


def _same_lane(job: Job) -> list[str]:
    """The kinds of its lane; none of a job that has no lane."""
    lane = _kinds[job.kind].lane if job.kind in _kinds else ""
    return [kind for kind, one in _kinds.items() if lane and one.lane == lane]


def _wake_next(job: Job) -> None:
    """Queue whoever waited for this job; should that be lost, the reaper does it later."""
    waiting = Job.objects.filter(kind__in=_same_lane(job), state=State.QUEUED)
    following = waiting.exclude(pk=job.pk).order_by("pk").first()
    if following is not None:
        _enqueue(following.pk)


def hold(job: Job) -> None:
    """Within a transaction: until its end nobody can take the job away from this process.

    Raises TakenAwayError when somebody has. What is written behind it in the transaction is
    written by one process only, also when this one was wrongly given up for dead.
    """
    if not list(_mine(job).select_for_update().values_list("pk")):
        raise TakenAwayError


def _outcome(job: Job) -> tuple[State, dict[str, Any]]:
    """Run the handler; the state that the job ends in and the fields to write with it."""
    try:
        result = _kinds[job.kind].run(job, lambda done: _beat(job, done))
    except CancelledError:
        return State.CANCELLED, {}
    except StoppedError:
        return State.QUEUED, {"attempts": F("attempts") - 1}
    except TakenAwayError:
        return State.RUNNING, {}
    except JobError as error:
        return State.FAILED, {"error": str(error)}
    except _GONE as error:
        logger.warning("Job %s (%s): %s", job.pk, job.kind, error)
        if job.attempts < MAX_ATTEMPTS:
            return State.QUEUED, {}
        return State.FAILED, {"error": gettext("The database did not answer several times.")}
    except Exception:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        return State.FAILED, {"error": gettext("Something went wrong. It has been written down.")}
    return State.DONE, {"result": result, "done": job.total or job.done}


def _once_it_answers(function: Callable[[], object]) -> None:
    """A database that is being started again answers in a while: what came of a job has to be
    written, else the job would seem to be running for as long as this process lives.
    """
    for pause in _PAUSES:
        try:
            function()
        except _GONE as error:
            logger.warning("The database does not answer: %s", error)
            connection.close()
            time.sleep(pause)
        else:
            return
    function()


def _finish(job: Job, state: State, fields: dict[str, Any]) -> None:
    if state == State.RUNNING:
        return
    now = timezone.now()
    fields |= {"state": state, "heartbeat_at": now}
    if state != State.QUEUED:
        fields["finished_at"] = now
    ended = _mine(job).update(**fields)
    if ended and state == State.QUEUED:
        _enqueue(job.pk)


def _beat(job: Job, done: int) -> None:
    """Note the progress; raises when the job must not go on."""
    job.done = done
    if not _mine(job).update(done=done, heartbeat_at=timezone.now()):
        raise TakenAwayError
    if stopping.is_set():
        raise StoppedError
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        raise CancelledError


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)


def _enqueue(job_id: int) -> None:
    perform.enqueue(job_id)


def reap(now: datetime | None = None) -> int:
    """Put jobs of dead workers back into the queue, at most three times; how many it touched."""
    now = now or timezone.now()
    dead = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=now - SILENT)
    given_up = dead.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=State.FAILED, finished_at=now, error=gettext("It was interrupted several times.")
    )
    back = dead.update(state=State.QUEUED, heartbeat_at=now - 2 * LOST)
    waiting = Job.objects.filter(state=State.QUEUED, heartbeat_at__lt=now - LOST)
    for job_id in list(waiting.values_list("pk", flat=True)):
        # one of several workers wins; a job that is queued twice still runs once
        if waiting.filter(pk=job_id).update(heartbeat_at=now):
            _enqueue(job_id)
    _sweep_tasks(now)
    return given_up + back


def _sweep_tasks(now: datetime) -> None:
    """Tasks that a dead worker left running, and workers that are gone."""
    Worker.objects.filter(beat_at__lt=now - 2 * SILENT).delete()
    alive = set(Worker.objects.values_list("pk", flat=True))
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    orphans = [row.pk for row in running if not alive & set(row.worker_ids[-1:])]
    DBTaskResult.objects.filter(pk__in=orphans).update(
        status=TaskResultStatus.FAILED, finished_at=now
    )
