"""Imports that load in the background."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Company
from importer import load
from importer.actions.decisions import KIND
from importer.models import Import, Step
from jobs import runner
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
        return asdict(load.run(source, beat))
