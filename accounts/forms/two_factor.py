"""The forms of two-factor: allauth's, in our words and our look.

What a browser or a stranger sends as a passkey's answer is parsed by a library that raises many
kinds of errors on nonsense: here each of them is a code that isn't right.
"""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.login import name_field
from web.forms import Dressed

CODE: dict[str, Any] = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
NONSENSE = (ValueError, TypeError, KeyError, AttributeError, IndexError)


def _once(user_id: int, code: str) -> bool:
    """Whether this code of the app hasn't been used while it holds.

    allauth remembers one for half a minute; with the tolerance it holds for three times as long.
    """
    lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"two-factor.used.{user_id}.{code.strip()}", 1, timeout=lives))


class _OneTime(Dressed):
    """A code of the app works once; a recovery code anyway."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not _once(self.user.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OneTime, base.AuthenticateForm):  # type: ignore[misc]
    """At signing in: of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["code"], _("Code"), **CODE)


class CodeAgainForm(_OneTime, base.ReauthenticateForm):  # type: ignore[misc]
    """The same, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["code"], _("Code"), **CODE)


class PasswordAgainForm(Dressed, account_forms.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes: dict[str, Any] = {"autocomplete": "current-password", "autofocus": True}
        name_field(self.fields["password"], _("Password"), **attributes)


class AddAppForm(Dressed, totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Six digits, new every half minute.")
        attributes = CODE | {"autofocus": False}
        name_field(self.fields["code"], _("Code that the app shows"), hint, **attributes)


class RemoveAppForm(Dressed, totp.DeactivateTOTPForm):  # type: ignore[misc]
    pass


class NewCodesForm(Dressed, recovery.GenerateRecoveryCodesForm):  # type: ignore[misc]
    pass


class _Parsed(Dressed):
    """Nonsense instead of a passkey's answer is refused in words."""

    def clean_credential(self) -> Any:
        inherited = getattr(super(), "clean_credential", None)
        answer = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        if not isinstance(answer, dict):
            raise get_adapter().validation_error("incorrect_code")
        if inherited is None:
            return answer
        try:
            return inherited()
        except NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense


class AddPasskeyForm(_Parsed, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """Every key is a passkey: it asks for a finger, a face or a PIN, and lets in by itself."""

    passwordless = None
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again, such as the name of the device."),
    )

    def clean(self) -> Any:
        try:
            return super().clean()
        except ValidationError:
            raise
        except NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense


class RenamePasskeyForm(Dressed, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"), max_length=60)


class PasskeyForm(_Parsed, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the password."""


class PasskeyAgainForm(_Parsed, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something that matters."""


class PasskeyLoginForm(_Parsed, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of the password; never for a former user."""

    def clean_credential(self) -> Any:
        authenticator = super().clean_credential()
        if not authenticator.user.is_active:
            raise get_adapter().validation_error("incorrect_code")
        return authenticator
