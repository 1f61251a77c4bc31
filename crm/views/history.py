"""The history on a datasheet: the latest entries, filtered, and more by the last one's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Window
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import access
from crm.actions.undo import can_undo
from crm.constants import EntryKind, TodoState
from crm.forms.todo import Choices
from crm.forms.when import Moment
from crm.history import Names, Told, tell
from crm.models import Datasheet, HistoryEntry
from crm.views.entry import EntryPen
from crm.views.tools import visible_datasheet
from web.htmx import is_htmx, page
from web.paging import Cursor
from web.prepared import Prepared

PAGE = 30
_COLUMNS = (
    *("at", "kind", "text", "data", "taken_back_at", "author", "contact", "datasheet"),
    *("todo__state", "todo__version"),
)
# How long a todo that one has just done asks how it went.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Filter:
    """A choice above the history."""

    key: str
    label: str | Promise
    entries: Q


def _done_of_type(key: str) -> Q:
    return Q(kind=EntryKind.DONE, todo__type__key=key)


_OF_TODOS = (
    EntryKind.DONE,
    EntryKind.PLANNED,
    EntryKind.POSTPONED,
    EntryKind.CHANGED_TODO,
    EntryKind.DELETED_TODO,
    EntryKind.CANCELLED_TODO,
    EntryKind.REOPENED,
    EntryKind.NO_NEXT,
)
FILTERS = (
    # A plan is no news once the todo stands above or is done: it is told among the todos alone.
    Filter("all", _("All"), ~Q(kind=EntryKind.PLANNED)),
    Filter("notes", pgettext_lazy("entries of the history", "Notes"), Q(kind=EntryKind.NOTE)),
    Filter("calls", _("Calls"), Q(kind=EntryKind.CALL) | _done_of_type("call")),
    Filter("meetings", _("Meetings"), Q(kind=EntryKind.MEETING) | _done_of_type("meeting")),
    Filter("todos", _("Todos"), Q(kind__in=_OF_TODOS)),
    Filter("status", _("Statuses"), Q(kind__in=[EntryKind.STATUS, EntryKind.STEP])),
)


@dataclass(frozen=True)
class Shown:
    """A page of the history. ``total`` is exact, of all that the filter lets through."""

    entries: list[HistoryEntry]
    total: int
    after: str
    chosen: Filter


def load(datasheet: Datasheet, user: User, show: str = "", after: str = "") -> Shown:
    """The entries behind the cursor that the user may read, newest first, in one query."""
    chosen = next((one for one in FILTERS if one.key == show), FILTERS[0])
    cursor = Cursor.decode(after)
    at, pk = (cursor.due_at, cursor.id) if cursor else (None, None)
    found = _ENTRIES.ask(datasheet.pk, at, pk, show=chosen.key, role=user.role)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Shown(
        entries=found[:PAGE],
        total=found[0].total if found else 0,
        after=Cursor(last.at, last.pk).encode() if last else "",
        chosen=chosen,
    )


def _entries(
    datasheet: int, at: datetime | None, pk: int | None, *, show: str, role: str
) -> QuerySet[Any]:
    """Behind the cursor, where there is one."""
    chosen = next(one for one in FILTERS if one.key == show)
    rows: QuerySet[Any] = HistoryEntry.objects.filter(
        chosen.entries, access.readable_entries(User(role=role)), datasheet=datasheet
    )
    if at is not None:
        behind = Q(at__lt=at) | Q(at=at, pk__lt=pk)
        rows = rows.filter(behind, at__lte=at)
    # Counted before the page is cut. Authors and contacts are at hand on most pages: Names.of.
    rows = rows.select_related("todo").only(*_COLUMNS).annotate(total=Window(Count("pk")))
    return rows.order_by("-at", "-pk")[: PAGE + 1]


_ENTRIES = Prepared(_entries)


def told(
    datasheet: Datasheet,
    shown: Shown,
    names: Names,
    moment: Moment,
    user: User,
    fresh: int | None = None,
) -> list[Told]:
    """The entries of the datasheet as they are drawn for this user."""
    newest = _newest_of_fields(shown.entries)
    return [
        tell(
            entry,
            names,
            moment,
            fresh=entry.pk == fresh and entry.kind == EntryKind.DONE,
            can_undo=_still_undoable(entry, user, moment, datasheet)
            and (entry.kind != EntryKind.FIELD or entry.pk in newest),
            can_reopen=_can_reopen(entry),
            can_tell=_asks_how_it_went(entry, user, moment, fresh),
        )
        for entry in shown.entries
    ]


def _newest_of_fields(entries: Sequence[HistoryEntry]) -> set[int]:
    """The last change of each field among these: an earlier one can't be taken back any more."""
    last: dict[object, int] = {}
    for entry in entries:
        if entry.kind == EntryKind.FIELD and entry.taken_back_at is None:
            last.setdefault(entry.data.get("field"), entry.pk)
    return set(last.values())


def _can_reopen(entry: HistoryEntry) -> bool:
    done = entry.kind == EntryKind.DONE and entry.taken_back_at is None
    return done and entry.todo is not None and entry.todo.state == TodoState.DONE


def _still_undoable(entry: HistoryEntry, user: User, moment: Moment, at: Datasheet) -> bool:
    """Whether nothing has happened since that refuses it; what is long done is opened again."""
    if not can_undo(entry, user):
        return False
    if entry.kind == EntryKind.STATUS:
        return bool(entry.data.get("to") == at.status_id)
    if entry.kind == EntryKind.RESPONSIBLE:
        return bool(entry.data.get("to") == at.responsible_id)
    if entry.kind == EntryKind.DONE and entry.at < moment.now - FRESH:
        return False
    if "version" in entry.data:
        return entry.todo is not None and entry.todo.version == entry.data["version"]
    return entry.kind != EntryKind.TRASHED


def _asks_how_it_went(entry: HistoryEntry, user: User, moment: Moment, fresh: int | None) -> bool:
    if not _can_reopen(entry) or entry.author_id != user.pk or entry.data.get("outcome"):
        return False
    return entry.pk == fresh or entry.at > moment.now - FRESH


def context(
    request: HttpRequest, datasheet: Datasheet, shown: Shown, entries: Sequence[Told]
) -> dict[str, Any]:
    """The context of templates/crm/history/_history.html and _more.html."""
    pen = EntryPen(request)
    return {
        "datasheet": datasheet,
        "history": [pen.draw(one) for one in entries],
        "history_total": shown.total,
        "history_after": shown.after,
        "history_filters": FILTERS,
        "history_shown": shown.chosen.key,
    }


def news(
    request: HttpRequest,
    datasheet: Datasheet,
    entry: HistoryEntry,
    choices: Choices,
    moment: Moment,
) -> dict[str, Any] | None:
    """The context of templates/crm/history/_news.html for the new entry of a todo.

    What else it has changed are the menus of that todo's other entries, and what was "just now"
    before. None where it isn't on top of a history that the page shows already.
    """
    user = request.user
    found = _NEWS.ask(datasheet.pk, entry.todo_id, moment.now - FRESH, role=user.role)
    if not found or found[0].total < 2 or found[0].pk != entry.pk:
        return None
    names = Names.of(found, users=choices.doers, types=choices.types, contacts=choices.contacts)
    pen, total = EntryPen(request), found[0].total
    drawn = [
        pen.draw(one, again=one.entry is not found[0])
        for one in told(
            datasheet, Shown(found, total, "", FILTERS[0]), names, moment, user, entry.pk
        )
    ]
    return {"news": drawn[0], "news_changed": drawn[1:], "history_total": total}


def _news(datasheet: int, todo: int, since: datetime, *, role: str) -> QuerySet[Any]:
    """The todo's entries and what was done just now; ``total`` counts the whole history."""
    told_of = HistoryEntry.objects.filter(
        FILTERS[0].entries, access.readable_entries(User(role=role)), datasheet=datasheet
    )
    counted = told_of.order_by().values("datasheet").annotate(n=Count("pk")).values("n")
    news = told_of.filter(Q(todo=todo) | Q(kind=EntryKind.DONE, at__gt=since))
    rows: QuerySet[Any] = news.select_related("todo").only(*_COLUMNS)
    rows = rows.annotate(total=Subquery(counted))
    return rows.order_by("-at", "-pk")[:PAGE]


_NEWS = Prepared(_news)


@require_GET
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """The history by a filter, or its next page; for a browser the datasheet that shows it."""
    datasheet = visible_datasheet(request, pk)
    if not is_htmx(request):
        address = f"{reverse('crm:datasheet', args=[pk])}?{request.GET.urlencode()}#history"
        return HttpResponseRedirect(address)
    after = request.GET.get("after", "")
    part = "crm/history/_more.html" if after else "crm/history/_history.html"
    return page(request, part, latest(request, datasheet, after), part=part)


def latest(request: HttpRequest, datasheet: Datasheet, after: str = "") -> dict[str, Any]:
    """The context of the history by the filter that is asked for, from the cursor on."""
    shown = load(datasheet, request.user, request.GET.get("show", ""), after)
    names = Names.of(shown.entries)
    entries = told(datasheet, shown, names, Moment.current(), request.user)
    return context(request, datasheet, shown, entries)
