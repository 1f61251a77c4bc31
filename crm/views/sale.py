"""A sale: how good the lead is, how far it has come, and its steps."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import HttpRequest
from crm.actions.statuses import change_sale, tick_step, untick_step
from crm.constants import Qualification, SaleState
from crm.errors import Missing, Refused
from crm.forms.sale import SaleForm
from crm.models import Datasheet, HistoryEntry
from crm.views.needed import asks_what_is_missing, given
from crm.views.places import answer, back_address, place_of, target
from crm.views.questions import Question, ask_first, keeps_todos, open_todos
from crm.views.tools import answers_refusals, visible_datasheet
from modules.models import Status, Step
from web.htmx import page, toast

ENDS = (SaleState.WON, SaleState.LOST)


def _sale_of(request: HttpRequest, pk: int) -> Datasheet:
    datasheet = visible_datasheet(request, pk)
    if datasheet.module.kind != "sales":
        raise Http404
    return datasheet


@require_http_methods(["GET", "POST"])
@answers_refusals
@asks_what_is_missing
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """Qualification, state and decision. GET: all of it as a dialog."""
    datasheet = _sale_of(request, pk)
    if request.method != "POST":
        initial = {name: getattr(datasheet, name) for name in ("qualification", "sale_state")}
        return _dialog(request, datasheet, SaleForm(initial=initial))
    form = SaleForm(request.POST)
    if not form.is_valid():
        return _dialog(request, datasheet, form)
    facts = form.sale()
    closes = facts.sale_state in ENDS and datasheet.sale_state not in ENDS
    if closes and "todos" not in request.POST and (todos := open_todos(datasheet)):
        return ask_first(request, _closing(request, datasheet, facts.sale_state or "", todos))
    try:
        entry = change_sale(
            pk,
            facts,
            actor=request.user,
            keep_todos=keeps_todos(request),
            values=given(request, datasheet),
        )
    except Missing:
        raise
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _dialog(request, datasheet, form)
    return _told(request, pk, entry)


def _closing(request: HttpRequest, datasheet: Datasheet, state: str, todos: int) -> Question:
    label = dict(SaleState.choices).get(state, state)
    names = ("qualification", "sale_state", "decided", "decided_shown")
    return Question(
        title=_("Close it as %(status)s?") % {"status": label},
        action=reverse("crm:sale", args=[datasheet.pk]),
        button=_("Close it"),
        sends={name: request.POST[name] for name in names if name in request.POST},
        todos=todos,
    )


def _dialog(request: HttpRequest, datasheet: Datasheet, form: SaleForm) -> HttpResponse:
    place = place_of(request)
    states = SaleState.choices
    if "final" in request.GET:
        states = [(key, label) for key, label in states if key in ENDS]
    context = {
        "datasheet": datasheet,
        "form": form,
        "states": states,
        "qualifications": Qualification.choices,
        "said": {
            "qualification": form.data.get("qualification", datasheet.qualification),
            "sale_state": form.data.get("sale_state", datasheet.sale_state),
            "decided": "decided" in form.data if form.is_bound else datasheet.decided,
        },
        "place": place,
        "target": target(place, datasheet.pk),
        "back": back_address(request, datasheet.get_absolute_url()),
    }
    response = page(
        request,
        "crm/datasheet/sale.html",
        context,
        part="crm/datasheet/_sale.html",
        status=422 if form.errors else 200,
    )
    if form.errors and request.htmx:
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
    return response


@require_http_methods(["GET", "POST"])
@answers_refusals
@asks_what_is_missing
def step(request: HttpRequest, pk: int, step_id: int) -> HttpResponse:
    """Tick a step with today's date, or take the tick away (``off``).

    A lost sale is opened again only when asked; a step that wins it asks about open todos.
    """
    datasheet = _sale_of(request, pk)
    found: Step = get_object_or_404(Step, pk=step_id, module=datasheet.module_id)
    if request.method == "POST" and "off" in request.POST:
        untick_step(pk, step_id, actor=request.user)
        return answer(request, pk, place=place_of(request))
    question = _step_question(request, datasheet, found)
    if question is not None:
        return ask_first(request, question, datasheet)
    entry = tick_step(
        pk,
        step_id,
        actor=request.user,
        reopen="reopen" in request.POST,
        keep_todos=keeps_todos(request),
        values=given(request, datasheet),
    )
    return _told(request, pk, entry, found)


def _step_question(request: HttpRequest, datasheet: Datasheet, found: Step) -> Question | None:
    """What must be answered before the step is ticked; a GET always asks."""
    lost = datasheet.sale_state == SaleState.LOST and "reopen" not in request.POST
    wins = found.sets != "in_progress" and datasheet.sale_state not in ENDS
    todos = open_todos(datasheet) if wins and "todos" not in request.POST else 0
    if not (lost or todos or request.method == "GET"):
        return None
    sends = {"reopen": "1"} if lost or "reopen" in request.POST else {}
    return Question(
        title=_("Tick %(step)s?") % {"step": found.name},
        text=_("This sale was lost. Ticking a step opens it again.") if lost else "",
        action=reverse("crm:step", args=[datasheet.pk, found.pk]),
        button=_("Open it again and tick") if lost else _("Tick it"),
        sends=sends,
        todos=todos or None,
    )


def _told(
    request: HttpRequest, pk: int, entry: HistoryEntry | None, ticked: Step | None = None
) -> HttpResponse:
    if entry is not None:
        if ticked is not None:
            text = _("Ticked: %(step)s") % {"step": ticked.name}
        else:
            to = Status.objects.select_related("group").get(pk=entry.data["to"])
            text = _("It stands in %(status)s now.") % {"status": to.full_name}
        toast(request, text, undo_url=reverse("crm:undo", args=[entry.pk]))
    return answer(request, pk, place=place_of(request))
