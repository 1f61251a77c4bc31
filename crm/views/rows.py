"""The rows of a module's list: how they are drawn, more as one scrolls, one after a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import agenda, lists, words
from crm.filters import Filters, module_with_tree
from crm.forms.when import Moment
from crm.models import Datasheet
from crm.models.todo import TEXT_MAX
from modules.models import Suggestion
from modules.registry import kind_of
from web.htmx import page
from web.paging import Cursor
from web.text import digits


@dataclass(frozen=True)
class OneClick:
    """The todo that one click plans where the chain is broken: the status's first suggestion."""

    suggestion: Suggestion
    day: date
    words: str
    responsible: User
    once: UUID

    @property
    def text(self) -> str:
        return self.suggestion.text[:TEXT_MAX]


class Addresses:
    """Where the buttons of rows lead; each address is looked up once, not once a row."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def of(self, name: str, pk: int) -> str:
        if name not in self._found:
            self._found[name] = reverse(f"crm:{name}", args=[0])
        return self._found[name].replace("/0/", f"/{pk}/", 1)


@dataclass
class Row:
    """A datasheet as its row shows it. ``sheet`` was read by :func:`lists.with_row_data`."""

    sheet: Any
    moment: Moment
    addresses: Addresses
    plan: OneClick | None = None

    @cached_property
    def band(self) -> str:
        return agenda.band(self.sheet.next_due_at, self.moment.now, self.moment.zone)

    @property
    def ring(self) -> str:
        """The colour of the ring: only late and today's ones have their own."""
        return self.band if self.band in ("late", "today") else ""

    @cached_property
    def when(self) -> words.Label:
        if self.todo is None:
            quiet = self.days_quiet if self.sheet.chain_is_broken else 0
            return words.Label(words.band_label("none"), words.quiet_label(quiet))
        return words.when_label(
            self.sheet.next_due_at, self.todo.timed, self.moment.now, self.moment.zone
        )

    @property
    def days_quiet(self) -> int:
        since = self.sheet.quiet_since or self.sheet.created_at
        return (self.moment.today - self.moment.day_of(since)).days

    @property
    def full_when(self) -> str:
        return words.full_label(self.sheet.next_due_at, self.todo.timed, self.moment.zone)

    @property
    def todo(self) -> Any:
        return self.sheet.next_todo

    @property
    def phone(self) -> str:
        return self.sheet.phone or digits(self.sheet.phone_raw or "")

    @property
    def email(self) -> str:
        return self.sheet.email or ""

    @property
    def whom(self) -> str:
        """Whom the call or the email goes to."""
        contact = (self.todo and self.todo.contact) or self.sheet.main_contact
        return str(contact or self.sheet.client)

    @property
    def can_choose_status(self) -> bool:
        return not kind_of(self.sheet.module).fixed

    # Where its buttons lead

    @property
    def done_url(self) -> str:
        return self.addresses.of("todo_done", self.todo.pk)

    @property
    def postpone_url(self) -> str:
        return self.addresses.of("todo_postpone", self.todo.pk)

    @property
    def sheet_url(self) -> str:
        return self.addresses.of("datasheet", self.sheet.pk)

    @property
    def plan_url(self) -> str:
        return self.addresses.of("plan", self.sheet.pk)

    @property
    def responsible_url(self) -> str:
        return self.addresses.of("responsible", self.sheet.pk)

    @property
    def status_url(self) -> str:
        return self.addresses.of("status", self.sheet.pk)


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
    def total(self) -> int:
        """What the meter of Today is full at: done and still ahead."""
        return self.done + (self.count or 0)


def rows_of(sheets: Sequence[Datasheet], user: User, moment: Moment) -> list[Row]:
    """The rows; one query for the suggestions, if the chain is broken anywhere."""
    addresses = Addresses()
    made = [Row(sheet, moment, addresses) for sheet in sheets]
    broken = [row for row in made if row.sheet.chain_is_broken]
    if not broken:
        return made
    first: dict[int, Suggestion] = {}
    wanted = {row.sheet.status_id for row in broken}
    for suggestion in Suggestion.objects.filter(status__in=wanted).in_order():
        first.setdefault(suggestion.status_id, suggestion)
    for row in broken:
        if row.sheet.status_id in first:
            row.plan = _one_click(first[row.sheet.status_id], row.sheet, user, moment)
    return made


def _one_click(suggestion: Suggestion, sheet: Datasheet, user: User, moment: Moment) -> OneClick:
    day = moment.calendar.in_working_days(moment.today, suggestion.in_working_days)
    due = agenda.due_at(day, None, moment.zone)
    when = words.when_line(due, False, moment.now, moment.zone)
    doer = sheet.responsible
    return OneClick(
        suggestion=suggestion,
        day=day,
        words=f"{suggestion.text}, {when}",
        responsible=doer if doer is not None and doer.is_active else user,
        once=uuid4(),
    )


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
    if not request.htmx:
        return whole_page(request, filters, after)
    moment = Moment.current()
    found = lists.page(filters.query(moment.now, moment.zone), after)
    begun = agenda.band(after.due_at, moment.now, moment.zone) if after else ""
    groups = groups_of(rows_of(found.rows, request.user, moment), filters, moment, begun=begun)
    _count_bands(groups, filters, moment, more=found.after is not None)
    context = {
        "filters": filters,
        "groups": groups,
        "after": found.after.encode() if found.after else "",
        "token": get_token(request),
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
        "row": rows_of([sheet], request.user, moment)[0] if sheet and stays else None,
        "token": get_token(request),
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


def _with_row_data(request: HttpRequest, datasheet: Datasheet | int) -> Any:
    """The datasheet with what a row shows, read now; None when it doesn't exist for the user."""
    if hasattr(datasheet, "row_contact"):
        return datasheet
    pk = datasheet if isinstance(datasheet, int) else datasheet.pk
    seen = lists.with_row_data(Datasheet.objects.visible_to(request.user).filter(pk=pk))
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
