"""Phones and emails: of a contact, or of the company itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

import phonenumbers
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constants import EmailKind, PhoneKind
from crm.models.client import Contact, OfClient
from web.text import digits

# Nearly all numbers of a Hungarian company: read without the library, which takes 0.1 ms each.
_USUAL = re.compile(r"(?:\+36|0036|06)?((?:20|30|31|50|70)\d{7}|1[2-9]\d{6})", re.ASCII)
_SIGNS = str.maketrans("", "", " ()/.-")


def e164(raw: str, country: str = "HU") -> str:
    """The number in E.164, or "" when it can't be read as one of ``country``."""
    if country == "HU" and (usual := _USUAL.fullmatch(raw.translate(_SIGNS))):
        return f"+36{usual[1]}"
    try:
        number = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def _international(number: str) -> str:
    """A number in E.164 as people write it."""
    read = phonenumbers.parse(number)
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class Phone(OfClient):
    """A phone number as it was written (``raw``), beside its E.164 form when it has one."""

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True)
    kind = models.CharField(
        _("kind"), max_length=8, choices=PhoneKind.choices, default=PhoneKind.MOBILE
    )
    raw = models.CharField(_("phone"), max_length=50)
    e164 = models.CharField(max_length=20, blank=True, editable=False)
    digits = models.CharField(max_length=50, blank=True, editable=False)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digits"], name="phone_digits")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(is_default=True), name="one_default_phone"
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_default=True, contact=None),
                name="one_default_company_phone",
            ),
            models.CheckConstraint(condition=Q(kind__in=PhoneKind.values), name="phone_kind"),
        ]

    def __str__(self) -> str:
        return self.raw

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Keep the E.164 form and the digits that search looks at."""
        self.e164 = e164(self.raw)
        self.digits = digits(self.e164 or self.raw)[:50]

    @property
    def href(self) -> str:
        return f"tel:{self.e164 or self.digits}"

    @property
    def shown(self) -> str:
        """The number as people write it, else as it was typed."""
        return _international(self.e164) if self.e164 else self.raw


class Email(OfClient):
    """An email address; ``folded`` is what is compared."""

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True)
    kind = models.CharField(
        _("kind"), max_length=8, choices=EmailKind.choices, default=EmailKind.WORK
    )
    address = models.EmailField(_("email"))
    folded = models.CharField(max_length=254, editable=False)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["folded"], name="email_folded")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(is_default=True), name="one_default_email"
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(is_default=True, contact=None),
                name="one_default_company_email",
            ),
            models.CheckConstraint(condition=Q(kind__in=EmailKind.values), name="email_kind"),
        ]

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Keep the form that is compared."""
        self.folded = self.address.strip().lower()

    @property
    def href(self) -> str:
        return f"mailto:{self.address}"
