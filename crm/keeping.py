"""How long the trash gives things back: as the company has set it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Company

USUAL_DAYS = 30


def trash_days() -> int:
    try:
        return Company.current().trash_days
    except Company.DoesNotExist:
        return USUAL_DAYS


def trash_limit() -> datetime:
    """What was put into the trash before this moment doesn't come back."""
    return timezone.now() - timedelta(days=trash_days())


def too_late() -> str:
    """Why it doesn't come back."""
    return _("It has been in the trash for more than %(days)s days.") % {"days": trash_days()}
