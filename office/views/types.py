"""Types of todo."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from modules.models import TodoType
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """Every type."""
    types = TodoType.objects.in_order()
    return settings_page(request, "office/types/list.html", {"types": types}, section="types")
