"""Letters of the login, sent by the worker.

The page that asks for a letter does the same work for an address that nobody has, so that its
time tells nothing. The link is made here: no queue ever holds a key to an account.
"""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from accounts.actions.log import forget_old_entries
from accounts.actions.picture import forget_old_drafts
from accounts.links import NEW_EMAIL_HOURS, new_email_address
from accounts.models import User
from jobs import schedule

SECONDS_A_DAY = 86_400


def reset_address(user: User, origin: str) -> str:
    """The address of the page where `user` sets a new password; `origin` is like https://host."""
    key = default_token_generator.make_token(user)
    return origin + reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


@task()
def send_reset_mail(user_id: int | None, origin: str) -> None:
    """Writes to the user in their own language; does nothing for None or a former user."""
    if user_id is None:
        return
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return
    context = {
        "user": user,
        "address": reset_address(user, origin),
        "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY,
    }
    with translation.override(user.language):
        subject = " ".join(render_to_string("accounts/mail/reset_subject.txt", context).split())
        body = render_to_string("accounts/mail/reset.txt", context)
    EmailMessage(subject, body, to=[user.email]).send()


def _write(user: User, to: str, letter: str, **context: Any) -> None:
    """Sends `letter` (templates/accounts/mail) in the user's own language."""
    values = {"user": user, **context}
    with translation.override(user.language):
        words = render_to_string(f"accounts/mail/{letter}_subject.txt", values)
        body = render_to_string(f"accounts/mail/{letter}.txt", values)
    EmailMessage(" ".join(words.split()), body, to=[to]).send()


@task()
def send_new_email_mail(user_id: int, email: str | None, origin: str) -> None:
    """Asks at the new address whether it is right; None stands for one that is taken."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is None or email is None:
        return
    address = new_email_address(user, email, origin)
    _write(user, email, "new_email", address=address, hours=NEW_EMAIL_HOURS, email=email)


@task()
def tell_old_email(user_id: int, old: str) -> None:
    """Tells the address that isn't theirs any more, in case it was a stranger."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        _write(user, old, "old_email")


@task()
def tell_two_factor(user_id: int, change: str) -> None:
    """Tells a user of a change of their two-factor: "on", "off", "codes" or "taken"."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is not None:
        _write(user, user.email, "two_factor", change=change)


@schedule.every(minutes=60 * 24)
def forget_drafts_of_pictures() -> None:
    """Photographs that were sent but never cut."""
    forget_old_drafts()


@schedule.every(minutes=60 * 24)
def forget_old_log() -> None:
    """Entries of the activity log that are older than the company keeps them."""
    forget_old_entries()
