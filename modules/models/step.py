from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.kinds.base import Sets
from modules.models.module import Module
from modules.names import in_language

SETS = (
    (Sets.IN_PROGRESS.value, _("The sale is in progress")),
    (Sets.WON.value, _("The sale is won")),
    (Sets.CUSTOMER.value, _("After the sale")),
)


class StepQuerySet(models.QuerySet["Step"]):
    def in_order(self) -> StepQuerySet:
        return self.order_by("order", "pk")


class Step(models.Model):
    """A step of the sale; ticking it on a datasheet moves the state of the sale forward."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="steps")
    key = models.SlugField(_("key"), max_length=40, db_index=False)
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    sets = models.CharField(_("moves the sale to"), max_length=12, choices=SETS)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the sale")
        verbose_name_plural = _("steps of the sale")
        constraints = (
            models.UniqueConstraint(fields=["module", "key"], name="step_key_once"),
            models.UniqueConstraint(
                fields=["module"], condition=Q(sets=Sets.WON.value), name="step_won_once"
            ),
            models.CheckConstraint(
                condition=Q(sets__in=[sets.value for sets in Sets]), name="step_sets_valid"
            ),
            models.CheckConstraint(condition=~Q(name_hu="", name_en=""), name="step_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)
