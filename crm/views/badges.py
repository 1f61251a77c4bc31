"""The numbers of overdue todos in the bar, for a page that stays open while they change."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm.context import Bar, late_badge


@require_GET
def badges(request: HttpRequest) -> HttpResponse:
    """``{"day": badge, "12": badge, …}``: the drawn badge of My day and of each module, or ""."""
    bar = Bar(request.user, None)
    drawn = {str(tab.module.pk): tab.badge for tab in bar.modules}
    return JsonResponse({"day": late_badge(bar.my_day_overdue), **drawn})
