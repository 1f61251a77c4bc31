"""Imports that load in the background."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Company
from importer import keeping, load
from importer.actions.decisions import KIND
from importer.models import Import, Step
from jobs import runner, schedule
from jobs.models import Job


def _page(job: Job) -> str:
    return reverse("importer:load", args=[job.payload["import"]])


@runner.handler(KIND, page=_page)
def run(job: Job, beat: runner.Beat) -> dict[str, Any]:
    """Load, or go on with, the import of the payload; the result is its counts."""
    source = Import.objects.select_related("module", "created_by").get(pk=job.payload["import"])
    if source.step == Step.DONE:
        return dict(source.counts)
    with timezone.override(Company.current().zone):
        counts = asdict(load.run(source, beat))
    told = {name: counts[name] for name in ("rows", "create", "skip", "wrong") if counts[name]}
    audit.record(source.created_by, "import.finished", source.name, {"import": source.pk, **told})
    return counts


@schedule.every(minutes=60 * 24)
def forget_old_files() -> None:
    """The files of imports that are older than the company keeps them."""
    keeping.forget_old_files()
