"""The status tree of a module: the editor, or how the statuses of a fixed kind come about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Conflict, Refused
from jobs.models import Job
from modules.kinds.words import FLOW, comes_about
from modules.models import Module, Status, StatusGroup, Suggestion
from office.actions import settling, tree
from office.actions.removing import JOB as REMOVING
from office.actions.statuses import add_status, change_status
from office.forms.status import StatusForm
from office.module_numbers import by_status
from office.views.dialogs import add_refusal
from office.views.page import for_administrators, settings_page
from office.views.running import running_job
from office.views.sorting import answer_order, number, numbers
from web.htmx import go, page, toast


@dataclass(frozen=True)
class Line:
    """A status in the tree."""

    status: Status
    datasheets: int
    suggestion: Suggestion | None
    comes_about: str = ""


@dataclass
class Part:
    """A group of the tree, perhaps an empty one."""

    group: StatusGroup
    lines: list[Line] = field(default_factory=list)

    @property
    def datasheets(self) -> int:
        return sum(line.datasheets for line in self.lines)


@require_http_methods(["GET"])
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """``?status=12``: that one's form stands beside the tree; else the first one's."""
    module = get_object_or_404(Module, pk=pk)
    parts = read_tree(module)
    if module.fixed:
        context = {"module": module, "parts": parts, "flow": FLOW.get(module.kind, "")}
        return settings_page(request, "office/statuses/fixed.html", context, section=f"module-{pk}")
    wanted = number(request.GET.get("status"))
    all_lines = [line for part in parts for line in part.lines]
    line = next((one for one in all_lines if one.status.pk == wanted), None)
    line = line or next(iter(all_lines), None)
    form = StatusForm(module=module, status=line.status) if line else None
    return _draw(request, module, form, line.status if line else None, parts)


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new status beside the tree; ``?group=3`` in that group."""
    module = get_object_or_404(Module, pk=pk)
    form = StatusForm(
        request.POST or None, module=module, initial={"group": request.GET.get("group")}
    )
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            status = add_status(module.pk, form.plan(), actor=request.user)
            toast(request, _("Added: %(name)s") % {"name": status.name})
            return _address(status)

        try:
            return go(request, run_once(form.cleaned_data["once"], make, actor=request.user))
        except Refused as refused:
            add_refusal(form, refused)
    return _draw(request, module, form, None)


@require_http_methods(["GET", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET leads to the tree with this status beside it."""
    status = get_object_or_404(Status.objects.select_related("module", "group"), pk=pk)
    if request.method != "POST":
        return go(request, _address(status))
    form = StatusForm(request.POST, module=status.module, status=status)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            saved, job = change_status(pk, form.plan(), actor=request.user, version=version)
            toast(request, _("Saved: %(name)s") % {"name": saved.name})
            if job is not None:
                return go(request, reverse("jobs:progress", args=[job.pk]))
            return go(request, _address(saved))
        except Conflict as conflict:
            add_refusal(form, conflict, version=str(conflict.current.version))
        except Refused as refused:
            add_refusal(form, refused)
    return _draw(request, status.module, form, status)


@require_POST
@for_administrators
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """``order`` is the whole tree, "1:3,4|2:5"; ``id`` and ``by`` move one status."""
    module = get_object_or_404(Module, pk=pk)
    wanted = []
    for part in request.POST.get("order", "").split("|"):
        group, _colon, statuses = part.partition(":")
        if group.isdigit():
            wanted.append((int(group), numbers(statuses)))
    return answer_order(
        request,
        order=partial(tree.reorder, module.pk, wanted, actor=request.user),
        nudge=partial(tree.nudge_status, actor=request.user),
        back=reverse("office:statuses", args=[pk]),
        done=lambda: page(
            request,
            "office/statuses/_heads.html",
            {"parts": read_tree(module), "module": module},
            part="office/statuses/_heads.html",
        ),
    )


def read_tree(module: Module) -> list[Part]:
    """All groups with their statuses, how many datasheets each has and what it suggests first."""
    numbers_of = by_status(module.pk)
    first: dict[int, Suggestion] = {}
    for one in Suggestion.objects.filter(status__module=module).in_order():
        first.setdefault(one.status_id, one)
    parts = {group.pk: Part(group) for group in module.groups.order_by("order", "pk")}
    days = module.forgotten_after_days
    found = Status.objects.filter(module=module).in_order().select_related("group", "leaving_to")
    for status in found:
        words = comes_about(module.kind, status.key, forgotten_after_days=days)
        line = Line(status, numbers_of.get(status.pk, 0), first.get(status.pk), words)
        parts[status.group_id].lines.append(line)
    return list(parts.values())


def _address(status: Status) -> str:
    return f"{reverse('office:statuses', args=[status.module_id])}?status={status.pk}"


def _draw(
    request: HttpRequest,
    module: Module,
    form: StatusForm | None,
    status: Status | None,
    parts: list[Part] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "module": module,
        "parts": read_tree(module) if parts is None else parts,
        "form": form,
        "status": status,
        "suggestions": _suggestions(status),
        "job": _job(module, status),
    }
    return settings_page(
        request,
        "office/statuses/page.html",
        context,
        section=f"module-{module.pk}",
        part="office/statuses/_ed.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK,
    )


def _suggestions(status: Status | None) -> list[Suggestion]:
    return list(Suggestion.objects.filter(status=status).in_order()) if status else []


def _job(module: Module, status: Status | None) -> Job | None:
    """What is going on with the datasheets of this status."""
    if status is None:
        return None
    moving = running_job(REMOVING, status=status.pk) if status.leaving_to_id else None
    return moving or running_job(settling.JOB, module=module.pk, status=status.pk)
