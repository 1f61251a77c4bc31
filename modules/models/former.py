"""Names of what was removed, so that the history stays readable."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modules.names import in_language


class Former(models.Model):
    """A status or a step of the sale that is there no more; ``number`` was its id.

    ``went_to`` is the id of the status that took over a status's datasheets, 0 for a step.
    """

    STATUS, STEP = "status", "step"

    what = models.CharField(max_length=6, choices=[(STATUS, STATUS), (STEP, STEP)])
    number = models.PositiveBigIntegerField()
    name_hu = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    group_hu = models.CharField(max_length=60, blank=True)
    group_en = models.CharField(max_length=60, blank=True)
    went_to = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("former status or step")
        verbose_name_plural = _("former statuses and steps")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "number"], name="former_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)

    @property
    def full_name(self) -> str:
        return f"{in_language(self.group_hu, self.group_en)}, {self.name}"
