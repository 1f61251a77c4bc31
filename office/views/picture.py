"""Somebody else's picture, changed by an administrator in the steps of one's own profile."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.picture import Draft, remove_picture
from accounts.http import HttpRequest
from accounts.models import User
from accounts.views.picture import Place, choose_square, keep, show_draft
from office.views.page import for_administrators
from office.views.user import show_user
from web.htmx import go, toast


def _place(request: HttpRequest, pk: int) -> Place:
    user = get_object_or_404(User, pk=pk)
    return Place(
        draft=Draft(user, request.user),
        home=reverse("office:user", args=[pk]),
        crop=reverse("office:user_picture_crop", args=[pk]),
        image=reverse("office:user_picture_draft", args=[pk]),
        cancel=reverse("office:user_picture_cancel", args=[pk]),
    )


@require_POST
@for_administrators
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the file and asks for its square; 422 with the reason when it can't."""
    place = _place(request, pk)
    form = keep(request, place.draft)
    if form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return show_user(request, place.draft.owner, picture_form=form, status=status)
    return go(request, place.crop)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def crop(request: HttpRequest, pk: int) -> HttpResponse:
    """Which square of it to show."""
    place = _place(request, pk)
    name = place.draft.owner.full_name
    return choose_square(request, place, _("The picture of %(name)s is changed") % {"name": name})


@require_safe
@for_administrators
def draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture that waits to be cut."""
    return show_draft(_place(request, pk).draft)


@require_POST
@for_administrators
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaves the picture as it was."""
    place = _place(request, pk)
    place.draft.drop()
    return go(request, place.home)


@require_POST
@for_administrators
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaves their initials instead of the picture."""
    user = get_object_or_404(User, pk=pk)
    remove_picture(user, actor=request.user)
    toast(request, _("The picture of %(name)s is removed") % {"name": user.full_name})
    return go(request, reverse("office:user", args=[pk]))
