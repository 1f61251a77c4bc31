"""Settings of one module."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from modules.models import Module
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    module = get_object_or_404(Module, pk=pk)
    return settings_page(request, "office/suggestions/page.html", {"module": module}, section=f"module-{pk}")
