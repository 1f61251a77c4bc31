"""The end of removed fields: after 30 days their data goes, block by block."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from crm.actions.field_changes import forget_files, forget_kept
from crm.models import FieldValue, KeptFile
from modules.actions.fields import KEPT
from modules.models import Field

BLOCK = 500
PAUSE = 0.05


def purge_fields(now: datetime | None = None) -> int:
    """Delete the fields that were removed 30 days ago, with their values and files; how many."""
    due = Field.objects.removed().filter(removed_at__lt=(now or timezone.now()) - KEPT)
    gone = 0
    for field in due.order_by("pk"):
        for one in (*Field.objects.filter(replaced_by=field).order_by("pk"), field):
            _purge_values(one)
        gone += _purge(field.pk)
    return gone


def _purge_values(field: Field) -> None:
    with transaction.atomic():
        forget_kept(KeptFile.objects.filter(field=field))
    while True:
        with transaction.atomic():
            rows = list(FieldValue.objects.filter(field=field).order_by("pk")[:BLOCK])
            if not rows:
                return
            forget_files([row.file.name or "" for row in rows])
            FieldValue.objects.filter(pk__in=[row.pk for row in rows]).delete()
        time.sleep(PAUSE)


def _purge(field_id: int) -> int:
    """The field itself, unless somebody has restored it meanwhile."""
    with transaction.atomic():
        field = Field.objects.removed().select_for_update().filter(pk=field_id).first()
        if field is None or FieldValue.objects.filter(field=field).exists():
            return 0
        record(None, "field.purged", field.label, {"field": field_id})
        field.delete()
        return 1
