"""What runs in the background, who runs it, and how far it is."""

from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SILENT = timedelta(seconds=30)
"""No heartbeat for so long: its process is dead."""


class Viewer(Protocol):
    """What is asked of a user here; the accounts app stands above this one."""

    pk: Any
    role: str


class State(models.TextChoices):
    """Where a job stands; the last three are final."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


class Job(models.Model):
    """One piece of background work that somebody started and may watch and cancel.

    `payload` and `result` are JSON objects of the kind's own shape. `attempts` fences off a
    process that was given up for dead: it writes only while the number is still its own.
    """

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    payload = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    cancel_requested = models.BooleanField(default=False)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="jobs_state_heartbeat")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="jobs_state_valid"
            )
        ]

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (State.DONE, State.FAILED, State.CANCELLED)

    @property
    def percent(self) -> int:
        """0 to 100, rounded down."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    def visible_to(self, user: Viewer) -> bool:
        """Its creator, administrators and managers may see it."""
        return self.created_by_id == user.pk or user.role in ("administrator", "manager")


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Workers by their heartbeat."""

    def alive(self) -> "WorkerQuerySet":
        """Those that gave a sign of life within the last 30 seconds."""
        return self.filter(beat_at__gt=timezone.now() - SILENT)


class Worker(models.Model):
    """One running worker process."""

    id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()


class ScheduledRun(models.Model):
    """When a scheduled function was last started."""

    name = models.CharField(primary_key=True, max_length=200)
    ran_at = models.DateTimeField()
