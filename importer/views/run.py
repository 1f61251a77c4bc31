"""Step 4: loading in the background, with its progress, and taking back."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.errors import Refused
from crm.views.questions import Question, ask_first
from crm.views.tools import answers_refusals
from importer.actions import decisions, undo
from importer.forms.past import PastDueForm
from importer.models import Import, OnCancel, Step
from importer.progress import is_undoing, progress_of
from importer.views.check import check_page
from importer.views.tools import for_importers, frame, own, visible
from web.htmx import go, page, toast


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """POST starts the load, or goes on with one that stopped; GET shows how far it is."""
    if request.method == "POST":
        return _start(request, own(request, pk))
    source = visible(request, pk)
    if source.step == Step.DONE and not is_undoing(source):
        return go(request, source.get_absolute_url())
    if source.step not in (Step.LOAD, Step.DONE):
        return go(request, own(request, pk).get_absolute_url())
    context = {
        **frame(source),
        "progress": progress_of(source),
        "mine": source.created_by_id == request.user.pk,
        "may_undo": undo.may_undo(source, request.user) and undo.can_undo(source),
    }
    return page(request, "importer/run.html", context, part="importer/_run.html")


@for_importers
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops the load after the block it is at; what is in stays or goes, as was chosen at its
    start. It can go on later.
    """
    source = own(request, pk)
    if source.step == Step.LOAD:
        undo.stop(source, actor=request.user)
    return go(request, reverse("importer:load", args=[pk]))


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whether the import is to be taken back, and starts that."""
    source = visible(request, pk)
    if request.method == "POST" and "sure" in request.POST:
        undo.start_undo(source.pk, actor=request.user)
        return go(request, reverse("importer:load", args=[pk]))
    undo.check(source, request.user)
    question = Question(
        title=_("Take back what came in from %(name)s?") % {"name": source.name},
        text=_what_goes(source),
        action=reverse("importer:undo", args=[pk]),
        button=_("Undo import"),
        sends={"sure": "1"},
        danger=True,
    )
    return ask_first(request, question)


def _what_goes(source: Import) -> str:
    created, changed = source.counts.get("create", 0), source.counts.get("changed", 0)
    told = [
        ngettext(
            "%(n)s new client goes, with its datasheet, todos and history.",
            "%(n)s new clients go, with their datasheets, todos and history.",
            created,
        )
        % {"n": created}
        if created
        else "",
        ngettext("%(n)s old value is put back.", "%(n)s old values are put back.", changed)
        % {"n": changed}
        if changed
        else "",
        _("Clients that somebody has worked on since stay, and are listed."),
    ]
    return " ".join(filter(None, told))


def _start(request: HttpRequest, source: Import) -> HttpResponse:
    try:
        on_cancel = request.POST.get("on_cancel", "")
        chosen = OnCancel(on_cancel) if on_cancel in OnCancel.values else None
        source = decisions.start_load(source.pk, actor=request.user, on_cancel=chosen)
    except Refused as refused:
        if source.step == Step.CHECK and refused.field == "past_due":
            form = PastDueForm({"past_due": ""})
            form.is_valid()
            return check_page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        toast(request, refused.message, tone="late")
        return go(request, reverse(f"importer:{source.step}", args=[source.pk]))
    return go(request, reverse("importer:load", args=[source.pk]))
