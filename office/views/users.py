"""Everyone who can sign in, or once could."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from office.user_list import TABS, user_list
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def index(request: HttpRequest) -> HttpResponse:
    """The list: all, those with access, or former users; searched as one types."""
    people = user_list(request.GET.get("tab", TABS[0]), request.GET.get("q", ""))
    return settings_page(
        request,
        "office/user/list.html",
        {"people": people},
        section="users",
        part="office/user/_list.html",
    )
