"""Closing an account, and giving away what a former user still has."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.access import LastAdministrator
from accounts.http import HttpRequest
from accounts.models import User
from crm.errors import Refused
from office.actions.dealing import read_work
from office.actions.handover import hand_over_rest
from office.actions.people import close as close_account
from office.actions.standing import Colleagues, Standing
from office.dealt import Dealt
from office.forms.heirs import HeirsChoice
from office.views.page import for_administrators, settings_page
from web.htmx import go, is_htmx, page, refuse, toast

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks who takes over, shows the numbers, and takes the access away."""
    user = get_object_or_404(User, pk=pk)
    if user.pk == request.user.pk:
        return refuse(request, _("Nobody closes their own account. Ask another administrator."))
    if not user.is_active:
        return go(request, reverse("office:user_hand_over", args=[pk]))
    return _answer(request, user)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for what a former user still has."""
    user = get_object_or_404(User, pk=pk)
    if user.is_active:
        raise Http404
    return _answer(request, user)


def _answer(request: HttpRequest, user: User) -> HttpResponse:
    dealt = _dealt(request, user)
    if request.method != "POST":
        return _ask(request, dealt)
    if "look" in request.POST:
        if is_htmx(request):
            part = "office/user/_deal.html"
            return page(request, part, {"dealt": dealt}, part=part)
        return _ask(request, dealt)
    if dealt.is_missing:
        problem = _("Choose who takes over, or nobody.")
        return _ask(request, dealt, problem=problem, status=INVALID)
    return _done(request, dealt)


def _dealt(request: HttpRequest, user: User) -> Dealt:
    colleagues = Colleagues()
    standing = replace(Standing.of(user), active=False)
    work = read_work(standing, colleagues)
    asked = {sheet.module_id for sheet in work.sheets} | {todo.module_id for todo in work.todos}
    return Dealt(
        user=user,
        actor=request.user,
        work=work,
        standing=standing,
        colleagues=colleagues,
        asked=asked,
        choice=HeirsChoice.read(request.POST, asked),
    )


def _ask(
    request: HttpRequest, dealt: Dealt, *, problem: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    user = dealt.user
    name = "office:user_close" if user.is_active else "office:user_hand_over"
    context = {
        "person": user,
        "dealt": dealt,
        "problem": problem,
        "action": reverse(name, args=[user.pk]),
    }
    return settings_page(request, "office/user/close.html", context, section="users", status=status)


def _done(request: HttpRequest, dealt: Dealt) -> HttpResponse:
    user, closing = dealt.user, dealt.user.is_active
    act = close_account if closing else hand_over_rest
    try:
        act(user, dealt.heirs, actor=request.user)
    except LastAdministrator as last:
        return _ask(request, dealt, problem=str(last.message), status=INVALID)
    except Refused as refused:
        return _ask(request, dealt, problem=refused.message, status=INVALID)
    except PermissionDenied as denied:
        return refuse(request, str(denied))
    amount = dealt.amount
    if closing:
        told = _("The account of %(name)s is closed") % {"name": user.full_name}
    else:
        told = _("The work of %(name)s is handed over") % {"name": user.full_name}
    toast(request, f"{told} ({amount})" if amount else told)
    return go(request, reverse("office:users"))
