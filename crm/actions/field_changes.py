"""What every change of a field of the company's shares: storing, files, the history entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from crm import keeping, values
from crm.actions.base import record as record_datasheet
from crm.actions.clients import record_client
from crm.constants import EntryKind
from crm.errors import Missing, Refused
from crm.models import Contact, Datasheet, FieldValue, HistoryEntry, KeptFile
from crm.value_rows import Record, Values, about_of, module_of, read, store
from modules.fieldtypes import StoredFile, type_of
from modules.models import Field, FieldType, Status

# Holders don't wait for each other, nor for the next automatic number.
_HOLD = "SELECT id FROM modules_field WHERE id = %s FOR KEY SHARE"
BLOCK = 500
LONGEST_TOLD = 300
"""Characters of a value that the history tells; the value itself is in the entry's data."""


def change(record: Record, field: Field, new: Any, *, actor: User) -> HistoryEntry | None:
    """Give a locked record another value, with its entry; None when it had that one."""
    old = read(record, field)
    if isinstance(new, UploadedFile):
        new = keep_file(new)
    if new == old:
        return None
    refuse_while_filled(field)
    store(record, field, new)
    entry = tell(record, field, old, new, actor=actor)
    if isinstance(old, StoredFile):
        kept = {"file": old.name, "name": old.original}
        KeptFile.objects.create(entry=entry, field=field, at=entry.at, **kept)
    return entry


def refuse_while_filled(field: Field) -> None:
    """Holds a field that is about to get a value: who removes it or changes its type waits.

    Refused when that has happened meanwhile, until its values are brought over.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as db:
            db.execute(_HOLD, [field.pk])
    if not Field.objects.live().filter(pk=field.pk, filled_from=None).exists():
        raise Refused(_("This field is being changed at the moment. Try again in a minute."))


def fill(datasheet: Datasheet, given: Values, *, actor: User, status: Status | None) -> None:
    """Write the values that came with a change of status; a locked datasheet.

    Raises :class:`Missing` when the status asks for more (None: it stays where it stands).
    """
    filled = {pk for pk, value in given.items() if value is not None}
    if status is not None:
        lacking = values.missing(datasheet, status, actor, filled)
        if lacking:
            raise Missing(datasheet, [field.pk for field in lacking])
    if filled:
        write(datasheet, {pk: given[pk] for pk in filled}, actor=actor)


def write(record: Record, given: Values, *, actor: User) -> None:
    """Set several fields of a locked record; those that don't exist for the actor stay."""
    if not given:
        return
    mine = values.fields_for(actor, about_of(record), module_of(record), pk__in=sorted(given))
    for field in mine:
        if field.type != FieldType.NUMBER:
            change(record, field, given[field.pk], actor=actor)


def keep_file(upload: UploadedFile[Any]) -> StoredFile:
    """Store an upload under a name that nobody can guess; its own name is only remembered."""
    name = default_storage.save(f"fields/{token_hex(16)}", upload)
    return StoredFile(name, (upload.name or "")[-200:])


def forget_files(names: Iterable[str]) -> None:
    """Delete stored files once the change that made them needless is committed."""
    for name in [one for one in names if one]:
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]


def files_of(**owner: Any) -> list[str]:
    """The stored files of the values that match, and those that were once, to forget them with
    their record.
    """
    found = FieldValue.objects.filter(**owner).exclude(file="")
    kept = KeptFile.objects.filter(**{f"entry__{name}": value for name, value in owner.items()})
    return [*found.values_list("file", flat=True), *kept.values_list("file", flat=True)]


def forget_kept(kept: QuerySet[KeptFile]) -> int:
    """Drop files that were kept for an undo; how many."""
    names = list(kept.select_for_update().order_by("pk").values_list("file", flat=True))
    forget_files(names)
    kept.delete()
    return len(names)


def forget_replaced_files() -> int:
    """Drop those whose change is too old to be taken back (crm.keeping); how many. In blocks."""
    gone = 0
    while True:
        old = KeptFile.objects.filter(at__lt=keeping.trash_limit()).order_by("pk")
        with transaction.atomic():
            block = list(old.values_list("pk", flat=True)[:BLOCK])
            n = forget_kept(KeptFile.objects.filter(pk__in=block))
        if not n:
            return gone
        gone += n


def file_can_come_back(entry: HistoryEntry) -> bool:
    """Whether a change of a file, as its entry tells it, is young enough to be taken back."""
    data = entry.data
    if not data.get("from_shown"):
        return bool(data.get("to"))
    return bool(data.get("from")) and entry.at >= keeping.trash_limit()


def tell(record: Record, field: Field, old: Any, new: Any, *, actor: User) -> HistoryEntry:
    """The entry "from what to what"."""
    data = told(field, old, new)
    if isinstance(record, Datasheet):
        return record_datasheet(EntryKind.FIELD, record, actor=actor, data=data)
    contact = record if isinstance(record, Contact) else None
    if contact is not None:
        data["of"] = contact.full_name
    client = contact.client if contact is not None else record
    return record_client(EntryKind.FIELD, client, actor=actor, data=data, contact=contact)  # type: ignore[arg-type]


def told(field: Field, old: Any, new: Any) -> dict[str, Any]:
    """What such an entry tells, in both languages because who reads it may have another."""
    kind = type_of(field)
    is_file = isinstance(old or new, StoredFile)
    data: dict[str, Any] = {
        "field": field.pk,
        "label": _both(lambda: field.label),
        "from": kind.dump(old),
        "to": kind.dump(new),
        "from_shown": _both(lambda: kind.display(field, old)[:LONGEST_TOLD]),
        "to_shown": _both(lambda: kind.display(field, new)[:LONGEST_TOLD]),
    }
    if is_file:
        data |= {"file": True}
        data |= {"from_shown": str(old or ""), "to_shown": str(new or "")}
    return data


def _both(words: Callable[[], str]) -> str | dict[str, str]:
    """The words as they are in each language; a plain text where it is the same."""
    said = {}
    for language in ("hu", "en"):
        with override(language):
            said[language] = words()
    return said["en"] if said["en"] == said["hu"] else said
