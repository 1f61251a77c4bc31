"""Out of the trash for good: datasheets and clients with all that hangs on them."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from accounts import audit
from accounts.models import User
from crm import access, keeping
from crm.actions import counts
from crm.actions.base import lock_first
from crm.actions.field_changes import files_of, forget_files
from crm.constants import Shelf
from crm.errors import Forbidden
from crm.models import Client, Datasheet

BLOCK = 200


def purge(datasheet_id: int, *, actor: User) -> None:
    """Delete a trashed datasheet for good, with its todos and history: administrators only."""
    with transaction.atomic():
        datasheet = lock_first(Datasheet.objects.trashed_for(actor), datasheet_id)
        allowed = access.may(actor, "purge", datasheet)
        if not allowed:
            raise Forbidden(allowed.reason)
        audit.record(actor, "datasheet.purged", datasheet.title, _ids(datasheet))
        _delete([datasheet])


def purge_client(client_id: int, *, actor: User) -> None:
    """Delete a trashed client for good, with its contacts, datasheets and whole history."""
    with transaction.atomic():
        client = _locked_in_trash(client_id)
        if client is None:
            raise Http404
        allowed = access.may(actor, "purge", client)
        if not allowed:
            raise Forbidden(allowed.reason)
        audit.record(actor, "client.purged", client.name, {"client": client.pk})
        _delete_client(client)


def empty_trash() -> tuple[int, int]:
    """Delete what has been in the trash for too long; how many datasheets and clients."""
    sheets = clients = 0
    old = Datasheet.objects.filter(shelf=Shelf.TRASH, trashed_at__lt=keeping.trash_limit())
    while n := _purge_block(old):
        sheets += n
    limit = keeping.trash_limit()
    gone = Client.objects.filter(trashed_at__lt=limit)
    for pk in list(gone.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            client = _locked_in_trash(pk)
            if client is not None and client.trashed_at and client.trashed_at < limit:
                _delete_client(client)
                clients += 1
    if sheets or clients:
        audit.record(None, "trash.emptied", "", {"datasheets": sheets, "clients": clients})
    return sheets, clients


def _purge_block(old: QuerySet[Datasheet]) -> int:
    with transaction.atomic():
        locked = old.order_by("pk").select_for_update(of=("self",))
        block: list[Datasheet] = list(locked[:BLOCK])
        if block:
            _delete(block)
    return len(block)


def _delete(datasheets: list[Datasheet]) -> None:
    gone: Counter[counts.CountKey] = Counter()
    gone.subtract(counts.key_of(datasheet) for datasheet in datasheets)
    counts.add(gone)
    forget_files(files_of(datasheet__in=datasheets))
    Datasheet.objects.filter(pk__in=[datasheet.pk for datasheet in datasheets]).delete()


def lock_all(datasheets: QuerySet[Datasheet]) -> list[Datasheet]:
    """Lock them in the order of their keys; before their client, as everybody does."""
    return list(datasheets.order_by("pk").select_for_update(of=("self",)))


def lock_client(found: QuerySet[Client]) -> Client | None:
    """Lock the client; others may still write rows that name it, and wait for nothing."""
    client: Client | None = found.select_for_update(of=("self",), no_key=True).first()
    return client


def _locked_in_trash(client_id: int) -> Client | None:
    lock_all(Datasheet.objects.filter(client=client_id))
    return lock_client(Client.objects.filter(pk=client_id, trashed_at__isnull=False))


def _delete_client(client: Client) -> None:
    """A trashed client has trashed datasheets only (crm.actions.clients.trash_client)."""
    _delete(lock_all(Datasheet.objects.filter(client=client)))
    forget_files(files_of(client=client))
    client.delete()


def _ids(datasheet: Datasheet) -> dict[str, int]:
    return {"datasheet": datasheet.pk, "client": datasheet.client_id}
