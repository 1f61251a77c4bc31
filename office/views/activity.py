"""The activity log: read, looked through and taken out; never changed."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.http import HttpRequest
from accounts.models import Company
from office import activity_export
from office.activity_list import ActivityFilter, page_of
from office.views.page import for_administrators, settings_page
from web.dates import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """Newest first; for htmx the list, or with ``after`` its next rows."""
    form = ActivityFilter(request.GET)
    told, after = page_of(form.found(), request.GET.get("after", ""))
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "form": form,
        "told": told,
        "after": after,
        "query": asked.urlencode(),
        "asked": [(name, asked.get(name, "")) for name in form.fields if asked.get(name)],
        "months": Company.current().log_months,
    }
    part = "office/activity/_rows.html" if "after" in request.GET else "office/activity/_list.html"
    return settings_page(
        request, "office/activity/page.html", context, section="activity", part=part
    )


@require_POST
@for_administrators
def export(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, at most the newest 100,000; that it was taken out is logged, too."""
    form = ActivityFilter(request.POST)
    rows = form.found()
    as_csv = request.POST.get("format") == "csv"
    if not as_csv and request.POST.get("format") != "xlsx":
        return HttpResponse(_("Choose .xlsx or .csv."), status=HTTPStatus.BAD_REQUEST)
    # Up to now: the entry about this export isn't in it.
    rows = rows.filter(at__lte=timezone.now())
    count = min(rows.count(), activity_export.MOST)
    kind = "csv" if as_csv else "xlsx"
    audit.record(request.user, "activity.exported", "", {"rows": count, "format": kind})
    name = f"{_('activity log')} {timezone.localdate():%Y-%m-%d}.{kind}"
    said = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    if as_csv:
        lines = activity_export.csv_lines(rows, language(), Company.current().zone)
        answer: HttpResponseBase = StreamingHttpResponse(lines, "text/csv; charset=utf-8")
    else:
        answer = FileResponse(activity_export.workbook(rows), content_type=XLSX)
    answer["Content-Disposition"] = said
    return answer
