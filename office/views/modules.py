"""All modules: their order in the bar, the archived ones, and a new one."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from modules.models import Module
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """Every module in the order of the bar."""
    modules = Module.objects.in_order()
    return settings_page(request, "office/module/list.html", {"modules": modules}, section="modules")
