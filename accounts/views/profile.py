"""One's own profile."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import picture as pictures
from accounts.actions import profile as profiles
from accounts.forms.profile import PictureForm, ProfileForm, ThemeForm
from accounts.http import HttpRequest
from accounts.models import Theme
from web.htmx import go, page, toast

TEMPLATE = "accounts/profile/edit.html"
PART = "accounts/profile/_profile.html"


def _show(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "form": ProfileForm.of(request.user),
        "picture_form": PictureForm(),
        "owner": request.user,
    }
    return page(request, TEMPLATE, context | forms, part=PART, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Name, phone, position, language, theme, keys. 422 when refused or changed meanwhile."""
    if request.method != "POST":
        return _show(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _show(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        user = profiles.save_profile(
            actor=request.user, version=form.cleaned_data["version"], values=form.values()
        )
    except profiles.ChangedMeanwhile as change:
        return _changed_meanwhile(request, change)
    with translation.override(user.language):
        toast(request, _("Saved"))
    return go(request, reverse("accounts:profile"))


def _changed_meanwhile(request: HttpRequest, change: profiles.ChangedMeanwhile) -> HttpResponse:
    """The form as typed, made for what is saved now: sent again, it holds."""
    typed = request.POST.copy()
    typed["version"] = str(change.current.version)
    form = ProfileForm(typed)
    form.full_clean()
    form.tell_of_change(change.current)
    return _show(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """Takes one's own new picture; 422 with the reason when it can't be used."""
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            pictures.set_picture(request.user, form.cleaned_data["picture"].read())
        except pictures.PictureRefused as refused:
            form.add_error("picture", str(refused.message))
    if form.errors:
        return _show(request, picture_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    toast(request, _("Your picture is changed"))
    return go(request, reverse("accounts:profile"))


@require_POST
def remove_picture(request: HttpRequest) -> HttpResponse:
    """Leaves one's initials instead of the picture."""
    pictures.remove_picture(request.user)
    toast(request, _("Your picture is removed"))
    return go(request, reverse("accounts:profile"))


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """Sets the theme and loads the page that one came from (`next`) in it."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("There is no such theme."))
    profiles.switch_theme(actor=request.user, theme=Theme(form.cleaned_data["theme"]))
    if request.htmx:
        # The theme is on <html>, which no swap replaces.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return go(request, _own_page(request, request.POST.get("next", "")))


def _own_page(request: HttpRequest, url: str) -> str:
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else str(settings.LOGIN_REDIRECT_URL)
