"""One's own picture: sent, cut to a square, removed; everybody's, to the logged in; the logo.

An administrator makes somebody else's in the same steps (office.views.picture).
"""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http import HttpRequest as AnyRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import picture as pictures
from accounts.decode import PictureRefused
from accounts.forms.picture import CropForm, PictureForm
from accounts.http import HttpRequest
from accounts.models import Company, User
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


@login_not_required
@require_safe
def logo(request: AnyRequest) -> HttpResponseBase:
    """The company's logo, to everybody: it stands on the page where one signs in."""
    name = Company.current().logo.name if Company.exists() else ""
    if not name:
        raise Http404
    response = _file(name)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@dataclass(frozen=True)
class Place:
    """Whose picture is made by whom, and the addresses of the pages on the way."""

    draft: pictures.Draft
    home: str
    crop: str
    image: str
    cancel: str


def _own(request: HttpRequest) -> Place:
    return Place(
        draft=pictures.Draft(request.user, request.user),
        home=reverse("accounts:profile"),
        crop=reverse("accounts:profile-picture-crop"),
        image=reverse("accounts:profile-picture-draft"),
        cancel=reverse("accounts:profile-picture-cancel"),
    )


def keep(request: HttpRequest, draft: pictures.Draft) -> PictureForm:
    """Takes the sent file as a draft; the form with the reason when it can't."""
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            draft.keep(form.cleaned_data["picture"].read())
        except PictureRefused as refused:
            form.add_error("picture", str(refused.message))
    return form


def choose_square(request: HttpRequest, place: Place, said: str) -> HttpResponse:
    """Which square of the draft to show; without one that waits, back home."""
    if not place.draft.is_there:
        if request.method == "POST":
            toast(request, str(pictures.GONE), tone="late")
        return go(request, place.home)
    form = CropForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        place.draft.use(form.cut())
        toast(request, said)
        return go(request, place.home)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    template, part = "accounts/profile/crop.html", "accounts/profile/_crop.html"
    context = {"form": form, "place": place, "person": place.draft.owner}
    return page(request, template, context, part=part, status=status)


def show_draft(draft: pictures.Draft) -> HttpResponseBase:
    """The picture that waits to be cut; nobody but its maker sees it."""
    response = _file(draft.path)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Takes one's own new picture and asks for its square; 422 with the reason when it can't."""
    place = _own(request)
    form = keep(request, place.draft)
    if form.errors:
        return show_profile(request, picture_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return go(request, place.crop)


@require_http_methods(["GET", "HEAD", "POST"])
def crop(request: HttpRequest) -> HttpResponse:
    """Which square of one's own picture to show."""
    return choose_square(request, _own(request), _("Your picture is changed"))


@require_safe
def draft(request: HttpRequest) -> HttpResponseBase:
    """One's own picture that waits to be cut."""
    return show_draft(_own(request).draft)


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Leaves the picture as it was."""
    place = _own(request)
    place.draft.drop()
    return go(request, place.home)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Leaves one's initials instead of the picture."""
    pictures.remove_picture(request.user)
    toast(request, _("Your picture is removed"))
    return go(request, reverse("accounts:profile"))
