"""How far a job is."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from jobs import runner
from jobs.models import Job, Viewer
from web import htmx


def _visible(request: HttpRequest, job_id: int) -> Job:
    job = get_object_or_404(Job, pk=job_id)
    if not job.visible_to(cast(Viewer, request.user)):
        raise Http404
    return job


@require_safe
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The progress bar; once the job is finished, the page that its kind names."""
    job = _visible(request, job_id)
    page = runner.page_of(job)
    if job.is_finished and page:
        return htmx.go(request, page)
    return _page(request, job)


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask the job to stop; what it has done stays."""
    job = _visible(request, job_id)
    runner.cancel(job)
    if not htmx.is_htmx(request):
        return redirect("jobs:progress", job.pk)
    job.refresh_from_db()
    return _page(request, job)


def _page(request: HttpRequest, job: Job) -> HttpResponse:
    return htmx.page(request, "jobs/progress.html", {"job": job}, part="jobs/_progress.html")
