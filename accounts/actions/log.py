"""How long the activity log is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEntry, Company


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the 28th at the latest of its month."""
    years, month = divmod(moment.month - 1 - months, 12)
    return moment.replace(year=moment.year + years, month=month + 1, day=min(moment.day, 28))


def forget_old_entries() -> int:
    """Delete what is older than the company keeps it, and write down how much it was."""
    try:
        months = Company.current().log_months
    except Company.DoesNotExist:
        return 0
    limit = months_before(timezone.now(), months)
    with transaction.atomic():
        gone = AuditEntry.objects.forget_before(limit)
        if gone:
            record(None, "log.forgotten", "", {"before": limit.isoformat(), "entries": gone})
    return gone
