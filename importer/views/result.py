"""What came of an import: its numbers, its records, and the rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from crm.models import Client, Datasheet
from importer import came_in, left_out, undo
from importer.actions import undo as undoing
from importer.models import Import, ImportedRow, Step
from importer.old_and_new import cells_of
from importer.plan import Result
from importer.progress import is_undoing
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
    if is_undoing(source):
        return go(request, reverse("importer:load", args=[pk]))
    counts = source.counts
    context = {
        **frame(source),
        "counts": counts,
        "came_in": counts.get("create", 0) + counts.get("update", 0),
        "todos_from": _day(counts.get("todos_from", "")),
        "todos_to": _day(counts.get("todos_to", "")),
        "created_url": came_in.address(source, "created"),
        "updated_url": came_in.address(source, "updated"),
        "undone": undo.Undone(**source.undone),
        "until": undo.until(source),
        "may_undo": undoing.may_undo(source, request.user) and undoing.can_undo(source),
    }
    return page(request, "importer/done.html", context, part="importer/_done.html")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@for_importers
@require_safe
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """The clients and datasheets that came in, in the order of the rows; ``only`` those that an
    undo has kept.
    """
    source = visible(request, pk)
    only_kept = request.GET.get("only") == "kept"
    found = _rows(request, source)
    found = found.exclude(kept="") if only_kept else found
    page_rows, after, first = _page_of(request, found)
    context = {
        **frame(source),
        "rows": _with_datasheets(request, page_rows),
        "first": first,
        "after": after,
        "only": "kept" if only_kept else "",
        "shows_kept": bool(source.undone_at),
        "count": found.count(),
    }
    part = "importer/_records.html" if first else "importer/_records_rows.html"
    return page(request, "importer/records.html", context, part=part)


@for_importers
@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What the import changed of clients that were here: from what to what, cell by cell."""
    source = visible(request, pk)
    found = _rows(request, source).filter(created=False)
    page_rows, after, first = _page_of(request, found)
    cells = cells_of(page_rows)
    context = {
        **frame(source),
        "rows": [(row, cells[row.pk]) for row in page_rows],
        "first": first,
        "after": after,
        "count": found.count(),
    }
    part = "importer/_changes.html" if first else "importer/_changes_rows.html"
    return page(request, "importer/changes.html", context, part=part)


def _rows(request: HttpRequest, source: Import) -> QuerySet[ImportedRow]:
    seen = Client.objects.visible_to(request.user)
    return ImportedRow.objects.filter(source=source, client__in=seen)


def _page_of(
    request: HttpRequest, found: QuerySet[ImportedRow]
) -> tuple[list[ImportedRow], int | None, bool]:
    """The rows behind ``?after=<number>``, where the next page starts, and if it is the first."""
    after = request.GET.get("after", "0")
    last = int(after) if after.isdecimal() and len(after) < 10 else 0
    rows = found.filter(number__gt=last).select_related("client").order_by("number")
    page_rows = list(rows[: ON_A_PAGE + 1])
    more = len(page_rows) > ON_A_PAGE
    page_rows = page_rows[:ON_A_PAGE]
    for row in page_rows:
        row.why = undo.Kept(row.kept).label if row.kept else ""  # type: ignore[attr-defined]
    return page_rows, page_rows[-1].number if more else None, not last


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
