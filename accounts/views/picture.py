"""One's own picture: sent, cut to a square, removed; and everybody's, to the logged in."""

from http import HTTPStatus

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import picture as pictures
from accounts.decode import PictureRefused
from accounts.forms.picture import CropForm, PictureForm
from accounts.http import HttpRequest
from accounts.models import User
from accounts.models.user import PICTURE_SIZES
from accounts.views.profile import show_profile
from web.htmx import go, page, toast


def _file(path: str) -> FileResponse:
    try:
        file = default_storage.open(path)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def show(request: HttpRequest, user_id: int, size: int) -> HttpResponseBase:
    """The stored square of `size` pixels; 404 without a picture or with another size.

    The address carries a version, so a browser may keep the answer for ever.
    """
    user = get_object_or_404(User.objects.only("picture"), pk=user_id)
    if not user.picture or size not in PICTURE_SIZES:
        raise Http404
    response = _file(pictures.path_of(str(user.picture.name), size))
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Takes one's own new picture and asks for its square; 422 with the reason when it can't."""
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            pictures.keep_draft(request.user, form.cleaned_data["picture"].read())
        except PictureRefused as refused:
            form.add_error("picture", str(refused.message))
    if form.errors:
        return show_profile(request, picture_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return go(request, reverse("accounts:profile-picture-crop"))


@require_http_methods(["GET", "HEAD", "POST"])
def crop(request: HttpRequest) -> HttpResponse:
    """Which square of the picture to show; without one that waits, back to the profile."""
    if not pictures.has_draft(request.user):
        if request.method == "POST":
            toast(request, str(pictures.GONE), tone="late")
        return go(request, reverse("accounts:profile"))
    form = CropForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        pictures.use_draft(request.user, form.cut())
        toast(request, _("Your picture is changed"))
        return go(request, reverse("accounts:profile"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    template, part = "accounts/profile/crop.html", "accounts/profile/_crop.html"
    return page(request, template, {"form": form}, part=part, status=status)


@require_safe
def draft(request: HttpRequest) -> HttpResponseBase:
    """One's own picture that waits to be cut; nobody else sees it."""
    response = _file(pictures.draft_path(request.user))
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Leaves the picture as it was."""
    pictures.drop_draft(request.user)
    return go(request, reverse("accounts:profile"))


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Leaves one's initials instead of the picture."""
    pictures.remove_picture(request.user)
    toast(request, _("Your picture is removed"))
    return go(request, reverse("accounts:profile"))
