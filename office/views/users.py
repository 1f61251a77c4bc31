"""Everyone who can sign in, or once could."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def index(request: HttpRequest) -> HttpResponse:
    """The list of users."""
    return settings_page(request, "office/user/list.html", {}, section="users")
