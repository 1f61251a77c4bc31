"""Imports that load in the background, and are taken back there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Company
from importer import ahead, keeping, load, undo
from importer import check as checks
from importer.actions.checking import KIND as CHECK
from importer.actions.checking import keep
from importer.actions.decisions import KIND
from importer.actions.sources import KIND as READ
from importer.actions.sources import read_now
from importer.actions.undo import KIND as UNDO
from importer.models import Import, OnCancel, Step
from importer.reading import ReadError
from importer.rows import is_full
from jobs import runner, schedule
from jobs.models import Job

LANE = "import"


def _read_page(job: Job) -> str:
    return reverse("importer:read", args=[job.payload["import"]])


def _check_page(job: Job) -> str:
    return reverse("importer:check", args=[job.payload["import"]])


def _page(job: Job) -> str:
    return reverse("importer:load", args=[job.payload["import"]])


@runner.handler(KIND, page=_page, lane=LANE)
def run(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Load, or go on with, the import of the payload; the result is its counts.

    Cancelled, it takes back what is in if that was chosen at its start.
    """
    source = _source(job)
    if source.step == Step.DONE:
        return dict(source.counts)
    hold = partial(runner.hold, job)
    with _told():
        try:
            if job.cancel_requested:  # it was killed while it took back
                raise runner.CancelledError
            counts = asdict(load.run(source, beat, hold))
        except runner.CancelledError:
            if source.on_cancel == OnCancel.BACK:
                _back(source, _going_on(beat), hold)
            raise
    told = {name: counts[name] for name in _TOLD if counts.get(name)}
    audit.record(source.created_by, "import.finished", source.name, {"import": source.pk, **told})
    return counts


@runner.handler(READ, page=_read_page)
def read(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Read the file of the import of the payload; why it can't be read is told on its page."""
    source = Import.objects.select_related("module", "created_by").filter(
        pk=job.payload["import"], step=Step.READ
    )
    for one in source:
        try:
            with _told():
                read_now(one, job.payload, beat)
        except ReadError as error:
            raise runner.JobError(error.message) from None
    return {}


@runner.handler(CHECK, page=_check_page)
def check(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Check the import of the payload, unless something else was decided in the meantime."""
    source = _source(job)
    if source.version == job.payload["version"] and source.step == Step.COLUMNS:
        with _told():
            keep(source, checks.run(source, beat))
    return {}


@runner.handler(UNDO, page=_page, lane=LANE)
def take_back(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Take the import of the payload back; the result is what :class:`importer.undo.Undone` says.

    Cancelled, what is back stays back, and the rest can be taken back another time.
    """
    with _told():
        return _back(_source(job), beat, partial(runner.hold, job))


_TOLD = ("rows", "create", "update", "skip", "wrong")


def _source(job: Job) -> Import:
    found = Import.objects.select_related("module", "created_by", "job", "undo_job")
    return found.get(pk=job.payload["import"])


def _back(source: Import, beat: runner.Beat, hold: undo.Hold) -> dict[str, Any]:
    undone = asdict(undo.run(source, beat, hold))
    actor = source.undo_job.created_by if source.undo_job else source.created_by
    told = {name: n for name, n in undone.items() if n}
    audit.record(actor, "import.undone", source.name, {"import": source.pk, **told})
    return undone


def _going_on(beat: runner.Beat) -> runner.Beat:
    """A cancelled job that takes back what it did is not stopped by the same word again."""

    def noting(done: int) -> None:
        with suppress(runner.CancelledError):
            beat(done)

    return noting


@contextmanager
def _told() -> Iterator[None]:
    """In the company's zone; a full disk is told in words."""
    try:
        with timezone.override(Company.current().zone):
            yield
    except (OSError, OperationalError) as error:
        if not is_full(error):
            raise
        raise runner.JobError(
            _("The server's disk is full. What is in stays in; go on when there is room again.")
        ) from error


@schedule.every(minutes=60 * 24)
def forget_old_files() -> None:
    """The files of imports that are older than the company keeps them."""
    keeping.forget_old_files()


schedule.in_every_worker(ahead.keep_ready)
