"""A person who works, or once worked, with the product."""

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Language, full_name
from accounts.roles import Capability, Role, has
from web import text

HUES = ("indigo", "sky", "teal", "moss", "olive", "sand", "clay", "plum", "violet", "slate")
PICTURE_SIZES = (64, 192, 512)
"""Sides in pixels of the stored squares."""


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def normalise_email(email: str) -> str:
    """The one spelling in which an address is stored and looked up."""
    return email.strip().lower()


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        """Those who have access now."""
        return self.filter(is_active=True)

    def former(self) -> "UserQuerySet":
        """Those who once had access."""
        return self.filter(is_active=False)

    def by_name(self) -> "UserQuerySet":
        """In the order of the Hungarian alphabet."""
        return self.order_by("sort_key", "pk")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        """Those who have access now."""
        return self.get_queryset().active()

    def former(self) -> UserQuerySet:
        """Those who once had access."""
        return self.get_queryset().former()

    def by_name(self) -> UserQuerySet:
        """In the order of the Hungarian alphabet."""
        return self.get_queryset().by_name()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Makes and saves a user. Without a password none can be used to log in."""
        if not email.strip():
            raise ValueError("A user needs an email address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser):
    """Logs in by email only. Never deleted: a former user stays in the history."""

    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("given name"), max_length=80)
    email = models.EmailField(
        _("email"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Somebody already logs in with this address.")},
    )
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.NORMAL)
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    picture = models.ImageField(
        _("profile picture"), max_length=120, blank=True, upload_to="pictures", editable=False
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.HUNGARIAN
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    keyboard_letters = models.BooleanField(_("single-letter keys"), default=True)
    signature = models.TextField(_("signature"), blank=True)  # clean HTML with {fields}
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("has access"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    folded_name = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=1000, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["family_name", "given_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes: ClassVar = [models.Index("is_active", "sort_key", name="accounts_user_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email",
                violation_error_message=_("Somebody already logs in with this address."),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_user_role"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="accounts_user_language"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="accounts_user_theme"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        self.email = normalise_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the folded name, the sort key and the spelling of the email."""
        self.email = normalise_email(self.email)
        name = f"{self.family_name} {self.given_name}"
        self.folded_name = text.fold(name)
        self.sort_key = text.sort_key(name)
        fields: Iterable[str] | None = kwargs.get("update_fields")
        if fields is not None and {"family_name", "given_name"} & set(fields):
            kwargs["update_fields"] = {*fields, "folded_name", "sort_key"}
        super().save(*args, **kwargs)

    def has(self, capability: Capability) -> bool:
        """Whether this user's role has the capability; a former user has none."""
        return self.is_active and has(self.role, capability)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_restricted(self) -> bool:
        return self.role == Role.RESTRICTED

    @property
    def full_name(self) -> str:
        """Both names, in the company's order."""
        return full_name(self.family_name, self.given_name)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.given_name

    @property
    def initials(self) -> str:
        """One or two letters, in the order of the full name."""
        return "".join(name[0] for name in self.full_name.split(" ")[:2] if name).upper()

    @property
    def hue(self) -> str:
        """The name of one of the design's ten hues, always the same for a user."""
        return HUES[(self.pk or 0) % len(HUES)]

    @property
    def picture_url(self) -> str:
        """The address of the middle-sized picture; empty when there is none."""
        return self.picture_at(192)

    def picture_at(self, size: int) -> str:
        """The address of the picture of at least `size` pixels; empty when there is none.

        The version in the query string changes with the picture, so it may be cached for ever.
        """
        if not self.picture:
            return ""
        side = next((side for side in PICTURE_SIZES if side >= size), PICTURE_SIZES[-1])
        version = str(self.picture.name).rpartition("/")[2].partition("-")[0]
        return f"{reverse('accounts:picture', args=[self.pk, side])}?{urlencode({'v': version})}"
