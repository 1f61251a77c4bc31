"""Another address to log in by: confirmed at the new one, then told to the old one.

The link bears the old address, so it works once: afterwards the old one isn't the present one.
"""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.actions.sessions import end_sessions
from accounts.audit import record
from accounts.links import read_new_email_token
from accounts.models import User
from accounts.models.user import normalise_email
from accounts.tasks import send_new_email_mail, tell_old_email


class EmailRefused(Exception):
    """The address can't become theirs; `message` says why, to the one who asked."""

    message: str | Promise = ""


class SameEmail(EmailRefused):
    message = _("This is the present address.")


class TakenEmail(EmailRefused):
    """Told to administrators only, and to who holds the link."""

    message = _("Somebody already logs in with this address.")


class MailNeeded(EmailRefused):
    message = _(
        "No mail server is set, so the new address can't be confirmed. Ask an administrator to "
        "set one."
    )


class LinkDead(Exception):
    """Used, older than a day, or made for an address or a user that isn't there any more."""


@dataclass(frozen=True)
class Asked:
    """What a link that still holds would do."""

    user: User
    email: str


def ask_new_email(user: User, email: str, *, actor: User, origin: str) -> None:
    """Sends the link that makes `email` the address of `user`; `origin` is like https://host.

    Raises SameEmail, MailNeeded, and TakenEmail to administrators. Anybody else is told nothing
    of an address that is taken: no letter leaves, and the page says what it always says.
    """
    email = normalise_email(email)
    if email == user.email:
        raise SameEmail
    if not mail.can_send():
        raise MailNeeded
    taken = User.objects.filter(email=email).exists()
    if taken and actor.is_administrator:
        raise TakenEmail
    with transaction.atomic():
        record(actor, "user.email_asked", user.full_name, {"user": user.pk, "to": email})
        sent_to = None if taken else email
        letter = (user.pk, sent_to, origin)
        transaction.on_commit(lambda: send_new_email_mail.enqueue(*letter) and None)


def asked_by(token: str) -> Asked:
    """What the link would do. Raises LinkDead."""
    try:
        pk, old, new = read_new_email_token(token)
    except (signing.BadSignature, ValueError, TypeError) as broken:
        raise LinkDead from broken
    user = User.objects.active().filter(pk=pk, email=old).first()
    if user is None:
        raise LinkDead
    return Asked(user, new)


def confirm_new_email(token: str, *, session_key: str | None = None) -> User:
    """Makes the address of the link the user's only one, and ends their other sessions.

    Raises LinkDead, or TakenEmail when somebody got it in the meantime.
    """
    asked = asked_by(token)
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=asked.user.pk)
            if not user.is_active or user.email != asked.user.email:
                raise LinkDead
            old, user.email = user.email, asked.email
            user.version += 1
            user.save(update_fields=["email", "version"])
            EmailAddress.objects.filter(user_id=user.pk).delete()  # allauth would know both
            end_sessions(user, but=session_key)
            changed = {"user": user.pk, "from": old, "to": user.email}
            record(user, "user.email", user.full_name, changed)
            transaction.on_commit(lambda: tell_old_email.enqueue(user.pk, old) and None)
    except IntegrityError as taken:
        raise TakenEmail from taken
    return user
