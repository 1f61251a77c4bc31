"""The one company of this installation and its settings."""

import threading
import time
import zoneinfo
from functools import lru_cache
from pathlib import PurePath
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CACHE_SECONDS = 5.0
"""How long another process may go on with old settings."""


class Language(models.TextChoices):
    """The languages of the interface, each named in itself."""

    HUNGARIAN = "hu", "Magyar"
    ENGLISH = "en", "English"


class NameOrder(models.TextChoices):
    """Which name stands first; it holds in both languages."""

    FAMILY_FIRST = "family_first", _("Family name first")
    GIVEN_FIRST = "given_first", _("Given name first")


class MailSecurity(models.TextChoices):
    """How the connection to the mail server is encrypted."""

    NONE = "none", _("None")
    STARTTLS = "starttls", "STARTTLS"
    TLS = "tls", "TLS"


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Every IANA zone name that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a zone that can be computed with."""
    if name not in time_zones():
        raise ValidationError(_("There is no time zone called “%(name)s”."), params={"name": name})


class Company(models.Model):
    """A singleton row (pk 1). Read it by `Company.current()`, never by a query of one's own."""

    name = models.CharField(_("company name"), max_length=200)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.HUNGARIAN
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Budapest", validators=[validate_time_zone]
    )
    country = models.CharField(_("country"), max_length=2, default="HU")
    name_order = models.CharField(
        _("order of names"), max_length=12, choices=NameOrder, default=NameOrder.FAMILY_FIRST
    )
    currency = models.CharField(_("currency"), max_length=3, default="HUF")
    logo = models.ImageField(
        _("logo"), max_length=120, blank=True, upload_to="company", editable=False
    )
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=32, blank=True)
    # Outgoing mail: without a host that of the environment (config.env) is used.
    mail_host = models.CharField(_("mail server"), max_length=200, blank=True)
    mail_port = models.PositiveIntegerField(_("port"), default=587)
    mail_security = models.CharField(
        _("encryption"), max_length=8, choices=MailSecurity, default=MailSecurity.STARTTLS
    )
    mail_user = models.CharField(_("user name at the mail server"), max_length=200, blank=True)
    mail_password = models.TextField(_("password at the mail server"), blank=True)  # sealed
    mail_from = models.EmailField(_("sender's address"), blank=True)
    upload_mb = models.PositiveSmallIntegerField(
        _("largest upload, MB"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    log_months = models.PositiveSmallIntegerField(
        _("activity log kept, months"),
        default=24,
        validators=[MinValueValidator(3), MaxValueValidator(120)],
    )
    trash_days = models.PositiveSmallIntegerField(
        _("trash kept, days"),
        default=30,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
    )
    import_days = models.PositiveSmallIntegerField(
        _("imported files kept, days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    import_mb = models.PositiveSmallIntegerField(
        _("largest import, MB"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    import_rows = models.PositiveIntegerField(
        _("most rows of an import"),
        default=500_000,
        validators=[MinValueValidator(100), MaxValueValidator(1_000_000)],
    )
    import_columns = models.PositiveSmallIntegerField(
        _("most columns of an import"),
        default=300,
        validators=[MinValueValidator(10), MaxValueValidator(1_000)],
    )
    two_factor_roles = models.JSONField(_("roles that need two-factor"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _cached: ClassVar["tuple[float, Company] | None"] = None

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="accounts_company_single"),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="accounts_company_language"
            ),
            models.CheckConstraint(
                condition=Q(name_order__in=NameOrder.values), name="accounts_company_name_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves as row 1; this process sees the change at once, others within 5 s."""
        self.pk = 1
        super().save(*args, **kwargs)
        Company.forget()

    @property
    def logo_url(self) -> str:
        """Where the logo is, also for people who aren't signed in; empty without one.

        It changes with the logo, so a browser may keep what it got.
        """
        if not self.logo:
            return ""
        return f"{reverse('accounts:logo')}?v={PurePath(str(self.logo.name)).stem}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which every “today” is computed."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @classmethod
    def current(cls) -> "Company":
        """The company, at most 5 s old. Raises Company.DoesNotExist before the set-up.

        The object is shared by the threads of the process: read it, never change it.
        """
        cached = cls._cached
        now = time.monotonic()
        if cached is not None and 0 <= now - cached[0] < CACHE_SECONDS:
            return cached[1]
        company = cls.objects.get(pk=1)
        with cls._lock:
            cls._cached = (now, company)
        return company

    @classmethod
    def exists(cls) -> bool:
        """Whether the installation has been set up; answered from the cache where possible."""
        try:
            cls.current()
        except cls.DoesNotExist:
            return False
        return True

    @classmethod
    def forget(cls) -> None:
        """Drops this process's cached copy (after a change or a rolled back one)."""
        with cls._lock:
            cls._cached = None


def name_order() -> str:
    """The company's order of names; family name first while there is no company."""
    try:
        return Company.current().name_order
    except Company.DoesNotExist:
        return NameOrder.FAMILY_FIRST.value


def full_name(family_name: str, given_name: str) -> str:
    """Both names in the company's order; also for contacts."""
    names = [family_name, given_name]
    if name_order() == NameOrder.GIVEN_FIRST:
        names.reverse()
    return " ".join(name for name in names if name)
