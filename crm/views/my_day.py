"""My day: one's own todos over all modules, in the order in which they are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any, Literal, cast, get_args
from urllib.parse import parse_qs, urlsplit

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import agenda, day_words, words
from crm.constants import EntryKind, TodoState
from crm.forms.when import DayChip, Moment, day_chips
from crm.history import Names, Told, tell
from crm.models import Email, HistoryEntry, Phone, Todo
from web.htmx import is_htmx, page

Show = Literal["today", "tomorrow", "week"]
_SHOWS = {
    "today": gettext_lazy("Today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "week": gettext_lazy("Week"),
}
# Nobody works off more in a day; what is behind them comes up as these are done.
MOST = 200
HAPPENED = 3
# What helps to do a todo; that it was planned or moved is seen on it.
_HAPPENINGS = (
    EntryKind.NOTE,
    EntryKind.CALL,
    EntryKind.MEETING,
    EntryKind.EMAIL,
    EntryKind.DONE,
    EntryKind.STATUS,
    EntryKind.STEP,
    EntryKind.CREATED,
    EntryKind.IMPORTED,
)
# The history entries of what was done or postponed since the page was loaded: it stays in place.
_MOVED = "my_day_moved"
_MOST_MOVED = 200


@dataclass
class Line:
    """A todo as My day shows it; ``gone`` says why one that stands here is open no more."""

    todo: Todo
    moment: Moment
    order: datetime
    gone: Literal["", "done", "postponed"] = ""

    @cached_property
    def band(self) -> str:
        """Where it stands: a postponed or done one where it stood."""
        return agenda.band(self.order, self.moment.now, self.moment.zone)

    @property
    def when(self) -> words.Label:
        todo, moment = self.todo, self.moment
        if self.gone == "done" and todo.done_at is not None:
            return words.Label(f"{todo.done_at.astimezone(moment.zone):%H:%M}", "")
        label = words.when_label(todo.due_at, todo.timed, moment.now, moment.zone)
        if self.gone == "postponed":
            day = words.when_line(todo.due_at, False, moment.now, moment.zone)
            return words.Label(day, _("postponed"))
        return label

    @property
    def full_when(self) -> str:
        return words.full_label(self.todo.due_at, self.todo.timed, self.moment.zone)

    @property
    def late(self) -> str:
        """How late it is, in words; empty when it isn't."""
        if self.gone or self.band != "late":
            return ""
        return words.late_label(self.todo.due_at, self.moment.now, self.moment.zone)


@dataclass(frozen=True)
class Section:
    """A band of the day with the number of todos still open in it."""

    band: str
    lines: list[Line]

    @property
    def label(self) -> str:
        return words.band_label(self.band)

    @property
    def count(self) -> int:
        return sum(1 for line in self.lines if not line.gone)


@dataclass(frozen=True)
class Focus:
    """The current todo, with what one needs to do it."""

    line: Line
    place: int
    of: int
    phone: Phone | None
    email: Email | None
    history: list[Told]
    chips: list[DayChip]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The product opens on My day."""
    return HttpResponseRedirect(reverse("crm:my_day"), status=HTTPStatus.FOUND)


@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """The page; for htmx the day, or the card of one todo (``?todo=``) where the card asks."""
    if not is_htmx(request):
        request.session.pop(_MOVED, None)
    if request.headers.get("HX-Target") == "focus":
        context = _context(request)
        return page(request, "crm/my_day/_focus.html", context, part="crm/my_day/_focus.html")
    template = "crm/my_day/page.html"
    return page(request, template, _context(request), part="crm/my_day/_day.html")


def part(
    request: HttpRequest,
    *,
    entry: HistoryEntry | None = None,
    asks_for: int | None = None,
) -> HttpResponse:
    """My day after a change. ``entry`` is what happened: its todo stays where it stands.

    ``asks_for`` is the datasheet for which "What's next?" is asked under that todo.
    """
    moved = entry is not None and entry.kind in (EntryKind.DONE, EntryKind.POSTPONED)
    if entry is not None and moved:
        kept = [one for one in request.session.get(_MOVED, []) if one != entry.pk]
        request.session[_MOVED] = [*kept, entry.pk][-_MOST_MOVED:]
    context = _context(request)
    if asks_for is not None and entry is not None:
        context.update(_ask(request, asks_for), asked_under=entry.todo_id)
    template = "crm/my_day/_day.html"
    return page(request, template, context, part=template, target="#my-day")


def _ask(request: HttpRequest, datasheet_id: int) -> dict[str, Any]:
    from crm.views.asking import ask_context
    from crm.views.tools import visible_datasheet

    return dict(ask_context(request, visible_datasheet(request, datasheet_id), "myday"))


def _context(request: HttpRequest) -> dict[str, Any]:
    """Everything the page draws."""
    moment = Moment.current()
    show = _show(request)
    user = request.user
    entries = _moved_entries(request)
    lines = _lines(user, moment, show, entries)
    finished = _done_today(user, moment)
    in_place = {line.todo.pk for line in lines if line.gone == "done"}
    counts = _counts(user, moment)
    done_n = len(finished)
    return {
        "on_my_day": True,
        "show": show,
        "shows": [
            (key, label, counts[key] if key != "today" else 0) for key, label in _SHOWS.items()
        ],
        "greeting": _greeting(user, moment),
        "day": day_words.day_spelled(moment.today),
        "moment": moment,
        "counts": counts,
        "done": done_n,
        "total": done_n + counts["late"] + counts["today"],
        "sections": _sections(lines),
        "done_lines": [
            Line(todo, moment, todo.due_at, "done") for todo in finished if todo.pk not in in_place
        ][:MOST],
        "focus": _focus(request, lines, moment, entries[-1].todo_id if entries else None),
        "token": get_token(request),
    }


def _show(request: HttpRequest) -> Show:
    """Which days are shown: as the address says, also that of the page a form was sent from."""
    said = request.GET.get("show") or request.POST.get("show") or _of_page(request, "show")
    return cast(Show, said) if said in get_args(Show) else "today"


def _of_page(request: HttpRequest, name: str) -> str:
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return parse_qs(query).get(name, [""])[-1]


def _bounds(moment: Moment, show: Show) -> tuple[datetime | None, datetime]:
    """The due times shown: late and today's; tomorrow's; or those of the seven days ahead."""
    first = agenda.day_start(moment.today + timedelta(days=1), moment.zone)
    days = {"today": 1, "tomorrow": 2, "week": 8}[show]
    end = agenda.day_start(moment.today + timedelta(days=days), moment.zone)
    return (None if show == "today" else first), end


def _mine(user: User) -> Any:
    """The user's todos, with what a line shows."""
    return Todo.objects.visible_to(user).select_related(
        "type", "contact", "module", "datasheet__client", "datasheet__main_contact"
    )


def _lines(user: User, moment: Moment, show: Show, entries: list[HistoryEntry]) -> list[Line]:
    """The open todos of the days shown, and those that went since the page was loaded."""
    start, end = _bounds(moment, show)
    mine = _mine(user).open().filter(responsible=user, due_at__lt=end)
    if start is not None:
        mine = mine.filter(due_at__gte=start)
    lines = [Line(todo, moment, todo.due_at) for todo in mine.in_due_order()[:MOST]]
    shown = {line.todo.pk for line in lines}
    stood = {entry.todo_id: entry for entry in entries if entry.todo_id not in shown}
    for todo in _mine(user).filter(pk__in=stood):
        gone = _gone(todo, stood[todo.pk], moment)
        if gone and (start is None or start <= gone.order) and gone.order < end:
            lines.append(gone)
    return sorted(lines, key=lambda line: (line.order, line.todo.pk))


def _gone(todo: Todo, entry: HistoryEntry, moment: Moment) -> Line | None:
    """A done or postponed todo where it stood."""
    if todo.state == TodoState.DONE:
        return Line(todo, moment, todo.due_at, "done")
    if entry.kind == EntryKind.POSTPONED and todo.is_open:
        before = datetime.fromisoformat(entry.data["before"]["due_at"])
        return Line(todo, moment, before, "postponed")
    return None


def _moved_entries(request: HttpRequest) -> list[HistoryEntry]:
    """The latest entry of each todo that went, unless it was taken back."""
    ids = request.session.get(_MOVED, [])
    if not ids:
        return []
    seen = HistoryEntry.objects.visible_to(request.user)
    found = seen.filter(pk__in=ids, author=request.user, taken_back_at=None).order_by("pk")
    return list({entry.todo_id: entry for entry in found if entry.todo_id}.values())


def _sections(lines: Iterable[Line]) -> list[Section]:
    return [Section(band, list(run)) for band, run in groupby(lines, key=lambda one: one.band)]


def _done_today(user: User, moment: Moment) -> list[Todo]:
    """What the user has done today, the latest on top."""
    since = agenda.day_start(moment.today, moment.zone)
    done = _mine(user).filter(state=TodoState.DONE, done_by=user, done_at__gte=since)
    return list(done.order_by("-done_at", "-pk")[: 5 * MOST])


def _counts(user: User, moment: Moment) -> dict[str, int]:
    """How many open todos are late, due today, tomorrow and in the seven days ahead."""
    tomorrow = agenda.day_start(moment.today + timedelta(days=1), moment.zone)
    after = agenda.day_start(moment.today + timedelta(days=2), moment.zone)
    end = agenda.day_start(moment.today + timedelta(days=8), moment.zone)
    mine = Todo.objects.visible_to(user).open().filter(responsible=user, due_at__lt=end)
    found: dict[str, int] = mine.aggregate(
        late=Count("pk", filter=Q(due_at__lt=moment.now)),
        today=Count("pk", filter=Q(due_at__gte=moment.now, due_at__lt=tomorrow)),
        tomorrow=Count("pk", filter=Q(due_at__gte=tomorrow, due_at__lt=after)),
        week=Count("pk", filter=Q(due_at__gte=tomorrow)),
    )
    return found


def _greeting(user: User, moment: Moment) -> str:
    """By the company's clock; in Hungarian the morning's ends at ten."""
    hour = moment.now.astimezone(moment.zone).hour
    if 4 <= hour < 10:
        said = _("Good morning, %(name)s")
    elif 10 <= hour < 12:
        said = pgettext("from ten to noon", "Good morning, %(name)s")
    elif 12 <= hour < 18:
        said = _("Good afternoon, %(name)s")
    else:
        said = _("Good evening, %(name)s")
    return said % {"name": user.given_name or user.full_name}


# The card of the current todo


def _focus(
    request: HttpRequest, lines: list[Line], moment: Moment, done: int | None
) -> Focus | None:
    """The card of the chosen todo, else of the one after what was just done, else of the first."""
    open_lines = [line for line in lines if not line.gone]
    line = _chosen(request, open_lines) or _next(lines, done) or next(iter(open_lines), None)
    if line is None:
        return None
    todo = line.todo
    sheet = todo.datasheet
    contact = todo.contact_id or sheet.main_contact_id
    of_whom = Q(contact=contact) if contact else Q(client=sheet.client_id, contact=None)
    seen = HistoryEntry.objects.visible_to(request.user).filter(datasheet=sheet)
    happened = list(
        seen.filter(taken_back_at=None, kind__in=_HAPPENINGS)
        .select_related("author", "contact")
        .order_by("-at", "-pk")[:HAPPENED]
    )
    names = Names.of(happened)
    chips = agenda.postpone_chips(moment.today, moment.day_of(todo.due_at), moment.calendar)
    return Focus(
        line=line,
        place=open_lines.index(line) + 1,
        of=len(open_lines),
        phone=Phone.objects.filter(of_whom).order_by("-is_default", "pk").first(),
        email=Email.objects.filter(of_whom).order_by("-is_default", "pk").first(),
        history=[tell(entry, names, moment) for entry in happened],
        chips=day_chips(chips, moment),
    )


def _chosen(request: HttpRequest, lines: list[Line]) -> Line | None:
    said = request.GET.get("todo", "")
    return next((line for line in lines if str(line.todo.pk) == said), None)


def _next(lines: list[Line], done: int | None) -> Line | None:
    """The first open line after the one that has just gone."""
    at = next((n for n, line in enumerate(lines) if line.todo.pk == done), None)
    if at is None:
        return None
    return next((line for line in lines[at:] if not line.gone), None)
