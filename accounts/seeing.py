"""Seeing as another user, for each request: who it is, and that nothing is changed by it."""

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.actions.see_as import seen_as
from web.htmx import refuse

STOP = "office:see_as_stop"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = ("account_", "mfa_", "usersessions_")
"""Names of addresses that belong to the person alone: password, two-factor, sign out."""
OWN_ACCOUNT_PAGES = "accounts:"
SHARED_ACCOUNT_PAGES = frozenset({"accounts:picture"})


class Glance(SessionBase):
    """A session that forgets: what a page remembers of the one who looks isn't kept."""

    def load(self) -> dict[str, Any]:
        return {}

    def exists(self, session_key: str) -> bool:
        return False

    def create(self) -> None:
        """Nothing is kept."""

    def save(self, must_create: bool = False) -> None:
        """Nothing is kept."""

    def delete(self, session_key: str | None = None) -> None:
        """Nothing was kept."""


class SeeAsMiddleware:
    """Puts the user seen as in the place of the administrator, who stays `request.real_user`.

    Only reading is answered, apart from the way back; the personal pages of the other don't
    exist, and the session behind the page is an empty one that isn't saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        real = request.user
        target = seen_as(request.session, real) if real.is_authenticated else None
        if target is None:
            return self.get_response(request)
        session = request.session
        request.real_user, request.user = real, target  # type: ignore[attr-defined]
        request.real_session, request.session = session, Glance()  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            request.session = session

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """After the language is set: refuses what isn't reading, hides what is personal."""
        if not hasattr(request, "real_user") or request.resolver_match is None:
            return None
        name = request.resolver_match.view_name
        if name == STOP:
            return None
        if request.method not in READING:
            return refuse(request, _("You only look as somebody else: nothing can be changed."))
        if _is_personal(name):
            raise Http404
        return None


def _is_personal(name: str) -> bool:
    if name in SHARED_ACCOUNT_PAGES:
        return False
    return name.startswith((OWN_ACCOUNT_PAGES, *OWN_PAGES))
