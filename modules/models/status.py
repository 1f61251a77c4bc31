from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.kinds.base import HUES, Meaning
from modules.models.module import Module
from modules.names import in_language

MEANINGS = (
    (Meaning.OPEN.value, _("A next todo is due")),
    (Meaning.NO_TODO.value, _("No todo needed")),
    (Meaning.WON.value, _("Won")),
    (Meaning.LOST.value, _("Lost")),
)
FINAL = (Meaning.WON.value, Meaning.LOST.value)


class StatusGroup(models.Model):
    """A heading of the status tree."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="groups")
    key = models.SlugField(_("key"), max_length=40, db_index=False)
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("status group")
        verbose_name_plural = _("status groups")
        constraints = (
            models.UniqueConstraint(fields=["module", "key"], name="statusgroup_key_once"),
            models.CheckConstraint(
                condition=~Q(name_hu="", name_en=""), name="statusgroup_has_a_name"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)


class StatusQuerySet(models.QuerySet["Status"]):
    def in_order(self) -> StatusQuerySet:
        """The order of the tree, with each status's group loaded."""
        return self.select_related("group").order_by("group__order", "group_id", "order", "pk")

    def staying(self) -> StatusQuerySet:
        """Those that can be chosen: one that is being removed takes nobody in."""
        return self.filter(leaving_to=None)

    def open(self) -> StatusQuerySet:
        return self.filter(meaning=Meaning.OPEN)


class Status(models.Model):
    """Where a datasheet stands; it answers the question "What is to be done?"."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="statuses")
    group = models.ForeignKey(StatusGroup, on_delete=models.PROTECT, related_name="statuses")
    key = models.SlugField(_("key"), max_length=40, db_index=False)
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    hue = models.CharField(_("colour"), max_length=10, choices=[(hue, hue) for hue in HUES])
    order = models.PositiveIntegerField(_("order"), default=0)
    meaning = models.CharField(
        _("meaning"), max_length=10, choices=MEANINGS, default=Meaning.OPEN.value
    )
    what_hu = models.CharField(_("what is to be done, in Hungarian"), max_length=200, blank=True)
    what_en = models.CharField(_("what is to be done, in English"), max_length=200, blank=True)

    # Set while its datasheets are being moved away, because it is to be removed.
    leaving_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        constraints = (
            models.UniqueConstraint(fields=["module", "key"], name="status_key_once"),
            models.CheckConstraint(
                condition=Q(meaning__in=[meaning.value for meaning in Meaning]),
                name="status_meaning_valid",
            ),
            models.CheckConstraint(condition=Q(hue__in=HUES), name="status_hue_valid"),
            models.CheckConstraint(condition=~Q(name_hu="", name_en=""), name="status_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)

    @property
    def full_name(self) -> str:
        """With its group, where the name alone is ambiguous (Sales has four called VIP)."""
        return f"{self.group.name}, {self.name}"

    @property
    def what(self) -> str:
        """The answer to "What is to be done?"."""
        return in_language(self.what_hu, self.what_en)

    @property
    def is_final(self) -> bool:
        return self.meaning in FINAL

    @property
    def expects_todo(self) -> bool:
        return self.meaning == Meaning.OPEN
