"""The kept counts of datasheets by status, shelf and responsible: written, merged, proved."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from crm.models import Datasheet, DatasheetCount


class CountKey(NamedTuple):
    """What a datasheet is counted under."""

    module_id: int
    status_id: int
    shelf: int
    responsible_id: int | None


def key_of(datasheet: Datasheet) -> CountKey:
    return CountKey(
        datasheet.module_id, datasheet.status_id, datasheet.shelf, datasheet.responsible_id
    )


def moved(before: CountKey | None, after: CountKey | None) -> None:
    """Note that one datasheet left ``before`` and came to ``after`` (None: it is not there)."""
    if before == after:
        return
    changes = Counter({key: sign for key, sign in ((before, -1), (after, 1)) if key is not None})
    add(changes)


def add(changes: Counter[CountKey]) -> None:
    """Append signed changes; within the transaction of the change itself."""
    DatasheetCount.objects.bulk_create(
        DatasheetCount(**key._asdict(), n=n) for key, n in changes.items() if n
    )


def fold(module_id: int) -> int:
    """Merge the appended rows of a module into one row a key; returns the rows removed.

    Only rows that this transaction locked are summed and deleted, so that writers and another
    fold going on at the same time neither wait nor count anything twice.
    """
    with transaction.atomic():
        rows = list(
            DatasheetCount.objects.filter(module_id=module_id).select_for_update(skip_locked=True)
        )
        sums: Counter[CountKey] = Counter()
        for row in rows:
            sums[CountKey(row.module_id, row.status_id, row.shelf, row.responsible_id)] += row.n
        if len(rows) <= len(sums):
            return 0
        DatasheetCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
        add(sums)
    return len(rows)


def kept() -> Counter[CountKey]:
    """The counts as they are kept, zeros left out."""
    rows = DatasheetCount.objects.values_list(
        "module_id", "status_id", "shelf", "responsible_id"
    ).annotate(total=Sum("n"))
    return Counter({CountKey(*row[:4]): row[4] for row in rows if row[4]})


def counted() -> Counter[CountKey]:
    """The counts by their definition: the datasheets themselves, counted."""
    rows = Datasheet.objects.values_list(
        "module_id", "status_id", "shelf", "responsible_id"
    ).annotate(total=Count("pk"))
    return Counter({CountKey(*row[:4]): row[4] for row in rows.order_by()})
