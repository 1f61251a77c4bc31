"""Lists that somebody took out as a file."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.models import Job, State
from modules.models import Module


class ExportKind(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("Text with separators (.csv)")


class Export(models.Model):
    """One list taken out: of a module's datasheets, or (``module`` None) of clients.

    ``params`` narrow the list as its address does. ``choice`` is "list", "all" or "some" columns,
    ``columns`` the keys of those that were chosen (:mod:`crm.export.columns`). ``file`` is empty
    until it is made, and again once it is forgotten (:mod:`crm.actions.exports`): then the row
    stays, without ``params``, and tells how the next export begins.
    """

    module = models.ForeignKey(Module, models.CASCADE, null=True)
    params = models.JSONField(default=dict)
    choice = models.CharField(max_length=4, default="list")
    columns = models.JSONField(default=list)
    with_ids = models.BooleanField(default=True)
    kind = models.CharField(max_length=4, choices=ExportKind.choices, default=ExportKind.XLSX)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="exports/%Y/%m/", blank=True)
    rows = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_by", "module", "-id"], name="export_of_list"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ExportKind.values), name="export_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("crm:export", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return bool(self.file)

    @property
    def is_being_made(self) -> bool:
        """Whether its file is still to come."""
        waiting = not self.file and self.forgotten_at is None
        return waiting and self.job is not None and not self.job.is_finished

    @property
    def was_stopped(self) -> bool:
        return self.job is not None and self.job.state == State.CANCELLED
