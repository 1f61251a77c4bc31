"""Moving a datasheet: the picker of a custom tree, the moves of Orders and Invoicing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.actions.statuses import make_move, move_to, set_document_type, set_shop_facts
from crm.errors import Conflict
from crm.forms.shop import ShopForm
from crm.models import Datasheet, HistoryEntry
from crm.views.needed import asks_what_is_missing, given
from crm.views.places import answer, back_address, place_of, target
from crm.views.questions import Question, ask_first, keeps_todos, open_todos
from crm.views.tools import answers_refusals, visible_datasheet
from modules.kinds.base import Verb
from modules.models import Status
from modules.registry import kind_of
from modules.tree import tree
from web.htmx import page, toast


@require_http_methods(["GET", "POST"])
@answers_refusals
@asks_what_is_missing
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the tree with what each status asks to be done; ``final`` shows the ends alone."""
    datasheet = visible_datasheet(request, pk)
    if request.method == "POST":
        return _moved(request, datasheet)
    kind = kind_of(datasheet.module)
    if kind.key == "sales":
        return redirect(f"{reverse('crm:sale', args=[pk])}?{request.GET.urlencode()}")
    final = "final" in request.GET
    branches = [
        (branch.group, [one for one in branch.statuses if _offered(one, datasheet, final=final)])
        for branch in tree(datasheet.module)
    ]
    context = {
        "datasheet": datasheet,
        "branches": [(group, statuses) for group, statuses in branches if statuses],
        "verbs": kind.verbs_from(datasheet.status.key, datasheet.document_type),
        "fixed": kind.fixed,
        **_placed(request, datasheet),
    }
    return page(request, "crm/datasheet/status.html", context, part="crm/datasheet/_status.html")


def _offered(status: Status, datasheet: Datasheet, *, final: bool) -> bool:
    """``final``: ends alone. One that is being removed is shown to those who still stand in it."""
    if status.leaving_to_id is not None and status.pk != datasheet.status_id:
        return False
    return status.is_final or not final


def _moved(request: HttpRequest, datasheet: Datasheet) -> HttpResponse:
    to: Status = get_object_or_404(
        Status, pk=_number(request.POST.get("to")), module=datasheet.module_id
    )
    closing = to.is_final and not datasheet.status.is_final
    if closing and "todos" not in request.POST and (todos := open_todos(datasheet)):
        question = _closing(datasheet, to.name, "crm:status", {"to": str(to.pk)}, todos)
        return ask_first(request, question, datasheet)
    try:
        entry = move_to(
            datasheet.pk,
            to.pk,
            actor=request.user,
            keep_todos=keeps_todos(request),
            was=_number(request.POST.get("was")) or None,
            values=given(request, datasheet),
        )
    except Conflict as conflict:
        return _moved_meanwhile(request, conflict, to)
    return _told(request, datasheet.pk, entry, to)


def _moved_meanwhile(request: HttpRequest, conflict: Conflict, to: Status) -> HttpResponse:
    now: Datasheet = conflict.current
    question = Question(
        title=conflict.message,
        text=_("It stands in %(status)s now.") % {"status": now.status.name},
        action=reverse("crm:status", args=[now.pk]),
        button=_("Move it to %(status)s") % {"status": to.name},
        sends={"to": str(to.pk), "was": str(now.status_id)},
    )
    return ask_first(request, question, now)


def _closing(
    datasheet: Datasheet, name: str, url: str, sends: dict[str, str], todos: int
) -> Question:
    return Question(
        title=_("Close it as %(status)s?") % {"status": name},
        action=reverse(url, args=[datasheet.pk]),
        button=_("Close it"),
        sends=sends,
        todos=todos,
    )


def _told(
    request: HttpRequest, pk: int, entry: HistoryEntry | None, to: Status | None = None
) -> HttpResponse:
    """Answer a move with a toast that takes it back."""
    if entry is not None:
        to = to or Status.objects.get(pk=entry.data["to"])
        toast(
            request,
            _("Moved to %(status)s.") % {"status": to.name},
            undo_url=reverse("crm:undo", args=[entry.pk]),
        )
    return answer(request, pk, place=place_of(request))


@require_http_methods(["GET", "POST"])
@answers_refusals
@asks_what_is_missing
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """A named move of Orders or Invoicing. GET: the moves that can be made from here."""
    if request.method != "POST":
        return status(request, pk)
    datasheet = visible_datasheet(request, pk)
    kind, said = kind_of(datasheet.module), request.POST.get("verb", "")
    verbs = kind.verbs_from(datasheet.status.key, datasheet.document_type)
    verb: Verb | None = next((one for one in verbs if one.key == said), None)
    if verb is not None and "todos" not in request.POST:
        key = kind.move(datasheet.status.key, verb.key, datasheet.document_type)
        to = Status.objects.get(module=datasheet.module_id, key=key)
        closing = to.is_final and not datasheet.status.is_final
        if closing and (todos := open_todos(datasheet)):
            question = _closing(datasheet, to.name, "crm:move", {"verb": verb.key}, todos)
            return ask_first(request, question, datasheet)
    entry = make_move(
        pk,
        said,
        actor=request.user,
        keep_todos=keeps_todos(request),
        values=given(request, datasheet),
    )
    return _told(request, pk, entry)


@require_POST
@answers_refusals
@asks_what_is_missing
def document_type(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an Invoicing datasheet is about."""
    said = request.POST.get("document_type", "")
    values = given(request, visible_datasheet(request, pk))
    set_document_type(pk, said, actor=request.user, values=values)
    return answer(request, pk, place=place_of(request))


@require_http_methods(["GET", "POST"])
@answers_refusals
def shop(request: HttpRequest, pk: int) -> HttpResponse:
    """What a buyer's status follows from besides their orders."""
    datasheet = visible_datasheet(request, pk)
    form = ShopForm(
        request.POST or None,
        initial={
            "registered_on": datasheet.registered_on,
            "unsubscribed": datasheet.unsubscribed,
        },
    )
    if request.method == "POST" and form.is_valid():
        set_shop_facts(pk, actor=request.user, **form.cleaned_data)
        toast(request, _("Saved."))
        return answer(request, pk, place="datasheet")
    context = {"datasheet": datasheet, "form": form, **_placed(request, datasheet)}
    return page(
        request,
        "crm/datasheet/shop.html",
        context,
        part="crm/datasheet/_shop.html",
        status=422 if form.errors else 200,
    )


def _placed(request: HttpRequest, datasheet: Datasheet) -> dict[str, Any]:
    place = place_of(request)
    return {
        "place": place,
        "target": target(place, datasheet.pk),
        "back": back_address(request, datasheet.get_absolute_url()),
    }


def _number(value: str | None) -> int:
    """The id that a form sent; 0 for what is none."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 18 else 0
