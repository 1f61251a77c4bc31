"""The list of imports, and step 1: upload or paste."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import HttpRequest
from crm.views.tools import answers_refusals
from importer.actions import sources
from importer.forms.source import TOO_MUCH_PASTED, SourceForm, too_large
from importer.models import Import
from importer.progress import stage_of
from importer.reading import ReadError
from importer.rows import is_full
from importer.views.tools import for_importers, own, track
from web.htmx import go, is_htmx, page, refuse
from web.uploads import body_bytes, run_off

# So many stand on the first page, and on a page of the whole list.
SHOWN = 10
ON_A_PAGE = 50
# Pasted cells and what a form wraps around its parts.
_BESIDE_THE_FILE: Final = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0


@csrf_exempt  # what is inside is protected: Django would read the whole body for its token
@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Takes a table in and goes on to its columns; below, the latest imports."""
    if body_bytes(request) > sources.limits().file_bytes + _BESIDE_THE_FILE:
        return run_off(request, _unread(request, too_large()))
    try:
        return _home(request)
    except RequestDataTooBig:
        return run_off(request, _unread(request, str(TOO_MUCH_PASTED)))


@csrf_protect
def _home(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = SourceForm(request.user, *((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid():
        try:
            source = sources.take_in(form.upload(), actor=request.user)
        except ReadError as error:
            form.add_error(form.came_by, error.message)
        except (OSError, OperationalError) as error:
            if not is_full(error):
                raise
            form.add_error(form.came_by, _("The server's disk is full. Nothing was kept of it."))
        else:
            return go(request, source.get_absolute_url())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _page(request, form, status)


def _page(request: HttpRequest, form: SourceForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "track": track(None),
        "bar_title": _("Import"),
        **_imports(request, SHOWN),
        "limits": sources.limits(),
    }
    return page(request, "importer/home.html", context, part="importer/_source.html", status=status)


def _unread(request: HttpRequest, why: str) -> HttpResponse:
    """Refuses what was sent by its length alone. On the page of htmx all stays as it was chosen,
    and a toast says why.
    """
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if is_htmx(request):
        return refuse(request, why, status=too_large)
    form = SourceForm(request.user)
    form.unread = why
    return _page(request, form, too_large)


@for_importers
@require_safe
def all_imports(request: HttpRequest) -> HttpResponse:
    """Every import, the latest first."""
    context = {"bar_title": _("Import"), **_imports(request, ON_A_PAGE)}
    first = "before" not in request.GET
    part = "importer/_imports.html" if first else "importer/_imports_rows.html"
    return page(request, "importer/list.html", context, part=part)


def _imports(request: HttpRequest, n: int) -> dict[str, Any]:
    """A page of the imports before ``?before=<id>``, with what a row of the list says of each."""
    found = Import.objects.visible_to(request.user).latest_first()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    imports = list(found.select_related("module", "created_by", "job", "undo_job")[: n + 1])
    more = len(imports) > n
    return {
        "imports": [(one, stage_of(one)) for one in imports[:n]],
        "before": imports[n - 1].pk if more else None,
    }


@for_importers
@require_POST
@answers_refusals
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws a draft away."""
    sources.discard(own(request, pk).pk, actor=request.user)
    return go(request, "/import/")
