"""What a module is: its names, who uses it, what new datasheets begin with; its steps."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm import access
from crm.errors import Conflict
from crm.views.tools import answers_refusals
from modules.models import Module
from modules.registry import BY_KEY
from office.actions import modules as actions
from office.actions.access_lost import JOB, Loss, losses
from office.forms.module import ModuleForm
from office.module_numbers import by_module
from office.views.dialogs import add_refusal
from office.views.page import for_administrators, settings_page
from office.views.running import running_job
from office.views.sorting import number
from web.htmx import go, page, toast


@require_http_methods(["GET", "POST"])
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """POST asks first when people would lose what they have in the module."""
    module = get_object_or_404(Module, pk=pk)
    form = ModuleForm(request.POST or None, module=module)
    lost: list[Loss] = []
    if request.method == "POST" and form.is_valid():
        plan = form.plan(_heirs(request))
        lost = losses(module, limited=plan.limited, members=plan.members)
        if not lost or "sure" in request.POST:
            try:
                return _saved(request, form)
            except Conflict as conflict:
                add_refusal(form, conflict, version=str(conflict.current.version))
                lost = []
    context = _context(module, form, lost)
    return settings_page(
        request,
        "office/module/detail.html",
        context,
        section=f"module-{pk}",
        part="office/module/_form.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or lost else HTTPStatus.OK,
    )


def _saved(request: HttpRequest, form: ModuleForm) -> HttpResponse:
    plan = form.plan(_heirs(request))
    version = form.cleaned_data["version"] or 0
    module, job = actions.save_module(form.module.pk, plan, actor=request.user, version=version)
    toast(request, _("Saved: %(name)s") % {"name": module.name})
    if job is not None:
        return go(request, reverse("jobs:progress", args=[job.pk]))
    return go(request, reverse("office:module", args=[module.pk]))


def _heirs(request: HttpRequest) -> dict[int, int | None]:
    """Who takes over, by who loses the module: the posted ``heir-<id>``."""
    return {
        number(name.removeprefix("heir-")): number(str(value)) or None
        for name, value in request.POST.items()
        if name.startswith("heir-")
    }


def _context(module: Module, form: ModuleForm, lost: list[Loss]) -> dict[str, Any]:
    heirs = access.possible_responsibles(module.pk)
    if lost:
        heirs = heirs.exclude(pk__in=[loss.user.pk for loss in lost])
    return {
        "module": module,
        "kind": BY_KEY.get(module.kind),
        "form": form,
        "lost": lost,
        "heirs": list(heirs) if lost else [],
        "steps": module.steps.in_order() if module.kind == "sales" else [],
        "datasheets": by_module().get(module.pk, 0),
        "why_not": actions.why_not_deleted(module),
        "job": running_job(JOB, module=module.pk),
    }


@require_POST
@for_administrators
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    module = get_object_or_404(Module, pk=pk)
    actions.archive(pk, actor=request.user)
    undo = reverse("office:module_restore", args=[pk])
    toast(
        request,
        _("Archived: %(name)s. Nothing of it is lost.") % {"name": module.name},
        undo_url=undo,
    )
    return go(request, reverse("office:modules"))


@require_POST
@for_administrators
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    module = get_object_or_404(Module, pk=pk)
    actions.restore(pk, actor=request.user)
    toast(request, _("%(name)s is in the bar again.") % {"name": module.name})
    return go(request, reverse("office:modules"))


@require_http_methods(["GET", "POST"])
@for_administrators
@answers_refusals
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, or says why it can't be."""
    module = get_object_or_404(Module, pk=pk)
    if request.method == "POST":
        name = module.name
        actions.delete(pk, actor=request.user)
        toast(request, _("Deleted: %(name)s") % {"name": name})
        return go(request, reverse("office:modules"))
    context = {"module": module, "why_not": actions.why_not_deleted(module)}
    return page(request, "office/module/delete.html", context, part="office/module/_delete.html")
