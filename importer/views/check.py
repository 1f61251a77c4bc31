"""Step 3: what would become of each row, errors first; and mending them there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.errors import Refused
from importer import rows
from importer.actions import checking
from importer.forms.mending import MendingForm
from importer.forms.past import PastDueForm
from importer.models import Import, OnCancel, PastDue, Step
from importer.plan import Result
from importer.views.check_rows import new_client, shown
from importer.views.tools import for_importers, frame, own
from jobs.models import Job
from web.htmx import go, page, toast

ON_A_PAGE: Final = 50
# The order of "all rows": what wants a look comes first.
KINDS: Final = (Result.WRONG, Result.UPDATE, Result.CREATE, Result.SKIP)
FILTERS: Final = {
    "all": _("All"),
    Result.CREATE: _("Create"),
    Result.UPDATE: _("Update"),
    Result.SKIP: _("Skip"),
    Result.WRONG: _("Errors"),
}


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts and the rows, or how far the check is. A POST answers the question about todos
    in the past, or begins a check anew that has stopped.
    """
    source = own(request, pk)
    job = checking.job_of(source) if source.step == Step.COLUMNS else None
    if source.step != Step.CHECK and job is None:
        return go(request, source.get_absolute_url())
    if request.method == "POST":
        return _answer(request, source, job)
    if job is not None:
        return _progress(request, source, job)
    if request.htmx.target == "checking":  # the end of the progress: the steps move on, too
        return go(request, reverse("importer:check", args=[pk]))
    return check_page(request, source)


def _answer(request: HttpRequest, source: Import, job: Job | None) -> HttpResponse:
    form = PastDueForm(request.POST)
    try:
        if job is not None:
            checking.check(source.pk, actor=request.user)
        elif form.is_valid():
            answer = PastDue(form.cleaned_data["past_due"])
            checking.answer_past_due(source.pk, answer, actor=request.user)
        else:
            return check_page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        toast(request, refused.message, tone="late")
    return go(request, reverse("importer:check", args=[source.pk]))


@for_importers
@require_POST
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what was mended of one row, and shows what has become of it and of the others."""
    source = own(request, pk)
    form = MendingForm(request.POST)
    if source.step != Step.CHECK:
        return go(request, source.get_absolute_url())
    if not form.is_valid():
        return check_page(request, source, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    number = form.cleaned_data["row"]
    try:
        source = checking.mend(pk, number, form.mending(), actor=request.user)
    except Refused as refused:
        toast(request, refused.message, tone="late")
        return check_page(request, own(request, pk), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not request.htmx:
        query = request.GET.urlencode()
        return go(request, reverse("importer:check", args=[pk]) + (f"?{query}" if query else ""))
    return check_page(request, source, mended=number)


def check_page(
    request: HttpRequest,
    source: Import,
    form: PastDueForm | None = None,
    *,
    mended: int = 0,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page as the query asks for it: ``show`` and ``page``.

    After row ``mended`` the focus is in it where it is still wrong, else in the next wrong one.
    """
    counts = {kind.value: 0 for kind in KINDS} | {"changed": 0, **source.counts}
    show = request.GET.get("show", "all")
    kinds = KINDS if show not in list(KINDS) else (Result(show),)
    show = show if len(kinds) == 1 else "all"
    total = sum(counts[kind] for kind in kinds)
    last = max(1, -(-total // ON_A_PAGE))
    number = min(max(1, _number(request.GET)), last)
    order = [Result.WRONG, "past", *KINDS[1:]] if show == "all" else list(kinds)
    found = rows.results_page(source.pk, order, (number - 1) * ON_A_PAGE, ON_A_PAGE)
    drawn = shown(source, found, request.user)
    if mended:
        _focus(drawn, mended)
    context: dict[str, Any] = {
        **frame(source),
        "counts": counts,
        "coming": counts[Result.CREATE] + counts[Result.UPDATE],
        "past_form": form or PastDueForm(initial={"past_due": source.past_due}),
        "filters": [(key, label, key == show) for key, label in FILTERS.items()],
        "on_cancel": [(key, label, key == source.on_cancel) for key, label in OnCancel.choices],
        "new_client": new_client(),
        "show": show,
        "total": total,
        "rows": drawn,
        "page": number,
        "pages": last,
    }
    part = "importer/_preview.html"
    return page(request, "importer/check.html", context, part=part, status=status)


def _focus(drawn: list[Any], mended: int) -> None:
    wrong = [row for row in drawn if row.can_be_mended]
    for row in sorted(wrong, key=lambda row: (row.number < mended, row.number))[:1]:
        row.focus = True


def _number(query: QueryDict) -> int:
    text = query.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _progress(request: HttpRequest, source: Import, job: Job) -> HttpResponse:
    """How far the check is; where it stopped, why."""
    context = {**frame(source), "job": job}
    return page(request, "importer/checking.html", context, part="importer/_checking.html")
