"""Functions that run again and again.

@schedule.every(minutes=60 * 24)  # by whichever worker comes first
def empty_trash() -> None: ...

@schedule.in_every_worker  # each few seconds, beside its jobs
def keep_ready() -> None: ...
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from jobs.models import ScheduledRun

logger = logging.getLogger(__name__)

Function = Callable[[], None]


@dataclass(frozen=True)
class Scheduled:
    """A function and how often it runs."""

    name: str
    interval: timedelta
    function: Function


_scheduled: dict[str, Scheduled] = {}
_in_every_worker: list[Function] = []


def every(*, minutes: int) -> Callable[[Function], Function]:
    """Run the function each so many minutes; it must bear being run once more."""

    def register(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        _scheduled[name] = Scheduled(name, timedelta(minutes=minutes), function)
        return function

    return register


def in_every_worker(function: Function) -> Function:
    """Call the function in each worker process every few seconds; it must be quick."""
    _in_every_worker.append(function)
    return function


def run_here() -> None:
    """What each worker does for itself; a failure is logged."""
    for function in _in_every_worker:
        _run(function)


def run_due(now: datetime | None = None) -> list[str]:
    """Run what is due; the names of what ran. A failure is logged and waits for its next turn."""
    now = now or timezone.now()
    ran = []
    for item in _scheduled.values():
        if _claim(item, now):
            ran.append(item.name)
            _run(item.function)
    return ran


def _run(function: Function) -> None:
    try:
        function()
    except Exception:
        logger.exception("Scheduled function %s failed", function.__qualname__)


def _claim(item: Scheduled, now: datetime) -> bool:
    """Whether it is due and nobody else has just taken it."""
    row, created = ScheduledRun.objects.get_or_create(name=item.name, defaults={"ran_at": now})
    if created:
        return True
    due = ScheduledRun.objects.filter(pk=row.pk, ran_at__lte=now - item.interval)
    return bool(due.update(ran_at=now))
