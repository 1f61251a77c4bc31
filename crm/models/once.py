"""What makes a double click, a resent form and the back button do a thing once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Once(models.Model):
    """A form's token that was used: by whom, and where its result is to be seen."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.token)
