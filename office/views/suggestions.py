"""Suggested todos: those of a status, and all of a module on one page."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Refused
from crm.views.tools import answers_refusals
from modules.models import Module, Status, Suggestion
from office.actions import suggestions as actions
from office.forms.suggestion import SuggestionForm
from office.views.dialogs import Dialog, add_refusal, ask
from office.views.page import for_administrators, settings_page
from office.views.sorting import answer_order, numbers
from web.htmx import go, is_htmx, page, toast


@require_safe
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Every status of the module with what it suggests."""
    module = get_object_or_404(Module, pk=pk)
    found: dict[int, list[Suggestion]] = {}
    for one in Suggestion.objects.filter(status__module=module).in_order():
        found.setdefault(one.status_id, []).append(one)
    statuses = Status.objects.filter(module=module).in_order()
    context = {
        "module": module,
        "statuses": [(status, found.get(status.pk, [])) for status in statuses],
    }
    return settings_page(request, "office/suggestions/page.html", context, section=f"module-{pk}")


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more of a status."""
    status = _status(pk)
    form = SuggestionForm(request.POST or None, status=status)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            actions.add_suggestion(pk, form.plan(), actor=request.user)
            return _page_of(status)

        try:
            run_once(form.cleaned_data["once"], make, actor=request.user)
            return _answer(request, status)
        except Refused as refused:
            add_refusal(form, refused)
    title = _("What does %(status)s suggest?") % {"status": status.name}
    action = reverse("office:suggestion_new", args=[pk])
    return ask(request, Dialog(title, action, _page_of(status), _("Add suggestion")), form)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    suggestion = get_object_or_404(Suggestion, pk=pk)
    status = _status(suggestion.status_id)
    form = SuggestionForm(request.POST or None, status=status, suggestion=suggestion)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            actions.change_suggestion(pk, form.plan(), actor=request.user, seen=seen)
            return _answer(request, status)
        except Refused as refused:
            suggestion.refresh_from_db()
            add_refusal(form, refused, seen=actions.fingerprint(suggestion))
    dialog = Dialog(
        suggestion.text,
        reverse("office:suggestion", args=[pk]),
        _page_of(status),
        _("Save"),
        remove=reverse("office:suggestion_remove", args=[pk]),
        remove_label=_("Remove suggestion"),
        move=reverse("office:suggestions_order", args=[status.pk]),
        move_id=pk,
    )
    return ask(request, dialog, form)


@require_POST
@for_administrators
@answers_refusals
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    suggestion = get_object_or_404(Suggestion, pk=pk)
    text = suggestion.text
    status = actions.remove_suggestion(pk, actor=request.user)
    toast(request, _("Removed: %(name)s") % {"name": text})
    return _answer(request, status)


@require_POST
@for_administrators
def order(request: HttpRequest, pk: int) -> HttpResponse:
    status = _status(pk)
    ids = numbers(request.POST.get("ids"))
    return answer_order(
        request,
        order=partial(actions.order_suggestions, pk, ids, actor=request.user),
        nudge=partial(actions.nudge_suggestion, actor=request.user),
        back=_page_of(status),
    )


def _status(pk: int) -> Status:
    found: Status = get_object_or_404(Status.objects.select_related("module"), pk=pk)
    return found


def _page_of(status: Status) -> str:
    return reverse("office:suggestions", args=[status.module_id])


def _answer(request: HttpRequest, status: Status) -> HttpResponse:
    """The status's list as it is now, in place: what is typed beside it stays."""
    if not is_htmx(request):
        return go(request, _page_of(status))
    suggestions = Suggestion.objects.filter(status=status).in_order()
    return page(
        request,
        "office/suggestions/_list.html",
        {"status": status, "suggestions": list(suggestions)},
        part="office/suggestions/_list.html",
        target=f"#suggestions-{status.pk}",
    )
