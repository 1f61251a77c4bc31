"""Fields that the company adds to a module's datasheets, to clients or to contacts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.kinds.base import HUES
from modules.models.module import Module
from modules.models.status import Status
from modules.names import in_language


class About(models.TextChoices):
    """Whose field it is."""

    DATASHEET = "datasheet", _("Datasheets")
    CLIENT = "client", _("Clients")
    CONTACT = "contact", _("Contacts")


class FieldType(models.TextChoices):
    """DOMAIN, "The parts". What each does: :mod:`modules.fieldtypes`."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    WHOLE = "whole", _("Whole number")
    DECIMAL = "decimal", _("Decimal")
    MONEY = "money", _("Money")
    DATE = "date", _("Date")
    MOMENT = "moment", _("Date and time")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")
    CHOICES = "choices", _("Several choices")
    LINK = "link", _("Link")
    FILE = "file", _("File")
    USER = "user", _("User")
    NUMBER = "number", _("Automatic number")


class Required(models.TextChoices):
    NEVER = "never", _("Never")
    ALWAYS = "always", _("Always")
    FROM = "from", _("From a status on")


class FieldGroup(models.Model):
    """A heading under which fields stand on the page."""

    about = models.CharField(max_length=9, choices=About)
    module = models.ForeignKey(Module, models.CASCADE, null=True, related_name="field_groups")
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field group")
        verbose_name_plural = _("field groups")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_hu="", name_en=""), name="fieldgroup_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(about="datasheet", module__isnull=False)
                | Q(about__in=["client", "contact"], module=None),
                name="fieldgroup_of_a_module",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)


class FieldQuerySet(models.QuerySet["Field"]):
    def live(self) -> FieldQuerySet:
        return self.filter(removed_at=None)

    def removed(self) -> FieldQuerySet:
        """Those that somebody removed and may restore; not those of an earlier type."""
        return self.filter(removed_at__isnull=False, replaced_by=None)

    def of(self, about: str, module_id: int | None = None) -> FieldQuerySet:
        return self.filter(about=about, module=module_id)

    def in_order(self) -> FieldQuerySet:
        return self.select_related("group").order_by("group__order", "group_id", "order", "pk")


class Field(models.Model):
    """A field. ``options`` are its type's (unit, decimals, currency); ``default`` is a value in
    the serialised form of its type. ``seen_by`` are roles; empty means everyone.

    A field never changes its type: it is ``replaced_by`` another of the new type, and keeps its
    values, so that none is lost. While ``filled_from`` is set, values of the one before are still
    being brought over, and nobody may change any (:mod:`office.actions.fields_change`).
    """

    about = models.CharField(max_length=9, choices=About)
    module = models.ForeignKey(Module, models.CASCADE, null=True, related_name="fields")
    type = models.CharField(_("type"), max_length=9, choices=FieldType)
    group = models.ForeignKey(
        FieldGroup, models.SET_NULL, null=True, blank=True, related_name="fields"
    )
    label_hu = models.CharField(_("label in Hungarian"), max_length=60, blank=True)
    label_en = models.CharField(_("label in English"), max_length=60, blank=True)
    help_hu = models.CharField(_("help in Hungarian"), max_length=200, blank=True)
    help_en = models.CharField(_("help in English"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    options = models.JSONField(default=dict, blank=True)
    default = models.JSONField(null=True, blank=True)
    required = models.CharField(
        _("required"), max_length=6, choices=Required, default=Required.NEVER
    )
    required_from = models.ForeignKey(
        Status, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_by = models.JSONField(_("who sees it"), default=list, blank=True)
    in_list = models.BooleanField(_("in the list"), default=False)
    next_number = models.PositiveBigIntegerField(default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    replaced_by = models.ForeignKey(
        "self", models.CASCADE, null=True, editable=False, related_name="earlier"
    )
    filled_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = FieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(type__in=FieldType.values), name="field_type"),
            models.CheckConstraint(
                condition=Q(required__in=Required.values), name="field_required"
            ),
            models.CheckConstraint(
                condition=~Q(label_hu="", label_en=""), name="field_has_a_label"
            ),
            models.CheckConstraint(
                condition=Q(about="datasheet", module__isnull=False)
                | Q(about__in=["client", "contact"], module=None),
                name="field_of_a_module",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.label_hu, self.label_en)

    @property
    def help(self) -> str:
        return in_language(self.help_hu, self.help_en)


class FieldChoice(models.Model):
    """One of the values of a choice. Values refer to it, so a new name keeps them."""

    field = models.ForeignKey(Field, models.CASCADE, related_name="choices")
    name_hu = models.CharField(_("name in Hungarian"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    hue = models.CharField(
        _("colour"), max_length=10, choices=[(hue, hue) for hue in HUES], default="slate"
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_hu="", name_en=""), name="fieldchoice_has_a_name"
            ),
            models.CheckConstraint(condition=Q(hue__in=HUES), name="fieldchoice_hue"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)
