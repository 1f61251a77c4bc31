"""A datasheet: who has what to do, with whom and when; what happened; and whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import values
from crm.client_card import client_card
from crm.constants import EntryKind, Qualification
from crm.forms.note import NoteForm
from crm.forms.todo import Choices
from crm.forms.when import Moment
from crm.history import Names
from crm.models import Datasheet, StepTick, Todo
from crm.others import others_of
from crm.track import reached_since, track
from crm.views import after_todo, history
from crm.views import values as values_view
from crm.views.after_todo import version_of
from crm.views.asking import ask_context, quick_context
from crm.views.came_from import list_before, listed, neighbours
from crm.views.places import Change
from crm.views.thread import thread
from crm.views.tools import visible_datasheet
from modules.models import Step
from modules.registry import kind_of
from modules.tree import Branch
from web.htmx import is_htmx, page
from web.prepared import Prepared


@dataclass(frozen=True)
class TickedStep:
    """A step of the sale and the day on which it was ticked."""

    step: Step
    on: date | None


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; for htmx its sheet. With ``version``, 204 while nothing has changed."""
    datasheet = visible_datasheet(request, pk, with_next=False)
    if is_htmx(request) and request.GET.get("version") == version_of(datasheet):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not is_htmx(request) and (words := list_before(request, datasheet)) is not None:
        # The address keeps the list, for parts and for reloading.
        kept = {**request.GET.dict(), "list": words}
        return HttpResponseRedirect(f"{datasheet.get_absolute_url()}?{urlencode(kept)}")
    ask = {"1": True, "0": False}.get(request.GET.get("ask", ""))
    fresh = request.GET.get("fresh", "")
    return _drawn(request, datasheet, ask=ask, fresh=int(fresh) if fresh.isdecimal() else None)


def part(request: HttpRequest, datasheet_id: int, change: Change) -> HttpResponse:
    """The sheet after a change, read again, or the parts of it that a todo's change is told by.

    What was being written elsewhere on it stays.
    """
    parts = after_todo.parts(request, change)
    if parts is not None:
        return parts
    datasheet = visible_datasheet(request, datasheet_id, with_next=False)
    return _drawn(
        request,
        datasheet,
        ask=True if change.ask else None,
        fresh=change.entry.pk if change.entry else None,
        todo=change.new,
        sent=change.sent,
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
    filters = listed(request, datasheet)
    card = client_card(datasheet.client, datasheet.main_contact_id)
    choices = Choices.of(datasheet, card.contacts)
    context: dict[str, Any] = {
        "datasheet": datasheet,
        "version": version_of(datasheet),
        "card": card,
        "new_todo": todo.pk if todo else None,
        "keeps_note": sent != "note",
        "keeps_quick": sent != "quick",
        "list_address": filters.filters.address(),
        "others": others_of(datasheet, request.user, moment),
        "fields": values.of(datasheet, request.user),
        "field_place": values_view.Place(datasheet),
    }
    context |= neighbours(filters, datasheet, moment)
    context |= _head(datasheet, filters.filters.tree, moment)
    context |= thread(datasheet, card, choices, moment)
    context |= _history(request, datasheet, filters.filters.tree, choices, context, moment, fresh)
    context["note"] = NoteForm()
    asks = _asks(context, ask)
    context["asks"] = asks
    if asks:
        context |= ask_context(request, datasheet, "datasheet", choices=choices)
    else:
        context |= quick_context(request, datasheet, choices)
    template = "crm/datasheet/page.html"
    target = "#datasheet" if is_htmx(request) else None
    return page(request, template, context, part="crm/datasheet/_sheet.html", target=target)


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
