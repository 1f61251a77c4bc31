"""One's own profile."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import profile as profiles
from accounts.actions import signature as signatures
from accounts.actions.two_factor import has_two_factor
from accounts.forms.picture import PictureForm
from accounts.forms.profile import ProfileForm, ThemeForm
from accounts.http import HttpRequest
from accounts.models import Theme
from web.htmx import go, page, toast

TEMPLATE = "accounts/profile/edit.html"
PART = "accounts/profile/_profile.html"
FIELD_NAMES = (
    ("{name}", gettext_lazy("Name")),
    ("{position}", gettext_lazy("Position")),
    ("{phone}", gettext_lazy("Phone")),
    ("{company}", gettext_lazy("Company")),
)


def show_profile(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page with one's own values, or with the forms that are given instead."""
    owner = request.user
    context: dict[str, Any] = {
        "form": ProfileForm.of(owner),
        "picture_form": PictureForm(),
        "owner": owner,
        "two_factor": has_two_factor(owner),
        "signature_fields": FIELD_NAMES,
    } | forms
    written = context["form"]["signature"].value() or ""
    context["signature"] = signatures.shown(signatures.clean(written, owner=owner), owner=owner)
    return page(request, TEMPLATE, context, part=PART, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """What one may change about oneself. 422 when refused or changed meanwhile."""
    if request.method != "POST":
        return show_profile(request)
    form = ProfileForm(request.POST, request.FILES, owner=request.user)
    if not form.is_valid():
        return show_profile(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
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
    form = ProfileForm(typed, owner=request.user)
    form.full_clean()
    form.tell_of_change(change.current)
    return show_profile(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


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
