"""Taking an import back: what it made goes, what it changed is put back, block by block.

The import's own rows (:class:`importer.models.ImportedRow`) are the journal: one that was taken
back is deleted in the transaction that did it, one that is kept says why. So an undo that was
killed goes on where it was, and does nothing twice. The last row goes first, for a row may have
changed what an earlier one had made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from itertools import groupby

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from crm.actions import removal
from crm.bulk import among, delete
from crm.models import Datasheet, HistoryEntry
from importer import options
from importer.models import Import, ImportedRow, Step
from importer.pace import Pace
from importer.putting_back import put_back
from jobs.runner import TakenAwayError

logger = logging.getLogger(__name__)

Beat = Callable[[int], None]
Hold = Callable[[], None]


class Kept(models.TextChoices):
    """Why a row stays as the import left it, or as somebody has changed it since."""

    WORKED = "worked", _("Somebody has worked on it since.")
    IMPORT = "import", _("A later import has changed it.")
    DATASHEET = "datasheet", _("It has got another datasheet since.")
    CHANGED = "changed", _("Some of it was changed again since; the rest is as it was.")
    FAILED = "failed", _("It could not be taken back. The reason is in the server's log.")


@dataclass
class Undone:
    """How many clients that the import created were taken out, how many that it updated were put
    back, and how many of either were kept or failed.
    """

    created: int = 0
    updated: int = 0
    kept: int = 0
    failed: int = 0

    def __add__(self, other: Undone) -> Undone:
        names = (field.name for field in fields(self))
        return Undone(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.kept + self.failed


def until(source: Import) -> datetime | None:
    """Till when it can be taken back, as long as its file is kept; None while it isn't loaded."""
    if source.finished_at is None:
        return None
    return source.finished_at + timedelta(days=Company.current().import_days)


def run(source: Import, beat: Beat, hold: Hold = lambda: None) -> Undone:
    """Take back all that is in, or the rest of it; ``beat`` is told how many rows are done with.

    ``hold`` is called within the transaction of each block, to make sure that no other process
    has taken the work over.
    """
    undone, below, pace = Undone(**source.undone), None, Pace()
    while block := _before(source, below, pace.size):
        with pace.timed(len(block)):
            undone = _take_back(source, block, undone, hold)
        below = block[-1].number
        beat(undone.rows)
    options.remove_unused(source, actor=(source.undo_job or source).created_by)
    source.undone, source.undone_at = asdict(undone), timezone.now()
    source.save(update_fields=["undone", "undone_at"])
    return undone


def rows_left(source: Import) -> models.QuerySet[ImportedRow]:
    """What is in of it and was neither taken back nor kept yet."""
    return ImportedRow.objects.filter(source=source, kept="")


def _before(source: Import, below: int | None, n: int) -> list[ImportedRow]:
    rows = rows_left(source)
    if below is not None:
        rows = rows.filter(number__lt=below)
    return list(rows.order_by("-number")[:n])


def _take_back(source: Import, rows: Sequence[ImportedRow], so_far: Undone, hold: Hold) -> Undone:
    """Take these rows back, together; where that fails, one by one."""
    by = source.undo_job.created_by_id if source.undo_job else source.created_by_id
    try:
        with transaction.atomic():
            hold()
            undone = so_far + _rows_back(rows, by)
            Import.objects.filter(pk=source.pk).update(undone=asdict(undone))
    except (TakenAwayError, OperationalError, InterfaceError):
        raise
    except Exception:
        if len(rows) == 1:
            return _failed(source, rows[0], so_far, hold)
        undone = so_far
        for row in rows:
            undone = _take_back(source, [row], undone, hold)
    return undone


def _failed(source: Import, row: ImportedRow, so_far: Undone, hold: Hold) -> Undone:
    logger.exception("Import %s: row %s could not be taken back", source.pk, row.number)
    undone = so_far + Undone(failed=1)
    with transaction.atomic():
        hold()
        ImportedRow.objects.filter(pk=row.pk).update(kept=Kept.FAILED)
        Import.objects.filter(pk=source.pk).update(undone=asdict(undone))
    return undone


def _rows_back(rows: Sequence[ImportedRow], by: int) -> Undone:
    """Runs of rows that all created or all updated clients, in their order."""
    removal.hold({row.client_id for row in rows})
    undone = Undone()
    for created, run_of_rows in groupby(rows, key=lambda row: row.created):
        these = list(run_of_rows)
        undone += _remove(these) if created else _put_back(these, by)
    return undone


def _remove(rows: Sequence[ImportedRow]) -> Undone:
    """Take out the clients that nobody has touched since."""
    reasons = _reasons(rows)
    gone = [row for row in rows if row.pk not in reasons]
    delete(ImportedRow.objects.filter(pk__in=among([row.pk for row in gone])))
    removal.remove_clients([row.client_id for row in gone])
    _keep((row, reasons[row.pk]) for row in rows if row.pk in reasons)
    return Undone(created=len(gone), kept=len(reasons))


def _put_back(rows: Sequence[ImportedRow], by: int) -> Undone:
    """Put back what the rows changed, as far as it is still as they left it."""
    left = put_back(rows, by)
    whole = [row.pk for row in rows if row.pk not in left]
    delete(ImportedRow.objects.filter(pk__in=among(whole)))
    for row in rows:
        if row.pk in left:
            row.changes = left[row.pk]
    kept = [row for row in rows if row.pk in left]
    ImportedRow.objects.bulk_update(kept, ["changes"])
    _keep((row, Kept.CHANGED) for row in kept)
    return Undone(updated=len(whole), kept=len(kept))


def _keep(rows: Iterable[tuple[ImportedRow, Kept]]) -> None:
    by_reason: dict[Kept, list[int]] = {}
    for row, reason in rows:
        by_reason.setdefault(reason, []).append(row.pk)
    for reason, keys in by_reason.items():
        ImportedRow.objects.filter(pk__in=keys).update(kept=reason)


def _reasons(rows: Sequence[ImportedRow]) -> dict[int, Kept]:
    """Which rows' clients somebody has done something with since, and what."""
    clients = among([row.client_id for row in rows])
    others = ImportedRow.objects.filter(client__in=clients).exclude(source=rows[0].source_id)
    imported = set(others.values_list("client_id", flat=True))
    sheets = {row.datasheet_id for row in rows}
    more = {
        client
        for client, sheet in Datasheet.objects.filter(client__in=clients).values_list(
            "client_id", "pk"
        )
        if sheet not in sheets
    }
    entries = HistoryEntry.objects.filter(client__in=clients, taken_back_at=None)
    last = dict(entries.order_by().values_list("client_id").annotate(Max("pk")))
    found: dict[int, Kept] = {}
    for row in rows:
        if row.client_id in imported:
            found[row.pk] = Kept.IMPORT
        elif row.client_id in more:
            found[row.pk] = Kept.DATASHEET
        elif last.get(row.client_id, 0) > row.last_entry:
            found[row.pk] = Kept.WORKED
    return found


def is_loaded(source: Import) -> bool:
    """Whether something of it may be in: loaded, or stopped on the way."""
    return source.step == Step.DONE or (
        source.step == Step.LOAD and (source.job is None or source.job.is_finished)
    )
