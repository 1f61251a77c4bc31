"""What the worker does for the records again and again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from crm.actions import counts, rules
from crm.constants import Shelf
from crm.models import Datasheet, Once
from jobs import schedule
from modules.models import Module

# A form that was left open for longer has lost its session anyway.
TOKENS_KEPT = timedelta(days=30)


@schedule.every(minutes=10)
def fold_counts() -> None:
    """Merge the appended rows of the kept counts, so that reading them stays cheap."""
    for module_id in Module.objects.values_list("pk", flat=True):
        counts.fold(module_id)


@schedule.every(minutes=60)
def follow_the_calendar() -> None:
    """Move what moves because time has passed: forgotten sales, buyers of the Webshop."""
    rules.forget_quiet_sales()
    buyers = Datasheet.objects.filter(module__kind="webshop", module__archived_at=None)
    rules.bring_in_line(buyers.exclude(shelf=Shelf.TRASH).iterator(chunk_size=500))


@schedule.every(minutes=60 * 24)
def forget_tokens() -> None:
    """Drop the tokens of forms sent long ago."""
    Once.objects.filter(at__lt=timezone.now() - TOKENS_KEPT).delete()
