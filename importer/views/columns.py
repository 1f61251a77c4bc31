"""Step 2: which column is what."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.errors import Refused
from importer import rows
from importer.actions import decisions, sources
from importer.columns import match
from importer.forms.columns import ColumnsForm
from importer.models import Import
from importer.reading import ReadError
from importer.views.tools import for_importers, frame, own
from web.htmx import go, page, toast


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change is kept as a draft; "Check" goes on when nothing is open any more."""
    source = own(request, pk)
    if not source.is_open:
        return go(request, source.get_absolute_url())
    if request.method != "POST":
        return _page(request, source, _form(request, source))
    form = _form(request, source, bound=True)
    complete = form.is_valid()
    try:
        source = decisions.decide(pk, form.decisions(), actor=request.user)
        if "go" in request.POST and complete:
            decisions.check(pk, actor=request.user)
            return go(request, reverse("importer:check", args=[pk]))
    except Refused as refused:
        toast(request, refused.message, tone="late")
        return go(request, reverse("importer:columns", args=[pk]))
    if "go" in request.POST:
        return _page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, source, _form(request, source))


@for_importers
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads another sheet, or takes the first row for a heading or for a row."""
    source = own(request, pk)
    wanted = request.POST.get("sheet", source.sheet)
    # A newly chosen sheet is looked at afresh: whether it has a heading is its own matter.
    heading = "heading" in request.POST if wanted == source.sheet else None
    try:
        sources.read_again(pk, actor=request.user, sheet=wanted, has_heading=heading)
    except ReadError as error:
        toast(request, error.message, tone="late")
    except Refused as refused:
        toast(request, refused.message, tone="late")
    return go(request, reverse("importer:columns", args=[pk]))


def _form(request: HttpRequest, source: Import, *, bound: bool = False) -> ColumnsForm:
    sample = [cells for _number, cells in rows.first(source.pk, sources.SAMPLED)]
    matches = match(source.headers, sample)
    return ColumnsForm(source, request.user, matches, request.POST if bound else None)


def _page(
    request: HttpRequest, source: Import, form: ColumnsForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    columns = form.columns
    context = {
        **frame(source),
        "form": form,
        "columns": columns,
        "matched": sum(one.state == "matched" for one in columns),
        "to_look_at": sum(one.state in ("look", "open") for one in columns),
        "left_out": sum(one.state == "out" for one in columns),
    }
    part = "importer/_columns.html"
    return page(request, "importer/columns.html", context, part=part, status=status)
