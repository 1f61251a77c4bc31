"""History: what happened, with no deadline, and who did it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constants import EntryKind
from crm.models.client import Client, Contact
from crm.querysets import HistoryQuerySet


class HistoryEntry(models.Model):
    """One thing that happened. ``author`` is nobody when the system did it.

    ``text`` is what a person wrote (a note, the text of a done todo, its outcome in
    ``data["outcome"]``); ``data`` says the rest as values (ids, names as they were, from/to), of
    which :mod:`crm.history` makes a sentence in the reader's language and ``crm.actions.undo``
    the way back. Append-only but for DOMAIN's exceptions.
    """

    client = models.ForeignKey(Client, models.CASCADE, db_index=False)
    datasheet = models.ForeignKey("crm.Datasheet", models.CASCADE, null=True, db_index=False)
    todo = models.ForeignKey("crm.Todo", models.SET_NULL, null=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "history entries"
        indexes: ClassVar = [
            models.Index(fields=["datasheet", "-at", "-id"], name="history_datasheet"),
            models.Index(fields=["client", "-at", "-id"], name="history_client"),
            models.Index(
                fields=["contact"], name="history_contact", condition=Q(contact__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
