"""The rows of a module's list: how they are drawn, more as one scrolls, one after a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import agenda, lists, row_data, words
from crm.filters import Filters, module_with_tree, with_first_step
from crm.forms.when import Moment
from crm.models import Datasheet
from crm.views.row import Row, rows_of
from modules.models import Status
from web.htmx import is_htmx, page
from web.paging import Cursor


@dataclass
class Group:
    """A band of the list with its heading; ``continues`` one that the page before began."""

    band: str
    rows: list[Row]
    moment: Moment
    count: int | None = None
    marked: bool = True
    continues: bool = False
    done: int = 0

    @property
    def label(self) -> str:
        return words.band_label(self.band)

    @property
    def tone(self) -> str:
        """How the heading is drawn: no todo is nothing to mark where none is expected."""
        return self.band if self.band != "none" or self.marked else ""

    @property
    def note(self) -> str:
        if self.band == "late" and self.rows and not self.continues:
            oldest = self.rows[0].sheet.next_due_at
            return words.oldest_note(agenda.days_late(oldest, self.moment.now, self.moment.zone))
        if self.band == "late" or (self.band == "none" and not self.marked):
            return ""
        return words.band_note(self.band, self.moment.now, self.moment.zone)

    @property
    def html(self) -> SafeString:
        """The rows, each with the place under it where "What's next?" opens."""
        drawn = [
            f'{row.html}<div class="row-ask" id="ask-{row.sheet.pk}"></div>' for row in self.rows
        ]
        return mark_safe("".join(drawn))  # noqa: S308 (rows and numbers)

    @property
    def total(self) -> int:
        """What the meter of Today is full at: done and still ahead."""
        return self.done + (self.count or 0)


def groups_of(
    rows: Iterable[Row],
    filters: Filters,
    moment: Moment,
    *,
    counts: dict[str, int] | None = None,
    begun: str = "",
    done_today: int = 0,
) -> list[Group]:
    """The rows in their bands; ``begun`` is the band that the page before ended in."""
    made = []
    for band, members in groupby(rows, key=lambda row: row.band):
        group = Group(band, list(members), moment, continues=band == begun)
        group.count = None if counts is None else counts.get(band, 0)
        group.marked = filters.expects_todos
        group.done = done_today if band == "today" else 0
        made.append(group)
    return made


@require_GET
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """More rows, behind the cursor ``after``; for a browser the page that begins there."""
    module, tree = module_with_tree(request.user, slug)
    request.module_id = module.pk  # type: ignore[attr-defined]
    from crm.views.module import remembered, whole_page  # the page is made of these rows

    filters = Filters.read(request.user, module, tree, request.GET, remembered(request, module))
    after = Cursor.decode(request.GET.get("after", ""))
    if not is_htmx(request):
        return whole_page(request, filters, after)
    moment = Moment.current()
    found = lists.page(filters.query(moment.now, moment.zone), after)
    begun = agenda.band(after.due_at, moment.now, moment.zone) if after else ""
    groups = groups_of(
        rows_of(found.rows, module, filters.every_status, request, moment),
        filters,
        moment,
        begun=begun,
    )
    _count_bands(groups, filters, moment, more=found.after is not None)
    context = {
        "filters": filters,
        "groups": groups,
        "after": found.after.encode() if found.after else "",
    }
    return page(request, "crm/module/_more.html", context, part="crm/module/_more.html")


def _count_bands(groups: list[Group], filters: Filters, moment: Moment, *, more: bool) -> None:
    """The numbers in the headings: only a band that goes on behind this page is asked for."""
    for group in groups:
        group.count = len(group.rows)
    if groups and more and not groups[-1].continues:
        query = filters.query(moment.now, moment.zone)
        last = groups[-1]
        last.count = lists.count_band(query, last.band, moment.now, moment.zone)


def row_part(
    request: HttpRequest, datasheet: Datasheet | int, *, ask: dict[str, Any] | bool = False
) -> HttpResponse:
    """A row after a change, with the page's numbers; empty when it left the list one looks at.

    ``ask`` opens "What's next?" under it: the context of ``crm/todo/_ask.html``, or True to
    have it made here. The answer goes to the row, whatever asked for it.
    """
    pk = datasheet if isinstance(datasheet, int) else datasheet.pk
    moment = Moment.current()
    sheet = _with_row_data(request, datasheet)
    filters = _filters_of_page(request, sheet)
    stays = sheet is not None and (filters is None or bool(ask) or filters.holds(sheet))
    context: dict[str, Any] = {
        "pk": pk,
        "row": _row(request, sheet, filters, moment) if sheet and stays else None,
        "again": True,
    }
    if sheet and ask:
        context.update(_ask(request, sheet) if ask is True else ask)
    also = ["crm/module/_ask_again.html"]
    if filters is not None:
        from crm.views.module import numbers

        context.update(numbers(filters, moment))
        also.append("crm/module/_side_again.html")
    template = "crm/module/_row.html"
    target = f"#datasheet-{pk}"
    return page(request, template, context, part=template, also=also, target=target)


def _row(request: HttpRequest, sheet: Any, filters: Filters | None, moment: Moment) -> Row:
    """The row alone; its status is asked for where the page's filters don't bring it."""
    own = Status.objects.filter(pk=sheet.status_id)
    statuses = filters.every_status if filters else with_first_step(own)
    return rows_of([sheet], sheet.module, statuses, request, moment)[0]


def _with_row_data(request: HttpRequest, datasheet: Datasheet | int) -> Any:
    """The datasheet with what a row shows, read now; None when it doesn't exist for the user."""
    if hasattr(datasheet, "row_contact"):
        return datasheet
    pk = datasheet if isinstance(datasheet, int) else datasheet.pk
    seen = row_data.with_row_data(Datasheet.objects.visible_to(request.user).filter(pk=pk))
    return seen.select_related("module").first()


def _ask(request: HttpRequest, sheet: Datasheet) -> dict[str, Any]:
    from crm.views.asking import ask_context

    return dict(ask_context(request, sheet, "row"))


def _filters_of_page(request: HttpRequest, sheet: Datasheet | None) -> Filters | None:
    """The filters of the module page that the request was sent from; None for any other page."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    if sheet is None or parts.path != reverse("crm:module", args=[sheet.module.slug]):
        return None
    from crm.views.module import remembered

    module, tree = module_with_tree(request.user, sheet.module.slug)
    params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Filters.read(request.user, module, tree, params, remembered(request, module))
