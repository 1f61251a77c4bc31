"""One user as an administrator sees them: data, email, password, role and modules."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import mail
from accounts.actions.access import reactivate
from accounts.actions.email import EmailRefused, ask_new_email
from accounts.actions.profile import ChangedMeanwhile
from accounts.actions.two_factor import has_two_factor
from accounts.audit import record
from accounts.forms.picture import PictureForm
from accounts.http import HttpRequest
from accounts.models import User
from accounts.tasks import send_reset_mail
from office.actions.people import save_person
from office.actions.standing import Standing
from office.forms.people import NewEmailForm, PersonForm, limited_modules
from office.roles import role_cards
from office.views.page import for_administrators, settings_page
from web.htmx import go, page, refuse, toast

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The user's page; POST saves the personal data. 422 when refused or changed meanwhile."""
    user = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return show_user(request, user)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return show_user(request, user, form, status=INVALID)
    try:
        version = form.cleaned_data["version"]
        saved = save_person(user, form.values(), version=version, actor=request.user)
    except ChangedMeanwhile as change:
        return _changed_meanwhile(request, change.current)
    toast(request, _("%(name)s is saved") % {"name": saved.full_name})
    return go(request, reverse("office:user", args=[pk]))


def _changed_meanwhile(request: HttpRequest, current: User) -> HttpResponse:
    """The form as typed, made for what is saved now: sent again, it holds."""
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    form = PersonForm(typed)
    form.full_clean()
    form.tell_of_change(current)
    return show_user(request, current, form, status=INVALID)


def show_user(
    request: HttpRequest,
    user: User,
    form: PersonForm | None = None,
    *,
    picture_form: PictureForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with what was refused, if something was."""
    standing = Standing.of(user)
    context: dict[str, Any] = {
        "person": user,
        "form": form or PersonForm.of(user),
        "picture_form": picture_form or PictureForm(),
        "is_me": user.pk == request.user.pk,
        "roles": role_cards(user.role),
        "modules": [
            {"id": pk, "name": name, "checked": pk in standing.members_of}
            for pk, name in limited_modules()
        ],
        "protected": has_two_factor(user),
    }
    return settings_page(request, "office/user/page.html", context, section="users", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for another address; it holds once it is confirmed there."""
    user = get_object_or_404(User.objects.active(), pk=pk)
    form = NewEmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            origin = request.build_absolute_uri("/").rstrip("/")
            ask_new_email(user, form.cleaned_data["email"], actor=request.user, origin=origin)
        except EmailRefused as refused:
            form.add_error("email", str(refused.message))
        else:
            toast(request, _("A letter to confirm it is on its way to the new address"))
            return go(request, reverse("office:user", args=[pk]))
    return page(
        request,
        "office/user/email.html",
        {"form": form, "person": user, "can_send": mail.can_send()},
        part="office/user/_email.html",
        status=INVALID if form.errors else HTTPStatus.OK,
    )


@require_POST
@for_administrators
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the letter of a forgotten password; the link in it is nobody else's to see."""
    user = get_object_or_404(User.objects.active(), pk=pk)
    if not mail.can_send():
        reason = _("A new password needs a letter, and no mail server is set yet.")
        return refuse(request, reason, status=HTTPStatus.CONFLICT)
    record(request.user, "user.password_reset", user.full_name, {"user": user.pk})
    send_reset_mail.enqueue(user.pk, request.build_absolute_uri("/").rstrip("/"))
    toast(
        request,
        _("A letter with a link to a new password is on its way to %(email)s")
        % {"email": user.email},
    )
    return go(request, reverse("office:user", args=[pk]))


@require_POST
@for_administrators
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets a former user back in, in the role they had."""
    user = get_object_or_404(User, pk=pk)
    reactivate(user, actor=request.user)
    toast(request, _("%(name)s has access again") % {"name": user.full_name})
    return go(request, reverse("office:user", args=[pk]))
