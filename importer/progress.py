"""How far a load is, or the taking back of one: what its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from importer.models import Import, OnCancel, Step
from importer.undo import Undone
from jobs import runner
from jobs.models import Job, State

Stage = Literal["waiting", "loading", "stopping", "undoing", "stopped", "taken_back"]


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` rows; ``rate`` in rows a second, ``left`` in seconds, 0 if unknown.

    ``counts`` are those of the rows that were dealt with so far. ``ahead``: how many jobs end
    before this one begins, and ``first`` whose the first of them is.
    """

    stage: Stage
    done: int
    total: int
    rate: int
    left: int
    counts: dict[str, Any]
    undone: Undone
    error: str = ""
    stopping: bool = False
    ahead: int = 0
    first: str = ""

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_going_on(self) -> bool:
        return self.stage not in ("stopped", "taken_back")

    @property
    def is_in(self) -> int:
        """How many rows came in, or changed what was here."""
        return int(self.counts.get("create", 0)) + int(self.counts.get("update", 0))


def progress_of(source: Import) -> Progress:
    """The present state of an import that is in its last step."""
    job, stage = _stage(source)
    undone = Undone(**source.undone)
    done, total = (job.done, job.total) if job else (0, source.rows)
    if stage == "undoing":
        done = undone.rows
        total = max(done, int(source.counts.get("create", 0)) + int(source.counts.get("update", 0)))
    rate = _rate(job, done)
    ahead = list(runner.ahead_of(job).select_related("created_by")) if job else []
    waiting = stage == "waiting"
    return Progress(
        stage=stage,
        done=done,
        total=total,
        rate=rate,
        left=round((total - done) / rate) if rate else 0,
        counts=source.counts if job is not None else {},
        undone=undone,
        error=job.error if job else "",
        stopping=bool(job and job.cancel_requested),
        ahead=len(ahead) if waiting else 0,
        first=ahead[0].created_by.full_name if waiting and ahead else "",
    )


def stage_of(source: Import) -> Literal["draft", "reading", "done", "undone"] | Stage:
    """The same in a word, for the list of imports."""
    if source.is_open:
        return "draft"
    if source.step == Step.READ:
        return "reading"
    if source.step == Step.DONE and not is_undoing(source):
        return "undone" if source.undone_at else "done"
    return _stage(source)[1]


def is_undoing(source: Import) -> bool:
    """Whether it is being taken back, or waits for it."""
    return source.undo_job is not None and not source.undo_job.is_finished


def _stage(source: Import) -> tuple[Job | None, Stage]:
    """The job that the page is about, and where it stands."""
    undoing = is_undoing(source)
    job = source.undo_job if undoing else source.job
    if job is None or job.is_finished:
        return job, "taken_back" if source.undone_at else "stopped"
    if job.state == State.QUEUED:
        return job, "waiting"
    if undoing:
        return job, "undoing"
    if job.cancel_requested:
        return job, "undoing" if source.on_cancel == OnCancel.BACK else "stopping"
    return job, "loading"


def _rate(job: Job | None, done: int) -> int:
    if job is None or job.state != State.RUNNING or job.started_at is None:
        return 0
    seconds = (timezone.now() - job.started_at).total_seconds()
    return int(done / seconds) if seconds > 0 else 0
