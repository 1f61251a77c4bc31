"""Background work that a settings page shows while it runs."""

from __future__ import annotations

from jobs.models import Job, State


def running_job(kind: str, **payload: int) -> Job | None:
    """The job of this kind about this, if one waits or runs."""
    alive = Job.objects.filter(kind=kind, state__in=[State.QUEUED, State.RUNNING])
    return alive.filter(**{f"payload__{name}": value for name, value in payload.items()}).first()
