"""Between the steps 1 and 2: how far a large file has been read."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from importer.actions.sources import KIND
from importer.models import Step
from importer.views.tools import for_importers, frame, own
from jobs.models import State
from web.htmx import go, page, toast


@for_importers
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows so far; goes on to the columns when all are read. What can't be read says why."""
    source = own(request, pk)
    job = source.job
    if source.step != Step.READ:
        if job is not None and job.kind == KIND and job.state == State.FAILED:
            toast(request, job.error, tone="late")
        return go(request, source.get_absolute_url())
    context = {**frame(source), "job": job}
    return page(request, "importer/reading.html", context, part="importer/_reading.html")
