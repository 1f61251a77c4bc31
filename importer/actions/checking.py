"""Finding out what would become of each row, and mending rows where that is shown.

Nothing is written but the import's own numbers. A few rows are checked while one waits, more of
them in the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.errors import Refused
from importer import check as checks
from importer import rows
from importer.actions.sources import open_one
from importer.models import Import, PastDue, Step
from importer.plan import Counts
from jobs import runner
from jobs.models import Job

KIND: Final = "import_check"
# So many rows take about a second.
AT_ONCE: Final = 2_000
# Who would mend more than this by hand mends the file.
MOST_MENDED: Final = 2_000
MOST_OF_A_CELL: Final = 1_000


def check(import_id: int, *, actor: User) -> Import:
    """Check a small import at once, a large one in the background: :func:`job_of` tells of it.

    Refused when something was decided in the meantime.
    """
    source = open_one(import_id, actor=actor)
    if source.rows <= AT_ONCE:
        return check_now(import_id, actor=actor)
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        job = job_of(source)
        if job is None or job.is_finished:
            payload = {"import": source.pk, "version": source.version}
            source.job = runner.start(KIND, actor=actor, payload=payload, total=source.rows)
            source.step = Step.COLUMNS
            source.save(update_fields=["job", "step"])
    return source


def check_now(import_id: int, *, actor: User) -> Import:
    """Check it while one waits."""
    source = open_one(import_id, actor=actor)
    if not keep(source, checks.run(source)):
        raise Refused(_("It was changed in another window in the meantime. Check it again."))
    return source


def keep(source: Import, counts: Counts) -> bool:
    """Keep what a check has found; False when something else was decided since it began."""
    found = asdict(counts)
    unchanged = Import.objects.filter(pk=source.pk, version=source.version, step=source.step)
    if not unchanged.update(counts=found, step=Step.CHECK):
        return False
    source.counts, source.step = found, Step.CHECK
    return True


def job_of(source: Import) -> Job | None:
    """The job that checks, or has tried to check, what is decided now."""
    job: Job | None = source.job
    if job is None or job.kind != KIND or job.payload.get("version") != source.version:
        return None
    return job


def answer_past_due(import_id: int, answer: PastDue, *, actor: User) -> Import:
    """What becomes of first todos that would start overdue; checks again, for the days change."""
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        source.past_due = answer
        source.version += 1
        source.save(update_fields=["past_due", "version"])
    return check(import_id, actor=actor)


@dataclass(frozen=True)
class Mending:
    """What somebody changed of a row. ``cells`` are texts by column (from 0); ``client`` is which
    one it is (0: a new one), ``out`` whether it is left out; None: as it was.
    """

    cells: Mapping[int, str] = field(default_factory=dict)
    client: int | None = None
    out: bool | None = None


def mend(import_id: int, number: int, mending: Mending, *, actor: User) -> Import:
    """Mend a row: it is planned again, with those that hang together with it.

    Refused when there is no such row, or when it is being checked as a whole.
    """
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        if source.step != Step.CHECK:
            raise Refused(_("It was changed in another window in the meantime. Check it again."))
        _keep_mending(source, number, mending)
        source.version += 1
        source.counts = asdict(checks.again(source, number))
        source.save(update_fields=["mended", "version", "counts"])
    return source


def _keep_mending(source: Import, number: int, mending: Mending) -> None:
    row = next(rows.some(source.pk, {number}), None)
    if row is None or any(not 0 <= column < len(source.headers) for column in mending.cells):
        raise Refused(_("There is no such row in this file."))
    kept: dict[str, Any] = source.mended.get(str(number), {})
    if not kept and len(source.mended) >= MOST_MENDED:
        raise Refused(_("These are too many to mend here. Mend the file and upload it again."))
    if mending.cells:
        texts = {str(column): text[:MOST_OF_A_CELL] for column, text in mending.cells.items()}
        kept = kept | {"cells": kept.get("cells", {}) | texts}
    if mending.client is not None:
        kept = kept | {"client": mending.client}
    if mending.out is not None:
        kept = kept | {"out": mending.out}
    source.mended = source.mended | {str(number): kept}
