"""The company's own fields: of a module's datasheets, of clients, of contacts."""

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
    """The fields of a module's datasheets."""
    module = get_object_or_404(Module, pk=pk)
    context = {"module": module, "tab": "fields"}
    return settings_page(
        request, "office/fields/list.html", context, section=f"module-{module.pk}"
    )


@require_safe
@for_administrators
def show_clients(request: HttpRequest) -> HttpResponse:
    """The fields of clients and of contacts."""
    return settings_page(request, "office/fields/clients.html", {}, section="clients")
