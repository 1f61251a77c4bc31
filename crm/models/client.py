"""Clients (companies and private persons), their contacts and addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.company import name_order
from crm.constants import AddressKind, ClientKind
from crm.querysets import ClientQuerySet, OfClientQuerySet
from web.text import digits, fold, fold_company, sort_key

HUES = ("indigo", "sky", "teal", "moss", "olive", "sand", "clay", "plum", "violet", "slate")


class Client(models.Model):
    """A company, or a private person: a client with exactly one contact, whose name it bears."""

    kind = models.CharField(_("kind"), max_length=8, choices=ClientKind.choices, default="company")
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    tax_number = models.CharField(_("tax number"), max_length=32, blank=True)
    tax_digits = models.CharField(max_length=16, blank=True, editable=False)
    eu_vat_number = models.CharField(_("EU VAT number"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=32, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    size = models.CharField(_("size"), max_length=50, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=64, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["trashed_at", "sort_key", "id"], name="client_by_name"),
            models.Index(fields=["folded_name"], name="client_folded"),
            models.Index(fields=["tax_digits"], name="client_tax"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ClientKind.values), name="client_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="client_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("crm:client", args=[self.pk])

    def derive(self) -> None:
        """Keep the columns that follow from others; bulk writers call it themselves.

        ``tax_digits`` holds the first eight digits of a Hungarian tax number, the part that
        names the company; the rest tells its kind of taxation and its county.
        """
        self.folded_name = fold_company(self.name)[:200]
        self.sort_key = sort_key(self.name)[:600]
        self.tax_digits = digits(self.tax_number)[:8]

    @property
    def is_company(self) -> bool:
        return self.kind == ClientKind.COMPANY

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2] if word).upper()

    @property
    def hue(self) -> str:
        return HUES[(self.pk or 0) % len(HUES)]


class OfClient(models.Model):
    """Something that hangs on a client and is seen with it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="%(class)s_set")

    objects = OfClientQuerySet.as_manager()

    class Meta:
        abstract = True


class Contact(OfClient):
    """A person at a client."""

    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    position = models.CharField(_("position"), max_length=100, blank=True)
    folded_name = models.CharField(max_length=210, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["folded_name"], name="contact_folded")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(family_name="", given_name=""), name="contact_named"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Keep the folded name and the sort key (family name first, whatever is shown)."""
        name = f"{self.family_name} {self.given_name}".strip()
        self.folded_name = fold(name)[:210]
        self.sort_key = sort_key(name)[:600]

    @property
    def full_name(self) -> str:
        """The name in the company's order of names."""
        parts = [self.family_name, self.given_name]
        if name_order() == "given_first":
            parts.reverse()
        return " ".join(part for part in parts if part)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.full_name.split()[:2]).upper()

    @property
    def hue(self) -> str:
        return HUES[(self.pk or 0) % len(HUES)]


class Address(OfClient):
    """A postal address of a client; at most one is the default."""

    kind = models.CharField(
        _("kind"), max_length=12, choices=AddressKind.choices, default=AddressKind.HEAD_OFFICE
    )
    country = models.CharField(_("country"), max_length=60, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    folded_town = models.CharField(max_length=100, blank=True, editable=False)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(is_default=True), name="one_default_address"
            ),
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="address_kind"),
        ]

    def __str__(self) -> str:
        place = " ".join(part for part in (self.postcode, self.town) if part)
        return ", ".join(part for part in (place, self.street, self.country) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Keep the folded town, by which repeated clients are recognised."""
        self.folded_town = fold(self.town)[:100]
