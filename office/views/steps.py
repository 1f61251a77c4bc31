"""The steps of a sale."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Refused
from crm.views.tools import answers_refusals
from modules.kinds.base import Sets
from modules.models import Module, Step
from office.actions import steps as actions
from office.forms.names import StepForm
from office.views.dialogs import Dialog, add_refusal, ask
from office.views.page import for_administrators
from office.views.sorting import answer_order, numbers
from web.htmx import go, toast


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest, pk: int) -> HttpResponse:
    module = get_object_or_404(Module, pk=pk, kind="sales")
    form = StepForm(request.POST or None)
    back = reverse("office:module", args=[pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            actions.add_step(module.pk, actor=request.user, wins=data["wins"], **form.names())
            return back

        try:
            return go(request, run_once(data["once"], make, actor=request.user))
        except Refused as refused:
            add_refusal(form, refused)
    here = reverse("office:step_new", args=[pk])
    return ask(request, Dialog(_("New step"), here, back, _("Add step")), form)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(Step, pk=pk)
    wins = step.sets == Sets.WON
    initial = {"name_hu": step.name_hu, "name_en": step.name_en, "wins": wins}
    form = StepForm(request.POST or None, initial=initial)
    back = reverse("office:module", args=[step.module_id])
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_step(
                pk, actor=request.user, wins=form.cleaned_data["wins"], **form.names()
            )
            toast(request, _("Saved: %(name)s") % {"name": step.name})
            return go(request, back)
        except Refused as refused:
            add_refusal(form, refused)
    dialog = Dialog(
        step.name,
        reverse("office:step", args=[pk]),
        back,
        _("Save"),
        remove="" if wins else reverse("office:step_remove", args=[pk]),
        remove_label=_("Remove step"),
        move=reverse("office:steps_order", args=[step.module_id]),
        move_id=pk,
    )
    return ask(request, dialog, form)


@require_POST
@for_administrators
@answers_refusals
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(Step, pk=pk)
    module_id = actions.remove_step(pk, actor=request.user)
    text = _("Removed: %(name)s. The history still tells who ticked it.") % {"name": step.name}
    toast(request, text)
    return go(request, reverse("office:module", args=[module_id]))


@require_POST
@for_administrators
def order(request: HttpRequest, pk: int) -> HttpResponse:
    back = reverse("office:module", args=[pk])
    return answer_order(
        request,
        order=partial(
            actions.order_steps, pk, numbers(request.POST.get("ids")), actor=request.user
        ),
        nudge=partial(actions.nudge_step, actor=request.user),
        back=back,
        # what each sets has followed
        done=lambda: go(request, back),
    )
