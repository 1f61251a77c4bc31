"""The worker process: takes jobs from the queue, shows that it lives, rescues what others left."""

import logging
import threading
from collections.abc import Callable
from types import FrameType

from django.db import DatabaseError, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

from jobs import runner, schedule
from jobs.models import Job, State, Worker

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.5


class Loop(threading.Thread):
    """Calls a function every few seconds; a database that is busy is asked again later."""

    def __init__(self, name: str, seconds: float, function: Callable[[], object]) -> None:
        super().__init__(name=name, daemon=True)
        self.seconds = seconds
        self.function = function
        self.ended = threading.Event()

    def run(self) -> None:
        """Until `ended` is set."""
        while not self.ended.is_set():
            try:
                self.function()
            except DatabaseError as error:
                logger.warning("%s: %s", self.name, error)
                connection.close()
            self.ended.wait(self.seconds)
        connection.close()


class JobWorker(QueueWorker):
    """Told to stop, it puts its running job back into the queue instead of finishing it."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM, SIGINT: leave at the running job's next beat, or at once."""
        runner.stopping.set()
        super().shutdown(signum, frame)


def beat(worker_id: str) -> None:
    """Show that this process lives, and with it the job that it runs."""
    now = timezone.now()
    Worker.objects.update_or_create(pk=worker_id, defaults={"beat_at": now})
    Job.objects.filter(worker=worker_id, state=State.RUNNING).update(heartbeat_at=now)


def look_after() -> None:
    """What any worker does beside its jobs."""
    runner.reap()
    schedule.run_due()
    schedule.run_here()


def work(worker_id: str) -> None:
    """Run until a signal; raises what makes the queue itself unusable."""
    beat(worker_id)
    queue = JobWorker(
        queue_names=["default"],
        interval=LOOK_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    queue.configure_signals()
    loops = [
        Loop("heartbeat", BEAT_SECONDS, lambda: beat(worker_id)),
        Loop("clock", BEAT_SECONDS, look_after),
    ]
    for loop in loops:
        loop.start()
    try:
        queue.run()
    finally:
        for loop in loops:
            loop.ended.set()
        for loop in loops:
            loop.join(BEAT_SECONDS)
        Worker.objects.filter(pk=worker_id).delete()
