"""Files that a change of a field took off a record."""

from __future__ import annotations

from django.db import models

from crm.models.history import HistoryEntry
from modules.models import Field


class KeptFile(models.Model):
    """A file that was a field's value: kept so that the change can be taken back, and no longer.

    Nobody can fetch it meanwhile. ``at`` is when the change was made, as its entry says.
    """

    entry = models.OneToOneField(HistoryEntry, models.CASCADE, related_name="kept_file")
    field = models.ForeignKey(Field, models.CASCADE, related_name="+")
    file = models.FileField(max_length=200, upload_to="fields")
    name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
