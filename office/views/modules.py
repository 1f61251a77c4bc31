"""All modules: their order in the bar, the archived ones, and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Refused
from modules.kinds.base import ModuleKind
from modules.kinds.words import ADVICE
from modules.models import Module
from modules.registry import BY_KEY, KINDS
from office.actions.modules import add_module, nudge_module, order_modules
from office.forms.module import NewModuleForm
from office.module_numbers import by_module
from office.views.page import for_administrators, settings_page
from office.views.sorting import answer_order, numbers
from web.htmx import go, toast


@dataclass(frozen=True)
class Shown:
    """A module in the list."""

    module: Module
    kind: ModuleKind | None
    datasheets: int
    users: int


@dataclass(frozen=True)
class Card:
    """A kind that can be chosen; ``taken`` is the one module of a kind of which there is one."""

    kind: ModuleKind
    advice: str
    taken: Module | None


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """Every module in the order of the bar, the archived ones below."""
    numbers_of = by_module()
    shown = [
        Shown(one, BY_KEY.get(one.kind), numbers_of.get(one.pk, 0), len(one.members.all()))
        for one in Module.objects.in_order().prefetch_related("members")
    ]
    context = {
        "shown": [one for one in shown if one.module.archived_at is None],
        "archived": [one for one in shown if one.module.archived_at is not None],
    }
    return settings_page(request, "office/module/list.html", context, section="modules")


@require_POST
@for_administrators
def order(request: HttpRequest) -> HttpResponse:
    """``ids`` in the new order, or ``id`` and ``by`` of a button."""
    return answer_order(
        request,
        order=partial(order_modules, numbers(request.POST.get("ids")), actor=request.user),
        nudge=partial(nudge_module, actor=request.user),
        back=reverse("office:modules"),
    )


@require_http_methods(["GET", "POST"])
@for_administrators
def new(request: HttpRequest) -> HttpResponse:
    """Choose a kind, what to begin with, a name and an icon."""
    modules = list(Module.objects.in_order())
    form = NewModuleForm(
        request.POST or None, modules=modules, kind=request.GET.get("kind", "projects")
    )
    if request.method == "POST" and form.is_valid():
        try:
            return go(
                request, run_once(_once(form), partial(_made, request, form), actor=request.user)
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "cards": _cards(modules), "chosen": form["kind"].value()}
    return settings_page(
        request,
        "office/module/new.html",
        context,
        section="modules",
        part="office/module/_new.html",
        status=status,
    )


def _once(form: NewModuleForm) -> Any:
    return form.cleaned_data["once"]


def _made(request: HttpRequest, form: NewModuleForm) -> str:
    data = form.cleaned_data
    copy_of = int(data["copy_of"]) if data["copy_of"] else None
    icon = data["icon"] or BY_KEY[data["kind"]].icon
    module = add_module(
        data["kind"], actor=request.user, icon=icon, copy_of=copy_of, **form.names()
    )
    toast(request, _("Made: %(name)s") % {"name": module.name})
    return reverse("office:statuses", args=[module.pk])


def _cards(modules: list[Module]) -> list[Card]:
    by_kind = {module.kind: module for module in modules}
    return [
        Card(kind, str(ADVICE[kind.key]), None if kind.several else by_kind.get(kind.key))
        for kind in KINDS
    ]
