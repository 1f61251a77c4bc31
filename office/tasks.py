"""What the settings have done in the background."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jobs import runner
from jobs.models import Job
from jobs.runner import Beat, CancelledError
from modules.models import Status
from office.actions import access_lost, removing, settling


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
    return {"moved": access_lost.pass_on(job.payload["module"], heirs, job.created_by, beat)}
