"""The numbers of overdue todos in the bar, for a page that stays open while they change."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm.context import Bar


@require_GET
def badges(request: HttpRequest) -> HttpResponse:
    """``{"day": badge, "12": badge, …}``: the drawn badge of My day and of each module, or ""."""
    bar = Bar(request.user, None)
    late = {str(tab.module.pk): tab.overdue for tab in bar.modules}
    drawn = {"day": bar.my_day_overdue, **late}
    return JsonResponse(
        {key: render_to_string("web/_late.html", {"n": n}).strip() for key, n in drawn.items()}
    )
