"""Logins, refused logins and logouts, written into the activity log. They change nothing else."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts.audit import record
from accounts.models import User


@receiver(user_logged_in)
def note_login(sender: Any, user: User, **kwargs: Any) -> None:
    record(user, "login", user.full_name, {"user": user.pk})


@receiver(user_logged_out)
def note_logout(sender: Any, user: User | None, **kwargs: Any) -> None:
    """A session that was dead already has nobody to log out."""
    if isinstance(user, User):
        record(user, "logout", user.full_name, {"user": user.pk})


@receiver(user_login_failed)
def note_refused_login(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Only the address that was typed, never anything of the password."""
    typed = next((credentials[key] for key in ("email", "username") if credentials.get(key)), "")
    record(None, "login.failed", str(typed), {"email": str(typed)[:254]})


@receiver(password_changed)
def note_password(sender: Any, user: User, **kwargs: Any) -> None:
    record(user, "user.password", user.full_name, {"user": user.pk})


@receiver(password_reset)
def note_new_password(sender: Any, user: User, **kwargs: Any) -> None:
    """By the link of a letter: whoever has it is taken for the user."""
    record(user, "user.password_set", user.full_name, {"user": user.pk})
