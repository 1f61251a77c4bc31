"""Another address to log in by: asked for by its owner, confirmed by whoever reads it."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib.auth import get_user
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import mail
from accounts.actions import email as emails
from accounts.forms.email import NewEmailForm
from accounts.http import HttpRequest
from web.htmx import go, page, toast

TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Sends the link to the new address; who one is was asked just before."""
    form = NewEmailForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, form, status=UNPROCESSABLE if form.is_bound else HTTPStatus.OK)
    if not ratelimit.consume(request, action="manage_email", user=request.user):
        form.add_error(None, _("Too many attempts. Wait a few minutes, then try again."))
        return _show(request, form, status=TOO_MANY)
    email = form.cleaned_data["email"]
    origin = request.build_absolute_uri("/").rstrip("/")
    try:
        emails.ask_new_email(request.user, email, actor=request.user, origin=origin)
    except emails.EmailRefused as refused:
        form.add_error("email", str(refused.message))
        return _show(request, form, status=UNPROCESSABLE)
    toast(request, _("Open the letter sent to %(email)s to confirm it") % {"email": email})
    return go(request, reverse("accounts:profile"))


def _show(request: HttpRequest, form: NewEmailForm, *, status: int) -> HttpResponse:
    context = {"form": form, "can_send": mail.can_send()}
    return page(request, "accounts/email/change.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: DjangoRequest, token: str) -> HttpResponse:
    """Shows what would change, and changes it when told to: mail scanners open every link."""
    try:
        asked = emails.asked_by(token)
        if request.method != "POST":
            return render(request, "accounts/email/confirm.html", {"asked": asked})
        mine = get_user(request).pk == asked.user.pk
        key = request.session.session_key if mine else None
        emails.confirm_new_email(token, session_key=key)
    except emails.LinkDead:
        return render(request, "accounts/email/dead.html", status=HTTPStatus.GONE)
    except emails.TakenEmail as taken:
        context = {"asked": asked, "error": str(taken.message)}
        return render(request, "accounts/email/confirm.html", context, status=HTTPStatus.CONFLICT)
    toast(request, _("From now on you sign in with %(email)s") % {"email": asked.email})
    return go(request, reverse("accounts:profile" if mine else "account_login"))
