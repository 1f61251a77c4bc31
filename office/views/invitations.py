"""Asking somebody to join, and joining."""

from __future__ import annotations

import logging
from http import HTTPStatus
from smtplib import SMTPException

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import mail
from accounts.actions import invitations
from accounts.actions.invitations import Gone, Issued, NotInvited
from accounts.actions.sessions import log_in
from accounts.http import HttpRequest
from accounts.models import Invitation
from crm.actions.once import run_once
from office.actions.people import join
from office.forms.people import InviteForm, JoinForm
from office.roles import role_cards
from office.views.page import for_administrators
from web.htmx import go, is_htmx, page, refuse, toast

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
LIMIT = {"invitation": "30/m/ip"}
"""More than a person needs; too few to guess 256 bits."""

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: HttpRequest) -> HttpResponse:
    """Asks who is to join, and sends the invitation or shows its link."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    taken: NotInvited | None = None
    if form.is_valid():
        try:
            return _invited(request, form)
        except NotInvited as refused:
            taken = refused
            form.add_error("email", _why(refused))
    role = form["role"].value() or form["role"].initial
    context = {"form": form, "roles": role_cards(str(role)), "taken": taken}
    status = INVALID if form.errors else HTTPStatus.OK
    return page(
        request, "office/user/new.html", context, part="office/user/_new.html", status=status
    )


def _invited(request: HttpRequest, form: InviteForm) -> HttpResponse:
    issued: list[Issued] = []

    def make() -> str:
        issued.append(invitations.invite(form.invitee(), actor=request.user))
        return reverse("office:users")

    url = run_once(form.cleaned_data["once"], make, actor=request.user)
    return _sent(request, issued[0]) if issued else go(request, url)


def _why(refused: NotInvited) -> str:
    if refused.invitation is not None:
        return _("%(name)s is invited already. Send it again from the list of users.") % {
            "name": refused.invitation.full_name
        }
    user = refused.user
    name = user.full_name if user else ""
    if user is not None and not user.is_active:
        return _("%(name)s once worked here with this address.") % {"name": name}
    return _("%(name)s already signs in with this address.") % {"name": name}


def _sent(request: HttpRequest, issued: Issued, *, only_show: bool = False) -> HttpResponse:
    """By mail where there is a mail server; otherwise, or when that failed, the link is shown."""
    invitation = issued.invitation
    address = request.build_absolute_uri(reverse("office:invitation", args=[issued.secret]))
    failed = False
    if mail.can_send() and not only_show:
        try:
            invitations.send_mail(invitation, address)
        except (OSError, SMTPException):
            log.exception("The invitation %s could not be sent", invitation.pk)
            failed = True
        else:
            told = _("The invitation is on its way to %(email)s") % {"email": invitation.email}
            toast(request, told)
            return go(request, reverse("office:users"))
    context = {
        "invitation": invitation,
        "address": address,
        "failed": failed,
        "can_send": mail.can_send(),
    }
    response = page(request, "office/user/link.html", context, part="office/user/_link.html")
    if is_htmx(request):
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
    return response


@require_POST
@for_administrators
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link and a new week; the old link is dead."""
    return _renewed(request, pk, only_show=False)


@require_POST
@for_administrators
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link to copy; the one before is dead, because nobody can know it any more."""
    return _renewed(request, pk, only_show=True)


def _renewed(request: HttpRequest, pk: int, *, only_show: bool) -> HttpResponse:
    get_object_or_404(Invitation, pk=pk)
    try:
        issued = invitations.renew(pk, actor=request.user)
    except Gone:
        reason = _("This invitation is not open any more.")
        return refuse(request, reason, status=HTTPStatus.CONFLICT)
    return _sent(request, issued, only_show=only_show)


@require_POST
@for_administrators
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the invitation back; a second time changes nothing."""
    get_object_or_404(Invitation, pk=pk)
    revoked = invitations.revoke(pk, actor=request.user)
    if revoked is not None:
        toast(request, _("The invitation of %(name)s is taken back") % {"name": revoked.full_name})
    return go(request, reverse("office:users"))


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: DjangoRequest, secret: str) -> HttpResponse:
    """Where an invitation leads: sets a password and comes in. Tells nothing of a bad link."""
    if not ratelimit.consume(
        request, app="teendo", action="invitation", config=LIMIT, limit_get=True
    ):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    invitation = invitations.find(secret)
    if invitation is None:
        return _no_way_in(request, HTTPStatus.NOT_FOUND)
    if not invitation.is_good:
        return _no_way_in(request, HTTPStatus.GONE)
    with translation.override(invitation.language):
        return _join(request, secret, invitation)


def _join(request: DjangoRequest, secret: str, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if not form.is_valid():
        context = {"form": form, "invitation": invitation}
        status = INVALID if form.errors else HTTPStatus.OK
        return render(request, "accounts/invitation/accept.html", context, status=status)
    try:
        user = join(secret, **form.cleaned_data)
    except Gone:
        return _no_way_in(request, HTTPStatus.GONE)
    log_in(request, user)
    return go(request, settings.LOGIN_REDIRECT_URL)


def _no_way_in(request: DjangoRequest, status: int) -> HttpResponse:
    return render(request, "accounts/invitation/gone.html", status=status)
