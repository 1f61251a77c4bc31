"""Who must have two-factor and hasn't is led to setting it up, and can go nowhere else."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.actions.two_factor import has_two_factor, needs_two_factor
from web.htmx import go, is_htmx

OPEN: Final = frozenset(
    {
        "healthz",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "accounts:logo",
        "accounts:picture",
        "accounts:profile-theme",
    }
)


class RequiredTwoFactor:
    """One query more, and only for those of whose role the company requires it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """After the address is resolved, before the page is made."""
        user = request.user
        if not user.is_authenticated or hasattr(request, "real_user"):
            return None  # who only looks as somebody else has passed here as themselves
        if not needs_two_factor(user) or has_two_factor(user):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            request.must_set_up = True  # type: ignore[attr-defined]
            return None
        if request.headers.get("HX-Request") == "true" and not is_htmx(request):
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
        return go(request, reverse("mfa_index"))
