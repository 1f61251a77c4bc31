"""Step 4: loading in the background, with its progress."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.errors import Refused
from importer.actions import decisions
from importer.forms.past import PastDueForm
from importer.models import Import, Step
from importer.views.check import check_page
from importer.views.tools import for_importers, frame, own, visible
from jobs import runner
from jobs.models import State
from web.htmx import go, page, toast


@dataclass(frozen=True)
class Progress:
    """How far the load is; ``rate`` in rows a second, ``left`` in seconds, 0 while unknown."""

    done: int
    total: int
    percent: int
    rate: int
    left: int
    waiting: bool
    stopped: bool
    error: str


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """POST starts the load, or goes on with one that stopped; GET shows how far it is."""
    if request.method == "POST":
        return _start(request, own(request, pk))
    source = visible(request, pk)
    if source.step == Step.DONE:
        return go(request, source.get_absolute_url())
    if source.step != Step.LOAD:
        return go(request, own(request, pk).get_absolute_url())
    context = {
        **frame(source),
        "progress": _progress(source),
        "mine": source.created_by_id == request.user.pk,
    }
    return page(request, "importer/run.html", context, part="importer/_run.html")


@for_importers
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops the load after the block it is at; what is in stays, and it can go on later."""
    source = own(request, pk)
    if source.job is not None and source.step == Step.LOAD:
        runner.cancel(source.job)
    return go(request, reverse("importer:load", args=[pk]))


def _start(request: HttpRequest, source: Import) -> HttpResponse:
    try:
        source = decisions.start_load(source.pk, actor=request.user)
    except Refused as refused:
        if source.step == Step.CHECK and refused.field == "past_due":
            form = PastDueForm({"past_due": ""})
            form.is_valid()
            return check_page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        toast(request, refused.message, tone="late")
        return go(request, reverse(f"importer:{source.step}", args=[source.pk]))
    return go(request, reverse("importer:load", args=[source.pk]))


def _progress(source: Import) -> Progress:
    job = source.job
    if job is None:
        return Progress(0, source.rows, 0, 0, 0, waiting=False, stopped=True, error="")
    running = job.state == State.RUNNING and job.started_at is not None
    seconds = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0.0
    rate = int(job.done / seconds) if running and seconds > 0 else 0
    return Progress(
        done=job.done,
        total=job.total,
        percent=job.percent,
        rate=rate,
        left=round((job.total - job.done) / rate) if rate else 0,
        waiting=job.state == State.QUEUED,
        stopped=job.is_finished and job.state != State.DONE,
        error=job.error,
    )
