from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.names import in_language


class TodoTypeQuerySet(models.QuerySet["TodoType"]):
    def in_order(self) -> TodoTypeQuerySet:
        return self.order_by("order", "pk")

    def live(self) -> TodoTypeQuerySet:
        """Those that are offered; a todo keeps an archived one."""
        return self.filter(archived_at=None)


class TodoType(models.Model):
    """A type of todo: call, meeting, email, task, and what the company adds.

    `minutes` is its usual length and `reminder_minutes` how long before its time it reminds
    (empty: not at all). `is_contact`: doing it means having been in touch with the client.
    """

    key = models.SlugField(_("key"), max_length=40, db_index=False)
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    icon = models.CharField(_("icon"), max_length=40)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=30)
    reminder_minutes = models.PositiveSmallIntegerField(
        _("reminder, minutes before"), null=True, blank=True
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    is_contact = models.BooleanField(_("counts as contact with the client"), default=False)

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = TodoTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("type of todo")
        verbose_name_plural = _("types of todo")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="todotype_key_once"),
            models.CheckConstraint(
                condition=~Q(name_hu="", name_en=""), name="todotype_has_a_name"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)
