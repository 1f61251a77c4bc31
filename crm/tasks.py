"""What the worker does for the records: what was asked for, and what is done again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Company
from accounts.models.company import CACHE_SECONDS
from crm import naming, search_tidy, zone
from crm.actions import counts, exports, field_changes, purge, rules
from crm.constants import Shelf
from crm.errors import Refused
from crm.models import Datasheet, Export, Once
from jobs import runner, schedule
from jobs.models import Job
from modules.models import Module

# A form that was left open for longer has lost its session anyway.
TOKENS_KEPT = timedelta(days=30)
# Others, who write too, get their turn between two blocks.
PAUSE = 0.05
# Off in tests, where nobody else is.
AWAITS_OTHERS = True

Block = Callable[[int], tuple[int, int]]


@runner.handler(zone.KIND)
def move_to_another_zone(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Let all that is due keep its day and time in the company's new zone."""
    return {"todos": _in_blocks(job, beat, zone.move_block)}


@runner.handler(naming.KIND)
def rename_persons(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Write the names of private persons in the company's new order."""
    return {"clients": _in_blocks(job, beat, naming.rename_block)}


def _in_blocks(job: Job, beat: runner.Beat, block: Block) -> int:
    """All blocks, then what came behind them in the meantime: other processes know the company's
    old settings for some seconds more. Going on after a kill is starting again.
    """
    done = _all_blocks(job, beat, block, 0)
    left = CACHE_SECONDS + 1 - (timezone.now() - job.created_at).total_seconds()
    for _second in range(ceil(left) if AWAITS_OTHERS else 0):
        beat(job.done)
        time.sleep(1)
    return done + _all_blocks(job, beat, block, done)


def _all_blocks(job: Job, beat: runner.Beat, block: Block, before: int) -> int:
    after, done = 0, 0
    while True:
        after, n = block(after)
        if not n:
            return done
        done += n
        beat(min(before + done, job.total))
        time.sleep(PAUSE)


@schedule.every(minutes=60)
def bring_stragglers_along() -> None:
    """Should a todo have come in with a zone that the company has left, it follows."""
    after, n = 0, 1
    while n:
        after, n = zone.move_block(after)


@runner.handler(search_tidy.KIND)
def tidy_search(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Rub out of the search index what was erased from the records."""
    search_tidy.tidy()
    return {}


def _page_of_export(job: Job) -> str:
    return reverse("crm:export", args=[job.payload["export"]])


@runner.handler(exports.KIND, page=_page_of_export)
def make_export(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Make the file of a long list; after a kill from its beginning."""
    found = Export.objects.select_related("module", "created_by").get(pk=job.payload["export"])
    if found.is_ready:
        return {}
    try:
        with timezone.override(Company.current().zone):
            exports.finish(found, beat)
    except Refused as refused:
        raise runner.JobError(refused.message) from None
    return {}


@schedule.every(minutes=60 * 24)
def forget_exports() -> None:
    """Lists that were taken out are kept for some days."""
    exports.forget_old()


@schedule.every(minutes=10)
def fold_counts() -> None:
    """Merge the appended rows of the kept counts, so that reading them stays cheap."""
    for module_id in Module.objects.values_list("pk", flat=True):
        counts.fold(module_id)


@schedule.every(minutes=60)
def follow_the_calendar() -> None:
    """Move what moves because time has passed: forgotten sales, buyers of the Webshop."""
    rules.forget_quiet_sales()
    buyers = Datasheet.objects.filter(module__kind="webshop", module__archived_at=None)
    rules.bring_in_line(buyers.exclude(shelf=Shelf.TRASH).iterator(chunk_size=500))


@schedule.every(minutes=60 * 24)
def forget_tokens() -> None:
    """Drop the tokens of forms sent long ago."""
    Once.objects.filter(at__lt=timezone.now() - TOKENS_KEPT).delete()


@schedule.every(minutes=60 * 24)
def forget_replaced_files() -> None:
    """Drop the files that were replaced so long ago that no undo is offered any more."""
    field_changes.forget_replaced_files()


@schedule.every(minutes=60 * 24)
def empty_the_trash() -> None:
    """Delete for good what has been in the trash for longer than the company keeps it."""
    purge.empty_trash()
