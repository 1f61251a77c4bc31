"""What the settings have done in the background."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jobs import runner, schedule
from jobs.models import Job
from jobs.runner import Beat, CancelledError
from modules.models import Field, Status
from office.actions import access_lost, fields_change, fields_fill, fields_purge, removing, settling


def _tree_page(job: Job) -> str:
    return reverse("office:statuses", args=[job.payload["module"]])


@runner.handler(settling.JOB, page=_tree_page)
def settle_status(job: Job, beat: Beat) -> dict[str, Any]:
    """Bring the datasheets of a status in line with what it means now."""
    return {"datasheets": settling.settle_status(job.payload["status"], beat)}


@runner.handler(removing.JOB, page=_tree_page)
def remove_status(job: Job, beat: Beat) -> dict[str, Any]:
    """Move everything out of a status and delete it. Stopped, it can be chosen again."""
    status_id = job.payload["status"]
    try:
        moved = removing.remove(status_id, actor=job.created_by, beat=beat, done=job.done)
    except CancelledError:
        Status.objects.filter(pk=status_id).update(leaving_to=None)
        raise
    return {"datasheets": moved}


@runner.handler(
    access_lost.JOB, page=lambda job: reverse("office:module", args=[job.payload["module"]])
)
def pass_on_work(job: Job, beat: Beat) -> dict[str, Any]:
    """Give what those who lost a module had in it to others."""
    heirs = {int(user): heir for user, heir in job.payload["heirs"].items()}
    return {"datasheets": access_lost.pass_on(job.payload["module"], heirs, job.created_by, beat)}


def _fields_page(job: Job) -> str:
    module = job.payload["module"]
    return reverse("office:fields", args=[module]) if module else reverse("office:client_fields")


@runner.handler(fields_change.JOB, page=_fields_page)
def fill_field(job: Job, beat: Beat) -> dict[str, Any]:
    """Bring the values of a field over to the one of another type that took its place."""
    field = Field.objects.get(pk=job.payload["field"])
    lost = fields_fill.fill(field, fields_fill.chain_of(field, job.payload["order"]), beat=beat)
    fields_fill.finish(field)
    return {"lost": lost}


@schedule.every(minutes=60 * 24)
def purge_fields() -> None:
    """Delete the data of fields that were removed 30 days ago."""
    fields_purge.purge_fields()
