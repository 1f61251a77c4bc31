"""What every answer needs because htmx and a browser share addresses."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from web.htmx import is_htmx

SIGN_IN = "X-Sign-In"
"""Response header of a part that was refused because the session is over: where to sign in."""


class PartsMiddleware:
    """Keeps a part from being taken for a page, and a private page from staying on a disk.

    A part whose session is over is answered 401 instead of a redirect: htmx would swap the login
    page into the part, and what was typed would be gone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_htmx(request) and _leads_to_login(response):
            response = _signed_out()
        patch_vary_headers(response, ("HX-Request",))
        if _is_private(request) and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


def _is_private(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)


def _leads_to_login(response: HttpResponse) -> bool:
    if response.status_code != HTTPStatus.FOUND:
        return False
    return response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))


def _signed_out() -> HttpResponse:
    return HttpResponse(
        _("You were signed out. Nothing you typed is lost."),
        status=HTTPStatus.UNAUTHORIZED,
        content_type="text/plain; charset=utf-8",
        headers={SIGN_IN: resolve_url(settings.LOGIN_URL)},
    )
