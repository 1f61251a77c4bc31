"""Seeing the product as another user, and the way back."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.actions import see_as
from accounts.http import HttpRequest
from accounts.models import User
from office.views.page import for_administrators
from web.htmx import refuse

SEE_OTHER = 303


@require_POST
@for_administrators
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """From the next page on. Theme and language are the other's, so the page is loaded whole."""
    target = get_object_or_404(User, pk=pk)
    try:
        see_as.start(request.session, target, actor=request.user)
    except PermissionDenied as denied:
        return refuse(request, str(denied))
    return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL, status=SEE_OTHER)


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Back to oneself; for everybody else there is no such page."""
    real = getattr(request, "real_user", None)
    if real is None:
        raise Http404
    see_as.stop(request.real_session, actor=real)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("office:user", args=[request.user.pk]), status=SEE_OTHER)
