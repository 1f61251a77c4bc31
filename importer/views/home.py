"""The list of imports, and step 1: upload or paste."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.views.tools import answers_refusals
from importer.actions import sources
from importer.forms.source import SourceForm
from importer.models import Import
from importer.reading import ReadError
from importer.views.tools import for_importers, own, track
from web.htmx import go, page

# The latest ones; older ones are found through the history of what they brought in.
SHOWN = 50


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Takes a table in and goes on to its columns; below, the imports so far."""
    posted = request.method == "POST"
    form = SourceForm(request.user, *((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid():
        try:
            source = sources.take_in(form.upload(), actor=request.user)
        except ReadError as error:
            form.add_error(form.came_by, error.message)
        else:
            return go(request, source.get_absolute_url())
    imports = Import.objects.visible_to(request.user).latest_first()
    context = {
        "form": form,
        "track": track(None),
        "bar_title": _("Import"),
        "imports": imports.select_related("module", "created_by", "job")[:SHOWN],
        "most_rows": sources.MOST_ROWS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(request, "importer/home.html", context, part="importer/_source.html", status=status)


@for_importers
@require_POST
@answers_refusals
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws a draft away."""
    sources.discard(own(request, pk).pk, actor=request.user)
    return go(request, "/import/")
