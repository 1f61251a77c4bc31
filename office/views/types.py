"""Types of todo."""

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
from modules.models import TodoType
from office.actions import types as actions
from office.forms.todotype import TypeForm
from office.views.dialogs import Dialog, add_refusal, ask
from office.views.page import for_administrators, settings_page
from office.views.sorting import answer_order, numbers
from web.htmx import go, toast


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """Those that are offered, in order; the archived ones below."""
    types = list(TodoType.objects.in_order())
    context = {
        "types": [one for one in types if one.archived_at is None],
        "archived": [one for one in types if one.archived_at is not None],
    }
    return settings_page(request, "office/types/list.html", context, section="types")


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest) -> HttpResponse:
    form = TypeForm(request.POST or None)
    back = reverse("office:types")
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = actions.add_type(form.plan(), actor=request.user)
            toast(request, _("Added: %(name)s") % {"name": made.name})
            return back

        return go(request, run_once(form.cleaned_data["once"], make, actor=request.user))
    dialog = Dialog(_("New type of todo"), reverse("office:type_new"), back, _("Add type"))
    return ask(request, dialog, form)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(TodoType, pk=pk)
    form = TypeForm(request.POST or None, kind=kind)
    back = reverse("office:types")
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            saved = actions.change_type(pk, form.plan(), actor=request.user, seen=seen)
            toast(request, _("Saved: %(name)s") % {"name": saved.name})
            return go(request, back)
        except Refused as refused:
            kind.refresh_from_db()
            add_refusal(form, refused, seen=actions.fingerprint(kind))
    live = kind.archived_at is None
    dialog = Dialog(
        kind.name,
        reverse("office:type", args=[pk]),
        back,
        _("Save"),
        remove=reverse("office:type_archive", args=[pk]) if live else "",
        remove_label=_("Archive"),
        move=reverse("office:types_order") if live else "",
        move_id=pk,
    )
    return ask(request, dialog, form)


@require_POST
@for_administrators
@answers_refusals
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    kind = actions.archive_type(pk, actor=request.user)
    text = _("Archived: %(name)s. It isn't offered any more; todos keep it.") % {"name": kind.name}
    toast(request, text, undo_url=reverse("office:type_restore", args=[pk]))
    return go(request, reverse("office:types"))


@require_POST
@for_administrators
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    kind = actions.restore_type(pk, actor=request.user)
    toast(request, _("%(name)s is offered again.") % {"name": kind.name})
    return go(request, reverse("office:types"))


@require_POST
@for_administrators
def order(request: HttpRequest) -> HttpResponse:
    return answer_order(
        request,
        order=partial(actions.order_types, numbers(request.POST.get("ids")), actor=request.user),
        nudge=partial(actions.nudge_type, actor=request.user),
        back=reverse("office:types"),
    )
