"""Where one is logged in, and how to end it there."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sessions import end_sessions
from accounts.agents import describe, is_phone
from accounts.http import HttpRequest
from web.htmx import go, page, toast


@dataclass(frozen=True)
class Shown:
    """One session as the list shows it."""

    id: int
    browser: str
    phone: bool
    ip: str
    since: datetime
    current: bool


def _shown(request: HttpRequest) -> list[Shown]:
    """This one first, then the newest; dead ones are cleared away."""
    shown = [
        Shown(
            id=session.pk,
            browser=describe(session.user_agent),
            phone=is_phone(session.user_agent),
            ip=session.ip,
            since=session.created_at,
            current=session.session_key == request.session.session_key,
        )
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    return sorted(shown, key=lambda one: (not one.current, -one.since.timestamp()))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's own sessions."""
    shown = _shown(request)
    context = {"sessions": shown, "others": sum(not one.current for one in shown)}
    return page(
        request, "accounts/sessions/list.html", context, part="accounts/sessions/_list.html"
    )


@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ends one of one's own sessions (404 for another's); ending this one logs out."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    if session.session_key == request.session.session_key:
        session.delete()
        logout(request)
        return go(request, reverse("account_login"))
    session.end()
    toast(request, _("That session is ended"))
    return go(request, reverse("accounts:sessions"))


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Ends every session of one's own but this one."""
    ended = end_sessions(request.user, but=request.session.session_key)
    toast(
        request,
        ngettext("%(n)d other session is ended", "%(n)d other sessions are ended", ended)
        % {"n": ended},
    )
    return go(request, reverse("accounts:sessions"))
