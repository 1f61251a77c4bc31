"""Groups of a status tree."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Refused
from crm.views.tools import answers_refusals
from modules.models import Module, StatusGroup
from office.actions import tree
from office.forms.names import NamesForm
from office.views.dialogs import Dialog, add_refusal, ask
from office.views.page import for_administrators
from web.htmx import go, here, is_htmx, toast


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest, pk: int) -> HttpResponse:
    module = get_object_or_404(Module, pk=pk)
    form = NamesForm(request.POST or None)
    back = reverse("office:statuses", args=[pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            group = tree.add_group(module.pk, actor=request.user, **form.names())
            return f"{reverse('office:status_new', args=[pk])}?group={group.pk}"

        try:
            return go(request, run_once(form.cleaned_data["once"], make, actor=request.user))
        except Refused as refused:
            add_refusal(form, refused)
    dialog = Dialog(_("New group"), reverse("office:group_new", args=[pk]), back, _("Add group"))
    return ask(request, dialog, form)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(StatusGroup, pk=pk)
    initial = {"name_hu": group.name_hu, "name_en": group.name_en}
    form = NamesForm(request.POST or None, initial=initial)
    back = reverse("office:statuses", args=[group.module_id])
    if request.method == "POST" and form.is_valid():
        try:
            tree.rename_group(pk, actor=request.user, **form.names())
            # Without htmx the form stands on a page of its own, which one wants to leave.
            return go(request, here(request, back) if is_htmx(request) else back)
        except Refused as refused:
            add_refusal(form, refused)
    empty = not group.statuses.exists()
    dialog = Dialog(
        group.name,
        reverse("office:group", args=[pk]),
        back,
        _("Save"),
        remove=reverse("office:group_remove", args=[pk]) if empty else "",
        remove_label=_("Remove group"),
        move=reverse("office:group_move", args=[pk]),
        move_id=pk,
    )
    return ask(request, dialog, form)


@require_POST
@for_administrators
@answers_refusals
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(StatusGroup, pk=pk)
    module_id = tree.remove_group(pk, actor=request.user)
    toast(request, _("Removed: %(name)s") % {"name": group.name})
    return go(request, reverse("office:statuses", args=[module_id]))


@require_POST
@for_administrators
@answers_refusals
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """``by`` -1 or 1: a whole group up or down, without scripts."""
    by = -1 if request.POST.get("by", "").startswith("-") else 1
    module_id = tree.nudge_group(pk, by, actor=request.user)
    return go(request, here(request, reverse("office:statuses", args=[module_id])))
