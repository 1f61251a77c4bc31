"""Kept counts of datasheets, so that no page counts a million rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from modules.models import Module, Status


class DatasheetCount(models.Model):
    """A signed change ``n`` of the number of datasheets with this status, shelf and responsible.

    The number is the sum over the rows of a key. A change appends rows and never updates one, so
    that many writers never wait for each other; :func:`crm.actions.counts.fold` merges them.
    """

    module = models.ForeignKey(Module, models.CASCADE, db_index=False)
    status = models.ForeignKey(Status, models.CASCADE, db_index=False)
    shelf = models.PositiveSmallIntegerField()
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, db_index=False
    )
    n = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["module", "status", "shelf", "responsible", "n"], name="count_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status_id}/{self.shelf}/{self.responsible_id}: {self.n:+}"
