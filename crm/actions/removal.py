"""Clients and datasheets deleted in bulk with all that hangs on them, as if they had never been.

For the undo of an import only: everybody else's way is the trash and :mod:`crm.actions.purge`.
Within a transaction that holds the records; what hangs on them goes first, table by table. A
table that refers to them and is missing here makes the commit fail (a test looks for such ones).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import QuerySet

from crm.actions import counts
from crm.actions.field_changes import files_of, forget_files
from crm.bulk import among, delete
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    FieldValue,
    HistoryEntry,
    KeptFile,
    Phone,
    SearchDoc,
    StepTick,
    Todo,
)


def hold(clients: Collection[int]) -> None:
    """Lock these clients and their datasheets, in the order in which everybody locks them.

    Whoever is about to hang something on one of them waits, and finds it gone.
    """
    list(_of(clients).order_by("pk").select_for_update().values_list("pk"))
    found = Client.objects.filter(pk__in=among(clients)).order_by("pk")
    list(found.select_for_update().values_list("pk"))


def remove_clients(clients: Collection[int]) -> None:
    """Delete these clients, their datasheets and whole history; the counts and the index know."""
    _uncount(_of(clients))
    sheets = list(_of(clients).values_list("pk", flat=True))
    _remove_what_hangs_on(sheets)
    these = among(clients)
    forget_files(files_of(client__in=these))
    delete(KeptFile.objects.filter(entry__client__in=these))
    delete(HistoryEntry.objects.filter(client__in=these))
    delete(FieldValue.objects.filter(client__in=these))
    delete(SearchDoc.objects.filter(client__in=these))
    delete(Datasheet.objects.filter(pk__in=among(sheets)))
    for model in (Phone, Email, Address, Contact):
        delete(model._default_manager.filter(client__in=these))
    delete(Client.objects.filter(pk__in=these))


def remove_datasheets(sheets: Collection[int]) -> None:
    """Delete these datasheets with their todos and history; the caller brings the index in line."""
    these = among(sheets)
    found = Datasheet.objects.filter(pk__in=these)
    _uncount(found)
    _remove_what_hangs_on(sheets)
    delete(KeptFile.objects.filter(entry__datasheet__in=these))
    delete(HistoryEntry.objects.filter(datasheet__in=these))
    delete(found)


def _of(clients: Collection[int]) -> QuerySet[Datasheet]:
    return Datasheet.objects.filter(client__in=among(clients))


def _uncount(sheets: QuerySet[Datasheet]) -> None:
    gone: Counter[counts.CountKey] = Counter()
    keys = sheets.order_by().values_list("module_id", "status_id", "shelf", "responsible_id")
    gone.subtract(counts.CountKey(*key) for key in keys)
    counts.add(gone)


def _remove_what_hangs_on(sheets: Collection[int]) -> None:
    these = among(sheets)
    forget_files(files_of(datasheet__in=these))
    for model in (FieldValue, StepTick, Todo):
        delete(model._default_manager.filter(datasheet__in=these))
