"""Functions that run again and again, started by whichever worker comes first.

@schedule.every(minutes=60 * 24)
def empty_trash() -> None: ...
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


def every(*, minutes: int) -> Callable[[Function], Function]:
    """Run the function each so many minutes; it must bear being run once more."""

    def register(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        _scheduled[name] = Scheduled(name, timedelta(minutes=minutes), function)
        return function

    return register


def run_due(now: datetime | None = None) -> list[str]:
    """Run what is due; the names of what ran. A failure is logged and waits for its next turn."""
    now = now or timezone.now()
    ran = []
    for item in _scheduled.values():
        if _claim(item, now):
            ran.append(item.name)
            try:
                item.function()
            except Exception:
                logger.exception("Scheduled function %s failed", item.name)
    return ran


def _claim(item: Scheduled, now: datetime) -> bool:
    """Whether it is due and nobody else has just taken it."""
    row, created = ScheduledRun.objects.get_or_create(name=item.name, defaults={"ran_at": now})
    if created:
        return True
    due = ScheduledRun.objects.filter(pk=row.pk, ran_at__lte=now - item.interval)
    return bool(due.update(ran_at=now))
