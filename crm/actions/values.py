"""The company's own fields of a record, set one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from crm import access, values
from crm.actions.base import changing
from crm.actions.clients import changing_client
from crm.actions.contacts import changing_contact
from crm.actions.field_changes import change, forget_files, keep_file, refuse_while_filled
from crm.errors import Conflict, Refused
from crm.models import Contact, Datasheet, HistoryEntry, KeptFile
from crm.value_rows import Record, about_of, module_of, read, store
from modules.fieldtypes import StoredFile, type_of
from modules.models import About, Field, FieldType

UNSEEN: Final = object()
"""Stands for "no form was filled from a value"."""


def set_value(
    record: Record, field_id: int, value: Any, *, actor: User, was: Any = UNSEEN
) -> HistoryEntry | None:
    """Give a field another value (None: empty; a file: its upload); None: it had that one.

    ``was`` is the value that the form was made from: with another one by now, :class:`Conflict`
    whose ``current`` is that other value. 404 where record or field don't exist for the actor.
    """
    if isinstance(value, UploadedFile):
        value = keep_file(value)
        try:
            return _set(record, field_id, value, actor, was)
        except Exception:
            default_storage.delete(value.name)
            raise
    return _set(record, field_id, value, actor, was)


def _set(record: Record, field_id: int, value: Any, actor: User, was: Any) -> HistoryEntry | None:
    with locked(record, actor=actor) as mine:
        field = field_of(mine, field_id, actor=actor)
        if field.type == FieldType.NUMBER:
            raise Refused(_("This number is given by the system."))
        now = read(mine, field)
        if was is not UNSEEN and now not in (was, value):
            raise Conflict(_("Somebody changed this field while you were editing."), now)
        status = mine.status if isinstance(mine, Datasheet) else None
        if value is None and now is not None and values.is_required(field, status):
            raise Refused(_("This field has to be filled in."), field="value")
        return change(mine, field, value, actor=actor)


def put_back(record: Record, entry: HistoryEntry, *, actor: User) -> None:
    """Take a change of a field back, on a locked record; refused when it was changed since."""
    field = _live(record, int(entry.data["field"]))
    if field is None or not access.sees_field(actor, field):
        raise Refused(_("That field is not there any more."))
    refuse_while_filled(field)
    kind = type_of(field)
    now = read(record, field)
    if now != kind.load(field, entry.data.get("to")):
        raise Refused(_("It was changed again since then, so it can't be taken back."))
    before = kind.load(field, entry.data.get("from"))
    if before is None and (entry.data.get("from") is not None or entry.data.get("from_shown")):
        raise _gone()
    if isinstance(before, StoredFile) and not KeptFile.objects.filter(entry=entry).delete()[0]:
        raise _gone()
    store(record, field, before)
    if isinstance(now, StoredFile):
        forget_files([now.name])


def _gone() -> Refused:
    return Refused(_("What it was before is not there any more."))


def record_of(entry: HistoryEntry) -> Record:
    """The record whose field an entry without a datasheet tells of."""
    if not entry.data.get("of"):
        return entry.client
    if entry.contact is None:
        raise Refused(_("That contact is not there any more."))
    return entry.contact


@contextmanager
def locked(record: Record, *, actor: User) -> Iterator[Record]:
    """The record as it is now, locked; saved with a new version when the change is made."""
    if isinstance(record, Datasheet):
        with changing(record.pk, actor=actor) as datasheet:
            yield datasheet
    elif isinstance(record, Contact):
        with changing_contact(record.pk, actor=actor) as (client, contact):
            contact.client = client
            yield contact
            contact.version += 1
            contact.save()
    else:
        with changing_client(record.pk, actor=actor) as client:
            yield client


def field_of(record: Record, field_id: int, *, actor: User) -> Field:
    """A live field of such records; 404 when it doesn't exist for the actor."""
    field = _live(record, field_id)
    if field is None or not access.sees_field(actor, field):
        raise Http404
    return field


def _live(record: Record, field_id: int) -> Field | None:
    about: About = about_of(record)
    found = Field.objects.live().filter(about=about, module=module_of(record), pk=field_id)
    found = found.select_related("group", "required_from__group")
    return found.prefetch_related("choices").first()
