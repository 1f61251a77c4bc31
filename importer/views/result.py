"""What came of an import: its numbers, its records, and the rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from crm.models import Client, Datasheet
from importer import left_out
from importer.models import Import, ImportedRow, Step
from importer.plan import Result
from importer.views.tools import for_importers, frame, visible
from web.htmx import go, page

ON_A_PAGE: Final = 50
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_importers
@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers of a finished import; together they are all its rows."""
    source = visible(request, pk)
    if source.step != Step.DONE:
        return go(request, source.get_absolute_url())
    context = {
        **frame(source),
        "counts": source.counts,
    }
    return page(request, "importer/done.html", context, part="importer/_done.html")


@for_importers
@require_safe
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """The clients and datasheets that came in, in the order of the rows."""
    source = visible(request, pk)
    after = request.GET.get("after", "0")
    last = int(after) if after.isdecimal() and len(after) < 10 else 0
    found = ImportedRow.objects.filter(
        source=source, number__gt=last, client__in=Client.objects.visible_to(request.user)
    )
    page_rows = list(found.select_related("client").order_by("number")[: ON_A_PAGE + 1])
    more = len(page_rows) > ON_A_PAGE
    page_rows = page_rows[:ON_A_PAGE]
    context = {
        **frame(source),
        "rows": _with_datasheets(request, page_rows),
        "first": not last,
        "after": page_rows[-1].number if more else None,
        "count": source.imported.count(),
    }
    part = "importer/_records_rows.html" if last else "importer/_records.html"
    return page(request, "importer/records.html", context, part=part)


def _with_datasheets(
    request: HttpRequest, found: Sequence[ImportedRow]
) -> list[tuple[ImportedRow, Datasheet | None]]:
    """Each row with its datasheet, where that is still there and the user has its module."""
    ids = [row.datasheet_id for row in found]
    sheets = Datasheet.objects.visible_to(request.user).filter(pk__in=ids)
    known: dict[int, Any] = {
        one.pk: one for one in sheets.select_related("status", "responsible", "next_todo", "module")
    }
    return [(row, known.get(row.datasheet_id or 0)) for row in found]


@for_importers
@require_safe
def left_out_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A workbook of the rows that did not come in; ``only`` wrong or skipped ones."""
    source: Import = visible(request, pk)
    if source.step != Step.DONE:
        return go(request, source.get_absolute_url())
    only = request.GET.get("only", "")
    kinds = [kind for kind in (Result.WRONG, Result.SKIP) if only in ("", kind)]
    base = source.name.rsplit(".", 1)[0][:80]
    name = get_valid_filename(f"{base} - {_('left out')}") + ".xlsx"
    said = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    content = left_out.workbook(source, kinds)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": said})
