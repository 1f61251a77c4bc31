"""Step 3: what would become of each row, errors first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.http import HttpRequest
from accounts.models import User
from crm.errors import Refused
from importer import rows
from importer.actions import decisions
from importer.forms.past import PastDueForm
from importer.models import Import, PastDue, Step
from importer.plan import Result
from importer.views.tools import for_importers, frame, own
from modules.models import Status
from web.htmx import go, page, toast

ON_A_PAGE: Final = 50
# The order of "all rows": what wants a look comes first.
KINDS: Final = (Result.WRONG, Result.SKIP, Result.CREATE)
FILTERS: Final = {
    "all": _("All"),
    Result.CREATE: _("Create"),
    Result.SKIP: _("Skip"),
    Result.WRONG: _("Errors"),
}


@dataclass(frozen=True)
class Shown:
    """A row of the table."""

    number: int
    result: str
    name: str
    contact: str
    reasons: list[str]
    status: Status | None
    responsible: User | None
    todo: str
    due_at: datetime | None


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts and the rows; a POST answers the question about todos in the past."""
    source = own(request, pk)
    if source.step != Step.CHECK:
        return go(request, source.get_absolute_url())
    if request.method != "POST":
        return check_page(request, source)
    form = PastDueForm(request.POST)
    if not form.is_valid():
        return check_page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        answer = PastDue(form.cleaned_data["past_due"])
        decisions.answer_past_due(pk, answer, actor=request.user)
    except Refused as refused:
        toast(request, refused.message, tone="late")
    return go(request, reverse("importer:check", args=[pk]))


def check_page(
    request: HttpRequest,
    source: Import,
    form: PastDueForm | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page as the query asks for it: ``show`` and ``page``."""
    counts = source.counts
    show = request.GET.get("show", "all")
    kinds = KINDS if show not in list(KINDS) else (Result(show),)
    show = show if len(kinds) == 1 else "all"
    total = sum(counts[kind] for kind in kinds)
    last = max(1, -(-total // ON_A_PAGE))
    number = min(max(1, _number(request.GET)), last)
    found = rows.results_page(source.pk, kinds, (number - 1) * ON_A_PAGE, ON_A_PAGE)
    context = {
        **frame(source),
        "counts": counts,
        "past_form": form or PastDueForm(initial={"past_due": source.past_due}),
        "filters": [(key, label, key == show) for key, label in FILTERS.items()],
        "show": show,
        "total": total,
        "rows": _shown(found),
        "page": number,
        "pages": last,
    }
    part = "importer/_preview.html"
    return page(request, "importer/check.html", context, part=part, status=status)


def _number(query: QueryDict) -> int:
    text = query.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _shown(found: list[dict[str, Any]]) -> list[Shown]:
    statuses = Status.objects.in_bulk({one["status"] for one in found if one.get("status")})
    users = User.objects.in_bulk({one["responsible"] for one in found if one.get("responsible")})
    return [
        Shown(
            number=one["row"],
            result=one["result"],
            name=one["name"],
            contact=one["contact"],
            reasons=one["reasons"],
            status=statuses.get(one.get("status")),
            responsible=users.get(one.get("responsible")),
            todo=one.get("todo", ""),
            due_at=datetime.fromisoformat(one["due_at"]) if one.get("due_at") else None,
        )
        for one in found
    ]
