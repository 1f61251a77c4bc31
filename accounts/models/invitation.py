"""Somebody who has been asked to join, until they set a password."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Language, full_name
from accounts.models.user import normalise_email
from accounts.roles import Role

GOOD_FOR = timedelta(days=7)
"""How long the link can be used after it was last sent."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; the link may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A place kept for a new user. The link bears a secret of which only the hash is stored."""

    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("given name"), max_length=80)
    email = models.EmailField(_("email"), max_length=254)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.NORMAL)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.HUNGARIAN
    )
    # Ids of limited modules: this floor does not know modules.
    modules = models.JSONField(_("modules"), default=list, blank=True)
    secret_hash = models.CharField(max_length=64, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="accounts_invitation_email",
            ),
            models.UniqueConstraint(fields=["secret_hash"], name="accounts_invitation_secret"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_invitation_role"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def full_name(self) -> str:
        """Both names, in the company's order."""
        return full_name(self.family_name, self.given_name)

    @property
    def ends_at(self) -> datetime:
        return self.sent_at + GOOD_FOR

    @property
    def is_good(self) -> bool:
        """Whether the link opens now."""
        return not self.accepted_at and not self.revoked_at and timezone.now() < self.ends_at
