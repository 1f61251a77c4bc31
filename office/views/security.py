"""Two-factor as an administrator sees it: which roles must have it, and a lost phone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import two_factor
from accounts.http import HttpRequest
from accounts.models import Company, User
from accounts.roles import Role
from accounts.tasks import tell_two_factor
from office.forms.security import RequiredRolesForm
from office.views.page import for_administrators, settings_page
from web.htmx import go, page, refuse, toast

TEMPLATE, PART = "office/security/page.html", "office/security/_form.html"
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def show(request: HttpRequest) -> HttpResponse:
    """The roles as boxes. 422 asks first when it would meet the one who saves."""
    if request.method != "POST":
        return _show(request, RequiredRolesForm.of(Company.objects.get(pk=1).two_factor_roles))
    form = RequiredRolesForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=UNPROCESSABLE)
    protected = two_factor.has_two_factor(request.user)
    if form.meets_oneself(request.user.role, protected=protected):
        return _show(request, form, status=UNPROCESSABLE, asks=True)
    try:
        roles, before = form.cleaned_data["roles"], form.shown_before()
        two_factor.require_for(roles, actor=request.user, before=before)
    except two_factor.ChangedMeanwhile as change:
        fresh = RequiredRolesForm.of(change.roles)
        return _show(request, fresh, status=HTTPStatus.CONFLICT, changed=True)
    toast(request, _("Saved"))
    return go(request, reverse("office:security"))


def _show(
    request: HttpRequest, form: RequiredRolesForm, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    chosen = set(form["roles"].value() or [])
    numbers = two_factor.numbers()
    roles = [(role, role.value in chosen, *numbers[role.value]) for role in Role]
    context = {"form": form, "roles": roles, **more}
    return settings_page(request, TEMPLATE, context, section="users", part=PART, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def remove_two_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For a lost phone: asks first, then takes the two-factor of another user away."""
    user = get_object_or_404(User, pk=pk)
    if user.pk == request.user.pk:
        return refuse(request, _("Your own two-factor is on your profile."))
    if request.method != "POST":
        context = {"person": user, "protected": two_factor.has_two_factor(user)}
        part = "office/security/_remove.html"
        return page(request, "office/security/remove.html", context, part=part)
    if two_factor.remove_two_factor(user, actor=request.user):
        tell_two_factor.enqueue(user.pk, "taken")
    toast(request, _("%(name)s signs in with the password alone now") % {"name": user.full_name})
    return go(request, reverse("office:user", args=[user.pk]))
