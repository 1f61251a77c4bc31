"""Two-factor: allauth's views with our forms and pages, a line in the log and a letter."""

from typing import TYPE_CHECKING, Any

from allauth.account import views as account_views
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.two_factor import Way, needs_two_factor, note_refused
from accounts.audit import record
from accounts.forms import two_factor as forms
from accounts.tasks import tell_two_factor
from accounts.views.login import Refusing
from web.htmx import toast

if TYPE_CHECKING:
    from django.views.generic.edit import FormView

    Base = FormView[Any]
else:
    Base = object

APP_DIGITS = 6


def _note(form: Any) -> None:
    """Writes a wrong code or an unknown passkey into the log: of passkeys allauth tells nothing.

    A form that was refused for another reason (empty, too many attempts) tried none.
    """
    if any(form.has_error(name, "incorrect_code") for name in ("code", "credential")):
        note_refused(form.user, _way(form))


def _way(form: Any) -> Way:
    """The app's codes have six digits, recovery codes eight."""
    if "credential" in form.fields:
        return "passkey"
    typed = "".join(form.data.get("code", "").split())
    return "recovery" if len(typed) > APP_DIGITS else "code"


class Changing(Refusing, Base):
    """Does it, writes it down and tells its owner, or none of these."""

    action = ""
    change = ""
    done: Any = ""

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        with transaction.atomic():
            response = super().form_valid(form)
            record(user, self.action, user.full_name, {"user": user.pk})
            transaction.on_commit(lambda: tell_two_factor.enqueue(user.pk, self.change) and None)
        if self.done:
            toast(self.request, str(self.done))
        return response


class Index(base.IndexView):  # type: ignore[misc]
    """What one has, and the ways to add."""

    template_name = "mfa/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        kept = context["authenticators"]
        codes = kept.get("recovery_codes")
        return context | {
            "app": kept.get("totp"),
            "passkeys": kept.get("webauthn", []),
            "protected": "totp" in kept or "webauthn" in kept,
            "codes": codes,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "required": needs_two_factor(self.request.user),
        }


class AddApp(Changing, totp.ActivateTOTPView):  # type: ignore[misc]
    form_class = forms.AddAppForm
    template_name = "mfa/totp/activate_form.html"
    action, change, done = "two_factor.app_added", "on", gettext_lazy("Two-factor is on")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        return context | {"secret": secret, "secret_groups": groups}


class RemoveApp(Changing, totp.DeactivateTOTPView):  # type: ignore[misc]
    form_class = forms.RemoveAppForm
    template_name = "mfa/totp/deactivate_form.html"
    action, change, done = "two_factor.app_removed", "off", gettext_lazy("The app is removed")


class Codes(recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    """Shown once, right after they were made."""

    template_name = "mfa/recovery_codes/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"file": "\r\n".join(["Teendő", *context["unused_codes"], ""])}


class NewCodes(Changing, recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    form_class = forms.NewCodesForm
    template_name = "mfa/recovery_codes/generate.html"
    action, change = "two_factor.codes_made", "codes"  # the page itself says the rest


class AddPasskey(Changing, webauthn.AddWebAuthnView):  # type: ignore[misc]
    form_class = forms.AddPasskeyForm
    template_name = "mfa/webauthn/add_form.html"
    action, change, done = "two_factor.passkey_added", "on", gettext_lazy("The passkey is added")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | kwargs | {"options": options}


class RemovePasskey(Changing, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "mfa/webauthn/authenticator_confirm_delete.html"
    success_url = reverse_lazy("mfa_index")
    action, change = "two_factor.passkey_removed", "off"
    done = gettext_lazy("The passkey is removed")

    def form_valid(self, form: Any) -> HttpResponse:
        key = self.get_object()
        if get_adapter().can_delete_authenticator(key):
            return super().form_valid(form)
        form.add_error(None, get_adapter().error_messages["cannot_delete_authenticator"])
        return self.form_invalid(form)


class RenamePasskey(Refusing, webauthn.EditWebAuthnView):  # type: ignore[misc]
    form_class = forms.RenamePasskeyForm
    template_name = "mfa/webauthn/edit_form.html"
    success_url = reverse_lazy("mfa_index")


class AskCode(base.AuthenticateView):  # type: ignore[misc]
    """Between the password and the first page."""

    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyForm
    template_name = "mfa/authenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        _note(form)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.stage.login.user
        kinds = set(user.authenticator_set.values_list("type", flat=True))
        options = context.get("js_data", {}).get("request_options")
        return context | {"options": options, "has_app": "totp" in kinds, "kinds": kinds}


class CodeAgain(Refusing, base.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.CodeAgainForm
    template_name = "mfa/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        _note(form)
        return super().form_invalid(form)


class PasswordAgain(Refusing, account_views.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.PasswordAgainForm
    template_name = "account/reauthenticate.html"


class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    form_class = forms.PasskeyAgainForm
    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        _note(form)
        context = self.get_context_data(form=form)
        response: HttpResponse = self.render_to_response(context, status=422)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs | {"options": context["js_data"]["request_options"]}


class PasskeyLogin(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """GET hands a browser's script what to sign; POST brings the signature."""

    form_class = forms.PasskeyLoginForm

    def form_invalid(self, form: Any) -> HttpResponse:
        _note(form)
        toast(
            self.request,
            _("This passkey isn't known here. Sign in with your password."),
            tone="late",
        )
        return redirect("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if "remember" not in self.request.POST:
            self.request.session.set_expiry(0)
        return response


index = Index.as_view()
add_app = AddApp.as_view()
remove_app = RemoveApp.as_view()
codes = Codes.as_view()
new_codes = NewCodes.as_view()
add_passkey = AddPasskey.as_view()
remove_passkey = RemovePasskey.as_view()
rename_passkey = RenamePasskey.as_view()
ask_code = AskCode.as_view()
code_again = CodeAgain.as_view()
password_again = PasswordAgain.as_view()
passkey_again = PasskeyAgain.as_view()
passkey_login = login_not_required(PasskeyLogin.as_view())
