"""What allauth asks of this installation."""

import base64
import secrets
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actions.two_factor import FIRST_FACTORS, needs_two_factor
from accounts.agents import describe
from accounts.models import User
from accounts.sealed import Unreadable, seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up alone, and a refusal is worded the same whatever its cause."""

    error_messages: dict[str, Any] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The email address or the password is wrong."),
        "enter_current_password": _("This isn't your present password."),
        "incorrect_password": _("This isn't your present password."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in has just said who they are."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways of saying again who one is, in our words."""
        words = {
            "reauthenticate": _("Use the password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [one | {"description": words[one["id"]]} for one in methods]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are kept sealed; keys are named after the device that made them."""

    error_messages: dict[str, Any] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code isn't right, or has been used already."),
        "cannot_delete_authenticator": _(
            "Your company requires two-factor of you. Set up another way first."
        ),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed; when SECRET_KEY has changed since, a secret that nobody knows: then
        no code is right, and an administrator takes the two-factor away.
        """
        try:
            return unseal(encrypted_text)
        except Unreadable:
            return base64.b32encode(secrets.token_bytes(20)).decode("ascii")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a user who must have one."""
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=FIRST_FACTORS
        ).exclude(pk=authenticator.pk)
        return not needs_two_factor(authenticator.user) or others.exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return describe(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Teendő"}
