"""Where the settings begin."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from office.views.page import for_administrators, settings_page


@require_safe
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """The list of all settings pages."""
    return settings_page(request, "office/index.html", {}, section="")
