"""Links that do something to an account. They are made where they leave, and never stored."""

from typing import Final

from django.core import signing
from django.urls import reverse

from accounts.models import User
from accounts.models.user import normalise_email

NEW_EMAIL_SALT: Final = "accounts.email.new"
NEW_EMAIL_HOURS: Final = 24


def new_email_token(user: User, email: str) -> str:
    """Bears the present address too: once it has changed, the link is dead."""
    return signing.dumps([user.pk, user.email, normalise_email(email)], salt=NEW_EMAIL_SALT)


def new_email_address(user: User, email: str, origin: str) -> str:
    """The page where `email` is confirmed; `origin` is like https://host."""
    return origin + reverse("accounts:email-confirm", args=[new_email_token(user, email)])


def read_new_email_token(token: str) -> tuple[int, str, str]:
    """User id, old address, new address. Raises signing.BadSignature."""
    seconds = NEW_EMAIL_HOURS * 3600
    pk, old, new = signing.loads(token, salt=NEW_EMAIL_SALT, max_age=seconds)
    return int(pk), str(old), str(new)
