"""What every page of the settings shares: who may open it, and the list of pages beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.http import HttpRequest
from accounts.roles import Capability
from modules.models import Module
from modules.registry import kind_of
from web.htmx import page

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


def for_administrators(view: View[P, R]) -> View[P, R]:
    """Settings do not exist for anybody else: 404 (DOMAIN, "Roles")."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.has(Capability.SETTINGS):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Link:
    """A page in the list; ``key`` is how a page says that it is the current one."""

    key: str
    name: str | Promise
    icon: str
    url: str
    locked: bool = False


def settings_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    section: str,
    part: str | None = None,
    status: int = 200,
    also: Sequence[str] = (),
    target: str | None = None,
) -> HttpResponse:
    """As :func:`web.htmx.page`; ``section`` is the key of the current link (``module-12``)."""
    beside = {"nav": _nav, "section": section}
    whole = beside | {"bar_title": _("Settings")} | context
    return page(request, template, whole, part=part, status=status, also=also, target=target)


def _nav() -> list[tuple[str | Promise, list[Link]]]:
    """Asked for by pages only, not by parts."""
    return [(_("People"), _people()), (_("Modules"), _modules()), (_("Data"), _data())]


def _people() -> list[Link]:
    return [
        Link("users", _("Users"), "users", reverse("office:users")),
        Link("company", _("Company"), "building-2", reverse("office:company")),
    ]


def _modules() -> list[Link]:
    """Every module that isn't archived, in the order of the bar, and the pages about them all."""
    shown = [
        Link(
            f"module-{module.pk}",
            module.name,
            module.icon,
            reverse("office:statuses", args=[module.pk]),
            kind_of(module).fixed,
        )
        for module in Module.objects.active().in_order()
    ]
    return [
        *shown,
        Link("module-new", _("Add a module"), "plus", reverse("office:module_new")),
        Link("modules", _("All modules"), "layout-list", reverse("office:modules")),
        Link("clients", _("Clients and contacts"), "contact", reverse("office:client_fields")),
        Link("types", _("Types of todo"), "list-todo", reverse("office:types")),
    ]


def _data() -> list[Link]:
    return [
        Link("imports", _("Imports"), "upload", reverse("importer:home")),
        Link("trash", _("Trash"), "trash-2", reverse("crm:trash_list")),
        Link("activity", _("Activity log"), "history", reverse("office:activity")),
    ]
