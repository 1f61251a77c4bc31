"""My day: one's own todos over all modules, in the order in which they are due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any, Literal, cast, get_args
from urllib.parse import parse_qs, urlsplit

from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import agenda, day_words, words
from crm.constants import EntryKind, TodoState
from crm.forms.when import DayChip, Moment, day_chips
from crm.history import Names, Told, tell
from crm.lists import CAP
from crm.models import Email, HistoryEntry, Phone, Todo
from crm.views import day_line
from crm.views.day_line import DayTodo, Line, LinePen
from web.htmx import is_htmx, page
from web.prepared import Prepared

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


@dataclass(frozen=True)
class Section:
    """A band of the day with the number of todos still open in it."""

    band: str
    lines: list[Line]
    pen: LinePen

    @property
    def drawn(self) -> list[tuple[int, SafeString]]:
        """Each line with the id of its todo."""
        return [(line.todo.pk, self.pen.draw(line)) for line in self.lines]

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
        context["pen"].active = None
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
    finished, done_n = _done_today(user, moment)
    in_place = {line.todo.pk for line in lines if line.gone == "done"}
    counts = _counts(user, moment)
    focus = _focus(request, lines, moment, entries[-1].todo_id if entries else None)
    token = get_token(request)
    pen = LinePen(token, show, focus.line.todo.pk if focus else None)
    rest = [todo for todo in finished if todo.pk not in in_place][:MOST]
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
        "pen": pen,
        "sections": _sections(lines, pen),
        "done_lines": [pen.draw(Line(todo, moment, todo.due_at, "done")) for todo in rest],
        "focus": focus,
        "token": token,
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


# The user's todos. Each query begins in an index that leads with the user: who has thousands of
# them waits no longer.


def _seen(user: int, role: str) -> Any:
    return Todo.objects.visible_to(User(pk=user, role=role))


def _open(user: int, end: datetime, start: datetime | None, *, role: str) -> Any:
    mine = _seen(user, role).open().filter(responsible=user, due_at__lt=end)
    return mine if start is None else mine.filter(due_at__gte=start)


def _done(user: int, since: datetime, *, role: str) -> Any:
    return _seen(user, role).filter(state=TodoState.DONE, done_by=user, done_at__gte=since)


_OPEN = Prepared(
    lambda *of, role: _open(*of, role=role).in_due_order().values_list(*day_line.COLUMNS)[:MOST]
)
_DONE = Prepared(
    lambda *of, role: (
        _done(*of, role=role).order_by("-done_at", "-pk").values_list(*day_line.COLUMNS)[: 2 * MOST]
    )
)
_OPEN_IDS = Prepared(lambda *of, role: _open(*of, role=role).values_list("pk", flat=True)[:CAP])
_DONE_IDS = Prepared(lambda *of, role: _done(*of, role=role).values_list("pk", flat=True)[:CAP])
_WHOLE: Prepared[Todo] = Prepared(
    lambda user, pk, role: (
        _seen(user, role)
        .filter(pk=pk)
        .select_related("type", "contact", "module", "datasheet__client", "datasheet__main_contact")
    )
)


def _lines(user: User, moment: Moment, show: Show, entries: list[HistoryEntry]) -> list[Line]:
    """The open todos of the days shown, and those that went since the page was loaded."""
    start, end = _bounds(moment, show)
    mine = day_line.read(_OPEN.ask(user.pk, end, start, role=user.role))
    lines = [Line(todo, moment, todo.due_at) for todo in mine]
    shown = {line.todo.pk for line in lines}
    stood = {entry.todo_id: entry for entry in entries if entry.todo_id not in shown}
    for todo in _went(user, stood):
        gone = _gone(todo, stood[todo.pk], moment)
        if gone and (start is None or start <= gone.order) and gone.order < end:
            lines.append(gone)
    return sorted(lines, key=lambda line: (line.order, line.todo.pk))


def _went(user: User, ids: Collection[int | None]) -> list[DayTodo]:
    if not ids:
        return []
    seen = Todo.objects.visible_to(user).filter(pk__in=ids)
    return day_line.read(seen.values_list(*day_line.COLUMNS))


def _gone(todo: DayTodo, entry: HistoryEntry, moment: Moment) -> Line | None:
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


def _sections(lines: Iterable[Line], pen: LinePen) -> list[Section]:
    return [Section(band, list(run), pen) for band, run in groupby(lines, key=lambda one: one.band)]


def _done_today(user: User, moment: Moment) -> tuple[list[DayTodo], int]:
    """What the user has done today, the latest on top, and how much it is, at most CAP."""
    since = agenda.day_start(moment.today, moment.zone)
    found = day_line.read(_DONE.ask(user.pk, since, role=user.role))
    if len(found) < 2 * MOST:
        return found, len(found)
    return found, _DONE_IDS.counts([(user.pk, since)], role=user.role)[0]


def _counts(user: User, moment: Moment) -> dict[str, int]:
    """How many open todos are late, due today, tomorrow and in the seven days ahead.

    Each is exact below CAP, beyond which no page tells it.
    """
    tomorrow = agenda.day_start(moment.today + timedelta(days=1), moment.zone)
    after = agenda.day_start(moment.today + timedelta(days=2), moment.zone)
    end = agenda.day_start(moment.today + timedelta(days=8), moment.zone)
    bounds = {
        "late": (user.pk, moment.now, None),
        "today": (user.pk, tomorrow, moment.now),
        "tomorrow": (user.pk, after, tomorrow),
        "week": (user.pk, end, tomorrow),
    }
    counts = _OPEN_IDS.counts(list(bounds.values()), role=user.role)
    return dict(zip(bounds, counts, strict=True))


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
    todo = _WHOLE.first(request.user.pk, line.todo.pk, role=request.user.role) if line else None
    if line is None or todo is None:
        return None
    sheet = todo.datasheet
    contact = todo.contact_id or sheet.main_contact_id
    happened = _HAPPENED.ask(request.user.pk, sheet.pk, role=request.user.role)
    names = Names.of(happened)
    chips = agenda.postpone_chips(moment.today, moment.day_of(todo.due_at), moment.calendar)
    return Focus(
        line=Line(todo, moment, line.order),
        place=open_lines.index(line) + 1,
        of=len(open_lines),
        phone=_PHONE.first(contact, sheet.client_id),
        email=_EMAIL.first(contact, sheet.client_id),
        history=[tell(entry, names, moment) for entry in happened],
        chips=day_chips(chips, moment),
    )


_HAPPENED: Prepared[HistoryEntry] = Prepared(
    lambda user, datasheet, role: (
        HistoryEntry.objects.visible_to(User(pk=user, role=role))
        .filter(datasheet=datasheet, taken_back_at=None, kind__in=_HAPPENINGS)
        .select_related("author", "contact")
        .order_by("-at", "-pk")[:HAPPENED]
    )
)


def _of(model: type[Phone] | type[Email], contact: int | None, client: int) -> Any:
    """The contact's default one; of the company itself where there is no contact."""
    of_whom = Q(contact=contact) if contact else Q(client=client, contact=None)
    return model.objects.filter(of_whom).order_by("-is_default", "pk")[:1]


_PHONE: Prepared[Phone] = Prepared(lambda *of: _of(Phone, *of))
_EMAIL: Prepared[Email] = Prepared(lambda *of: _of(Email, *of))


def _chosen(request: HttpRequest, lines: list[Line]) -> Line | None:
    said = request.GET.get("todo", "")
    return next((line for line in lines if str(line.todo.pk) == said), None)


def _next(lines: list[Line], done: int | None) -> Line | None:
    """The first open line after the one that has just gone."""
    at = next((n for n, line in enumerate(lines) if line.todo.pk == done), None)
    if at is None:
        return None
    return next((line for line in lines[at:] if not line.gone), None)
