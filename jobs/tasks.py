"""Housekeeping of the queue itself."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs import schedule


@schedule.every(minutes=60 * 24)
def forget_finished_tasks() -> None:
    """Old rows of the queue; the jobs themselves stay."""
    DBTaskResult.objects.finished().filter(
        finished_at__lt=timezone.now() - timedelta(days=7)
    ).delete()


@schedule.every(minutes=60 * 24)
def forget_old_sessions() -> None:
    """Sessions that have run out."""
    SessionStore.clear_expired()
