"""A datasheet: who has what to do, with whom and when; what happened; and whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import agenda, lists, values, words
from crm.client_card import Channels, ClientCard, client_card
from crm.constants import EntryKind, Qualification
from crm.day_words import clock, day_with_weekday
from crm.filters import Filters
from crm.forms.note import NoteForm
from crm.forms.todo import Choices
from crm.forms.when import DayChip, Moment, day_chips
from crm.history import Names
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from crm.others import others_of
from crm.track import reached_since, track
from crm.views import history
from crm.views import values as values_view
from crm.views.asking import ask_context, quick_context
from crm.views.module import remembered
from crm.views.places import list_of_page
from crm.words import Label
from modules.models import Step
from modules.registry import kind_of
from modules.tree import Branch, tree
from web.htmx import here, is_htmx, page
from web.prepared import Prepared

MOST_TODOS = 200


@dataclass(frozen=True)
class Line:
    """An open todo in the thread; ``answer`` is its time as the first of the four answers."""

    todo: Todo
    band: str
    when: str
    time: str
    answer: Label
    full_when: str
    chips: list[DayChip]
    channels: Channels


@dataclass(frozen=True)
class TickedStep:
    """A step of the sale and the day on which it was ticked."""

    step: Step
    on: date | None


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; for htmx its sheet. With ``version``, 204 while nothing has changed."""
    datasheet = _found(request, pk)
    if is_htmx(request) and request.GET.get("version") == _version(datasheet):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not is_htmx(request) and (words := _list_before(request, datasheet)) is not None:
        # The address keeps the list, for parts and for reloading.
        kept = {**request.GET.dict(), "list": words}
        return HttpResponseRedirect(f"{datasheet.get_absolute_url()}?{urlencode(kept)}")
    ask = {"1": True, "0": False}.get(request.GET.get("ask", ""))
    fresh = request.GET.get("fresh", "")
    return _drawn(request, datasheet, ask=ask, fresh=int(fresh) if fresh.isdecimal() else None)


def part(
    request: HttpRequest,
    datasheet_id: int,
    *,
    ask: bool = False,
    fresh: HistoryEntry | None = None,
    todo: Todo | None = None,
    sent: str = "",
) -> HttpResponse:
    """The sheet after a change, read again. What was being written elsewhere on it stays.

    ``sent`` is the form that starts afresh, because it was just sent: "note" or "quick".
    """
    datasheet = _found(request, datasheet_id)
    return _drawn(
        request,
        datasheet,
        ask=True if ask else None,
        fresh=fresh.pk if fresh else None,
        todo=todo,
        sent=sent,
    )


def _found(request: HttpRequest, pk: int) -> Datasheet:
    """As visible_datasheet, without the next todo: the thread reads all open ones."""
    found = _SEEN.first(request.user.pk, pk, role=request.user.role)
    if found is None:
        raise Http404
    request.module_id = found.module_id  # type: ignore[attr-defined]
    return found


_SEEN: Prepared[Datasheet] = Prepared(
    lambda user, pk, role: (
        Datasheet.objects.visible_to(User(pk=user, role=role))
        .filter(pk=pk)
        .select_related("module", "client", "main_contact", "status__group", "responsible")
    )
)


def _drawn(
    request: HttpRequest,
    datasheet: Datasheet,
    *,
    ask: bool | None,
    fresh: int | None,
    todo: Todo | None = None,
    sent: str = "",
) -> HttpResponse:
    moment = Moment.current()
    filters = _filters(request, datasheet)
    card = client_card(datasheet.client, datasheet.main_contact_id)
    choices = Choices.of(datasheet, card.contacts)
    context: dict[str, Any] = {
        "datasheet": datasheet,
        "version": _version(datasheet),
        "card": card,
        "new_todo": todo.pk if todo else None,
        "keeps_note": sent != "note",
        "keeps_quick": sent != "quick",
        "list_words": filters.encoded() if filters.listed else "",
        "list_address": filters.filters.address(),
        "others": others_of(datasheet, request.user, moment),
        "fields": values.of(datasheet, request.user),
        "field_place": values_view.Place(datasheet),
    }
    context |= _neighbours(filters, datasheet, moment)
    context |= _head(datasheet, filters.filters.tree, moment)
    context |= _thread(datasheet, card, choices, moment)
    context |= _history(request, datasheet, filters.filters.tree, choices, context, moment, fresh)
    context["note"] = NoteForm()
    upcoming: Line | None = context["next"]
    context["bar_channels"] = (
        upcoming.channels if upcoming else card.channels_of(datasheet.main_contact)
    )
    asks = _asks(context, ask)
    context["asks"] = asks
    if asks:
        context |= ask_context(request, datasheet, "datasheet", choices=choices)
    else:
        context |= quick_context(request, datasheet, choices)
    template = "crm/datasheet/page.html"
    target = "#datasheet" if is_htmx(request) else None
    return page(request, template, context, part="crm/datasheet/_sheet.html", target=target)


def _version(datasheet: Datasheet) -> str:
    return f"{datasheet.version}.{datasheet.client.version}"


# The list one came from


@dataclass(frozen=True)
class Listed:
    """The list behind "previous" and "next"; not ``listed`` when one came from elsewhere."""

    filters: Filters
    listed: bool

    def encoded(self) -> str:
        return self.filters.encoded()


def _filters(request: HttpRequest, datasheet: Datasheet) -> Listed:
    branches = tree(datasheet.module)
    said = request.GET.get("list")
    if said is None and is_htmx(request):
        said = list_of_page(request)
    params = dict(parse_qsl(said or ""))
    filters = Filters.read(
        request.user, datasheet.module, branches, params, remembered(request, datasheet.module)
    )
    return Listed(filters, said is not None)


def _list_before(request: HttpRequest, datasheet: Datasheet) -> str | None:
    """The filters of the list that the page before was; None when the address has them already."""
    before = urlsplit(here(request, ""))
    came_from_list = before.path == reverse("crm:module", args=[datasheet.module.slug])
    if "list" in request.GET or not came_from_list:
        return None
    return urlencode([(name, value) for name, value in parse_qsl(before.query) if name != "after"])


def _neighbours(listed: Listed, datasheet: Datasheet, moment: Moment) -> dict[str, Any]:
    if not listed.listed:
        return {"before": None, "after": None}
    query = listed.filters.query(moment.now, moment.zone)
    before, after = lists.neighbours(query, datasheet)
    return {"before": before, "after": after}


# The head


def _head(datasheet: Datasheet, tree: list[Branch], moment: Moment) -> dict[str, Any]:
    kind = kind_of(datasheet.module)
    sale = kind.key == "sales"
    reached = {} if sale or kind.key == "webshop" else reached_since(datasheet)
    verbs = kind.verbs_from(datasheet.status.key, datasheet.document_type)
    is_new = datasheet.status.key == kind.first_key(datasheet.document_type)
    return {
        "kind": kind,
        "track": track(datasheet, tree, moment, reached),
        "verbs": verbs,
        "steps": _steps(datasheet) if sale else [],
        "qualifications": Qualification.choices if sale else [],
        "documents": kind.documents if is_new else (),
        "document": datasheet.document_type and datasheet.get_document_type_display(),
    }


def _steps(datasheet: Datasheet) -> list[TickedStep]:
    found = _STEPS.ask(datasheet.module_id, datasheet.pk)
    return [TickedStep(step, step.ticked_on) for step in found]


def _with_ticks(module: int, datasheet: int) -> QuerySet[Any]:
    ticks = StepTick.objects.filter(datasheet=datasheet, step=OuterRef("pk"))
    steps = Step.objects.filter(module=module).in_order()
    return steps.annotate(ticked_on=Subquery(ticks.values("on")[:1]))


_STEPS = Prepared(_with_ticks)


# The thread


def _thread(
    datasheet: Datasheet, card: ClientCard, choices: Choices, moment: Moment
) -> dict[str, Any]:
    types = {one.pk: one for one in choices.types}
    open_todos = _OPEN_TODOS.ask(datasheet.pk)
    for todo in open_todos:
        if todo.type_id in types:
            todo.type = types[todo.type_id]
    lines = [_line(todo, card, moment, first=i == 0) for i, todo in enumerate(open_todos)]
    return {"next": lines[0] if lines else None, "later": lines[1:], "choices": choices}


_OPEN_TODOS: Prepared[Todo] = Prepared(
    lambda datasheet: (
        Todo.objects.filter(datasheet=datasheet)
        .open()
        .in_due_order()
        .select_related("contact", "responsible")[:MOST_TODOS]
    )
)


def _line(todo: Todo, card: ClientCard, moment: Moment, *, first: bool) -> Line:
    chips = []
    if first:
        day = moment.day_of(todo.due_at)
        chips = day_chips(agenda.postpone_chips(moment.today, day, moment.calendar), moment)
    label = words.when_label(todo.due_at, todo.timed, moment.now, moment.zone)
    band = agenda.band(todo.due_at, moment.now, moment.zone)
    if band in ("today", "tomorrow"):
        label = Label(words.band_label(band), "")
    shows_time = todo.timed and band != "late"
    return Line(
        todo=todo,
        band=band,
        when=label.main,
        time=clock(todo.due_at.astimezone(moment.zone).time()) if shows_time else "",
        answer=_whole_when(todo, label, moment),
        full_when=words.full_label(todo.due_at, todo.timed, moment.zone),
        chips=chips,
        channels=card.channels_of(todo.contact),
    )


def _whole_when(todo: Todo, label: Label, moment: Moment) -> Label:
    """The first of the four answers: the day always stands in it, and the time if there is one."""
    due = todo.due_at.astimezone(moment.zone)
    day = day_with_weekday(moment.day_of(todo.due_at))
    at = clock(due.time()) if todo.timed else ""
    band = agenda.band(todo.due_at, moment.now, moment.zone)
    if band == "late":
        return Label(label.main, ", ".join(one for one in (day, at) if one))
    if band in ("today", "tomorrow"):
        return Label(f"{words.band_label(band)} {at}".rstrip(), _soon(todo, moment) or day)
    return Label(day, at or _("Any time"))


def _soon(todo: Todo, moment: Moment) -> str:
    """How long until a timed todo of the next hours; empty for any other."""
    minutes = int((todo.due_at - moment.now).total_seconds()) // 60
    if not todo.timed or not 0 <= minutes < 12 * 60:
        return ""
    if minutes < 60:
        return _("in %(minutes)s min") % {"minutes": minutes}
    return _("in %(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _history(
    request: HttpRequest,
    datasheet: Datasheet,
    tree: list[Branch],
    choices: Choices,
    known: dict[str, Any],
    moment: Moment,
    fresh: int | None,
) -> dict[str, Any]:
    said = request.GET
    shown = history.load(datasheet, request.user, said.get("show", ""), said.get("after", ""))
    names = Names.of(
        shown.entries,
        statuses=[status for branch in tree for status in branch.statuses],
        users=choices.doers,
        types=choices.types,
        steps=[ticked.step for ticked in known["steps"]],
        contacts=choices.contacts,
    )
    entries = history.told(datasheet, shown, names, moment, request.user, fresh)
    left = next((one for one in shown.entries if one.kind in _CHAIN_KINDS), None)
    return {
        **history.context(request, datasheet, shown, entries),
        "left_on_purpose": left if left and left.kind == EntryKind.NO_NEXT else None,
    }


# The latest of these tells whether "no next todo" still holds.
_CHAIN_KINDS = frozenset(
    {
        EntryKind.NO_NEXT,
        EntryKind.DONE,
        EntryKind.REOPENED,
        EntryKind.DELETED_TODO,
        EntryKind.CANCELLED_TODO,
        EntryKind.STATUS,
    }
)


def _asks(context: dict[str, Any], ask: bool | None) -> bool:
    """ "What's next?" opens after Done, and by itself where the chain is broken."""
    if ask is not None:
        return ask
    datasheet: Datasheet = context["datasheet"]
    return datasheet.chain_is_broken and context["left_on_purpose"] is None
