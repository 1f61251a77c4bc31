"""Taking a list out, for administrators and managers: what is asked, how far it is, the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import HttpRequest
from crm import access
from crm.actions import exports
from crm.errors import Refused
from crm.export import columns
from crm.export.source import Source
from crm.forms.export import ExportForm
from crm.models import Export
from jobs import runner
from web.htmx import go, is_htmx, page

EARLIER = 3
"""So many of the last files are offered again."""
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_exporters(view: View[P]) -> View[P]:
    """For everybody but administrators and managers there is no export (DOMAIN, "Roles")."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not access.may_export(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@for_exporters
@require_http_methods(["GET", "HEAD", "POST"])
def of_module(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A module's list, narrowed as the address says."""
    source = Source.of_module(request.user, slug, request.GET)
    url = reverse("crm:export_module", args=[slug])
    return _ask(request, source, url, reverse("crm:module", args=[slug]))


@for_exporters
@require_http_methods(["GET", "HEAD", "POST"])
def of_clients(request: HttpRequest) -> HttpResponseBase:
    """The list of clients, as far as it is filtered."""
    source = Source.of_clients(request.user, request.GET)
    return _ask(request, source, reverse("crm:export_clients"), reverse("crm:clients"))


def _ask(request: HttpRequest, source: Source, url: str, back: str) -> HttpResponse:
    """The dialog, with 422 when something in it is wrong; then on to the export."""
    query = f"?{urlencode(source.params())}"
    offered = columns.offered(request.user, source.module)
    form = ExportForm(
        request.POST or None, offered=offered, last=exports.last_of(request.user, source.module)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = exports.export(
                source, form.wanted(), actor=request.user, token=form.cleaned_data["once"]
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _started(request, made)
    size = source.size(exports.AT_ONCE + 1)
    context = {
        "source": source,
        "form": form,
        "url": f"{url}{query}",
        "back": f"{back}{query}",
        "size": min(size, exports.AT_ONCE),
        "is_long": size > exports.AT_ONCE,
        "earlier": exports.kept_of(request.user)[:EARLIER],
        "bar_title": source.name,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    template, part = "crm/export/form.html", "crm/export/_form.html"
    return page(request, template, context, part=part, status=status)


def _started(request: HttpRequest, url: str) -> HttpResponse:
    """In the dialog its result takes the form's place; a browser goes on to its page."""
    if not is_htmx(request):
        return go(request, url)
    return _show(request, _own(request, int(url.rstrip("/").rpartition("/")[2])))


@for_exporters
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far it is; the file to save once it is ready."""
    return _show(request, _own(request, pk))


@for_exporters
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """No file comes of it."""
    found = _own(request, pk)
    if found.job is not None:
        runner.cancel(found.job)
        found.job.refresh_from_db()
    return _show(request, found) if is_htmx(request) else go(request, found.get_absolute_url())


@for_exporters
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file; gone with the right to it, and after some days."""
    found = _own(request, pk)
    if not found.file:
        raise Http404
    try:
        content = default_storage.open(str(found.file.name))
    except FileNotFoundError as missing:
        raise Http404 from missing
    answer = FileResponse(
        content, as_attachment=True, filename=found.name, content_type=TYPES[found.kind]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _own(request: HttpRequest, pk: int) -> Export:
    return get_object_or_404(exports.own_of(request.user), pk=pk)


def _show(request: HttpRequest, found: Export) -> HttpResponse:
    job = found.job
    module = found.module
    context: dict[str, Any] = {
        "export": found,
        "what": module.name if module else _("Clients"),
        "back": reverse("crm:module", args=[module.slug]) if module else reverse("crm:clients"),
        "percent": min(100, job.done * 100 // found.rows) if job and found.rows else 0,
        "done": job.done if job else 0,
        "kept_days": exports.KEPT_DAYS,
        "bar_title": _("Export"),
    }
    return page(request, "crm/export/result.html", context, part="crm/export/_result.html")
