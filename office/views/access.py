"""Changing a role or modules: first what it gives and takes, in numbers; then the change."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.access import LastAdministrator
from accounts.http import HttpRequest
from accounts.models import Role, User
from crm.errors import Refused
from office.actions.effects import effect_of
from office.actions.people import change_access
from office.actions.standing import Colleagues, Standing
from office.dealt import Dealt
from office.forms.heirs import HeirsChoice
from office.forms.people import AccessForm
from office.views.page import for_administrators, settings_page
from office.words import differences
from web.htmx import go, is_htmx, page, refuse, toast

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass
class Wish:
    """What was asked for, and what stands now."""

    user: User
    form: AccessForm
    old: Standing
    new: Standing
    colleagues: Colleagues

    @property
    def is_change(self) -> bool:
        return self.old != self.new


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST asks about the change, with ``look`` deals anew, and with ``sure`` makes it."""
    user = get_object_or_404(User.objects.active(), pk=pk)
    if request.method != "POST":
        return go(request, reverse("office:user", args=[pk]))
    if user.pk == request.user.pk:
        return refuse(request, _("Nobody changes their own role. Ask another administrator."))
    form = AccessForm(request.POST)
    if not form.is_valid():
        return refuse(request, _("There is no such role or module."), status=INVALID)
    wish = _wish(user, form)
    if not wish.is_change:
        toast(request, _("Nothing has changed"), tone="info")
        return go(request, reverse("office:user", args=[pk]))
    dealt = _dealt(request, wish)
    if "look" in request.POST and is_htmx(request):
        return page(
            request, "office/user/_deal.html", {"dealt": dealt}, part="office/user/_deal.html"
        )
    if "sure" not in request.POST or "look" in request.POST:
        return _ask(request, wish, dealt)
    return _changed(request, wish, dealt)


def _wish(user: User, form: AccessForm) -> Wish:
    old, colleagues = Standing.of(user), Colleagues()
    limited = {pk for pk, module in colleagues.modules.items() if module.limited}
    kept = old.members_of - {int(pk) for pk, _name in form.fields["modules"].choices}  # type: ignore[attr-defined]
    members = (kept | set(form.cleaned_data["modules"])) & limited
    new = Standing(user.pk, form.cleaned_data["role"], frozenset(members))
    present = Standing(user.pk, old.role, old.members_of & limited)
    return Wish(user, form, present, new, colleagues)


def _dealt(request: HttpRequest, wish: Wish) -> Dealt:
    """Only modules that they lose are asked about: what lies elsewhere follows a rule."""
    effect = effect_of(wish.old, wish.new, wish.colleagues)
    asked = {sheet.module_id for sheet in effect.work.sheets}
    choice = HeirsChoice.read(request.POST, asked)
    return Dealt(
        user=wish.user,
        actor=request.user,
        work=effect.work,
        standing=wish.new,
        colleagues=wish.colleagues,
        asked=asked,
        choice=choice,
    )


def _ask(
    request: HttpRequest, wish: Wish, dealt: Dealt, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "person": wish.user,
        "role": wish.new.role,
        "role_name": Role(wish.new.role).label,
        "was": wish.old.role,
        "modules": sorted(wish.new.members_of),
        "differences": differences(
            effect_of(wish.old, wish.new, wish.colleagues), wish.user.given_name
        ),
        "dealt": dealt,
        "problem": problem,
        "action": reverse("office:user_access", args=[wish.user.pk]),
    }
    response = settings_page(
        request,
        "office/user/access.html",
        context,
        section="users",
        part="office/user/_access.html",
        status=status,
    )
    if is_htmx(request):
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
    return response


def _changed(request: HttpRequest, wish: Wish, dealt: Dealt) -> HttpResponse:
    if dealt.is_missing:
        problem = _("Choose who takes over, or nobody.")
        return _ask(request, wish, dealt, problem=problem, status=INVALID)
    try:
        change_access(
            wish.user,
            Role(wish.new.role),
            wish.new.members_of,
            dealt.heirs,
            actor=request.user,
            was=request.POST.get("was"),
        )
    except LastAdministrator as last:
        return _ask(request, wish, dealt, problem=str(last.message), status=INVALID)
    except Refused as refused:
        return _ask(request, wish, dealt, problem=refused.message, status=INVALID)
    except PermissionDenied as denied:
        return refuse(request, str(denied))
    toast(request, _("What %(name)s may do is changed") % {"name": wish.user.full_name})
    return go(request, reverse("office:user", args=[wish.user.pk]))
