"""How long the files of imports are kept: as the company has set it. The records stay."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import Company
from importer import options
from importer.models import Import, Step


def forget_old_files() -> int:
    """Delete what was sent and read longer ago than that; drafts that old go whole. How many."""
    try:
        days = Company.current().import_days
    except Company.DoesNotExist:
        return 0
    limit = timezone.now() - timedelta(days=days)
    loaded = Q(step=Step.DONE, finished_at__lt=limit) & ~Q(file="")
    drafts = Q(step__in=[Step.READ, Step.COLUMNS, Step.CHECK], created_at__lt=limit)
    gone = 0
    for pk in list(Import.objects.filter(loaded | drafts).values_list("pk", flat=True)):
        gone += _forget(pk, loaded | drafts)
    if gone:
        audit.record(None, "import.files_forgotten", "", {"files": gone})
    return gone


def _forget(pk: int, old: Q) -> int:
    """One import, unless somebody has gone on with it in the meantime."""
    with transaction.atomic():
        source = Import.objects.filter(old, pk=pk).select_for_update(of=("self",)).first()
        if source is None:
            return 0
        file = source.file
        if source.step == Step.DONE:
            Import.objects.filter(pk=pk).update(file="", samples=[])
            source.imported.update(changes=[])  # it can't be taken back any more
        else:
            options.remove_unused(source, actor=source.created_by)
            Import.objects.filter(pk=pk).delete()

        def files() -> None:
            if file.name:
                file.storage.delete(file.name)
            shutil.rmtree(Path(settings.MEDIA_ROOT) / "imports" / str(pk), ignore_errors=True)

        transaction.on_commit(files)
    return 1
