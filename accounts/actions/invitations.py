"""Asking somebody to join: one link, good for a week, for one use.

The link bears a secret of which only the hash is kept. Whoever sends it gets the secret once, in
the answer; to show a link again a new one is made, and the old one is dead.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Company, Invitation, User
from accounts.models.user import normalise_email
from accounts.roles import Capability

SECRET_BYTES = 32


class NotInvited(Exception):
    """Nobody can be invited by this address; `user` or `invitation` is who has it already."""

    def __init__(self, user: User | None = None, invitation: Invitation | None = None) -> None:
        super().__init__()
        self.user = user
        self.invitation = invitation


class Gone(Exception):
    """The link was used, has run out, or was taken back."""


@dataclass(frozen=True)
class Invitee:
    """Who is asked, into what; `modules` are ids of limited ones."""

    family_name: str
    given_name: str
    email: str
    role: str
    language: str
    modules: Sequence[int] = field(default_factory=tuple)


@dataclass(frozen=True)
class Issued:
    """An invitation with the secret of its link, which is told only now."""

    invitation: Invitation
    secret: str


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(invitee: Invitee, *, actor: User) -> Issued:
    """Keeps a place for somebody. Raises NotInvited; PermissionDenied for no administrator."""
    _only_administrators(actor)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            refuse_taken(invitee.email)
            values = vars(invitee) | {"modules": sorted(invitee.modules)}
            invitation = Invitation.objects.create(
                **values, secret_hash=hash_of(secret), created_by=actor
            )
            _record("invitation.sent", invitation, actor)
    except IntegrityError:  # somebody else invited them in the same moment
        refuse_taken(invitee.email)
        raise
    return Issued(invitation, secret)


def refuse_taken(email: str) -> None:
    """Raises NotInvited when a user, also a former one, or an open invitation has the address."""
    email = normalise_email(email)
    user = User.objects.filter(email=email).first()
    if user is not None:
        raise NotInvited(user=user)
    invitation = Invitation.objects.open().filter(email=email).first()
    if invitation is not None:
        raise NotInvited(invitation=invitation)


def renew(invitation_id: int, *, actor: User) -> Issued:
    """A new secret and a new week; the old link is dead. Raises Gone unless it is still open."""
    _only_administrators(actor)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        invitation = _locked_open(pk=invitation_id)
        invitation.secret_hash, invitation.sent_at = hash_of(secret), timezone.now()
        invitation.save(update_fields=["secret_hash", "sent_at"])
        _record("invitation.sent_again", invitation, actor)
    return Issued(invitation, secret)


def revoke(invitation_id: int, *, actor: User) -> Invitation | None:
    """Takes an open invitation back; None when it was not open any more."""
    _only_administrators(actor)
    with transaction.atomic():
        try:
            invitation = _locked_open(pk=invitation_id)
        except Gone:
            return None
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        _record("invitation.revoked", invitation, actor)
    return invitation


def revoke_for(email: str, *, actor: User) -> None:
    """Takes back whatever would let the owner of the address in again."""
    for pk in Invitation.objects.open().filter(email=email).values_list("pk", flat=True):
        revoke(pk, actor=actor)


def find(secret: str) -> Invitation | None:
    """The invitation of a link, in whatever state; None for a link that never was one."""
    return Invitation.objects.filter(secret_hash=hash_of(secret)).first()


def accept(secret: str, *, password: str, language: str) -> tuple[User, Invitation]:
    """Makes the user and uses the link up. Raises Gone, also for the second of two clicks.

    The caller gives them their modules in the same transaction.
    """
    with transaction.atomic():
        invitation = _locked_open(secret_hash=hash_of(secret))
        if not invitation.is_good:
            raise Gone
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    invitation.email,
                    password,
                    family_name=invitation.family_name,
                    given_name=invitation.given_name,
                    role=invitation.role,
                    language=language,
                )
        except IntegrityError as taken:  # somebody has changed to this address since
            raise Gone from taken
        invitation.accepted_at, invitation.user = timezone.now(), user
        invitation.save(update_fields=["accepted_at", "user"])
        data = {"user": user.pk, "invitation": invitation.pk, "role": user.role}
        record(user, "invitation.accepted", user.full_name, data)
    return user, invitation


def send_mail(invitation: Invitation, address: str) -> None:
    """Writes to the invited in the language chosen for them. Raises what the mail server does.

    Sent while the administrator waits: no queue ever holds a key to an account.
    """
    company = Company.current().name
    context = {"invitation": invitation, "address": address, "company": company}
    with translation.override(invitation.language):
        subject = render_to_string("accounts/mail/invitation_subject.txt", context)
        body = render_to_string("accounts/mail/invitation.txt", context)
    EmailMessage(" ".join(subject.split()), body, to=[invitation.email]).send()


def _locked_open(**which: object) -> Invitation:
    found = Invitation.objects.open().filter(**which).select_for_update().first()
    if found is None:
        raise Gone
    return found


def _record(action: str, invitation: Invitation, actor: User) -> None:
    data = {
        "invitation": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "modules": invitation.modules,
    }
    record(actor, action, invitation.full_name, data)


def _only_administrators(actor: User) -> None:
    if not actor.has(Capability.SETTINGS):
        raise PermissionDenied(_("Only administrators may do this."))
