"""Erasing a person's data: what happened stays in the history, but nameless.

Of the person's own client everything that somebody wrote goes; elsewhere whatever names them
(:mod:`crm.traces`). What is left are dates, statuses, numbers and who among the users did it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AuditEntry, Company, User
from crm import search, search_tidy
from crm.actions import exports
from crm.actions.clients import record_client
from crm.actions.field_changes import forget_files, forget_kept
from crm.actions.purge import lock_all, lock_client
from crm.constants import EntryKind
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
    Todo,
)
from crm.traces import Subject, Traces, candidates
from modules.models import FieldType

ERASED: Final = "[erased]"
BLOCK: Final = 500
# Kept of an entry's values: what says which thing happened and when, not to whom.
KEPT: Final = frozenset(
    {
        "field",
        "label",
        "due_at",
        "since",
        "zone",
        "verb",
        "key",
        "facts",
        "facts_after",
        "before_at",
    }
)
# Fields of our own whose values are days and signs, which sentences read.
PLAIN_FIELDS: Final = frozenset({"registered_on", "unsubscribed", "document_type"})
WRITTEN: Final = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LINK, FieldType.FILE)


@dataclass
class Numbers:
    """How much was erased, for the page that asks and for the log."""

    contacts: int = 0
    channels: int = 0
    values: int = 0
    files: int = 0
    todos: int = 0
    entries: int = 0
    datasheets: int = 0
    elsewhere: int = 0

    def told(self) -> dict[str, int]:
        """Those that aren't zero."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: n for name, n in pairs if n}


def locked(client_id: int, contact_id: int | None) -> Subject:
    """Lock the client's datasheets by their keys, then the client; 404 when it isn't there.

    In this order everybody locks them: who changes a datasheet comes to its client at the end.
    """
    sheets = Datasheet.objects.filter(client=client_id).order_by("pk")
    lock_all(sheets)
    client = lock_client(Client.objects.filter(pk=client_id))
    contact = Contact.objects.filter(pk=contact_id or 0, client=client_id).first()
    if client is None or (contact is None and contact_id is not None):
        raise Http404
    lock_all(sheets)  # one may have come between; now none can any more
    return Subject.of(client, contact)


def erase(subject: Subject, traces: Traces, *, actor: User) -> Numbers:
    """Erase within the transaction that :func:`locked` the subject; how much it was."""
    eraser = _Eraser(subject, traces)
    eraser.erase_texts()
    eraser.erase_elsewhere()
    eraser.erase_people()
    eraser.erase_log()
    record_client(EntryKind.ERASED, subject.client, actor=actor, contact=subject.contact)
    search.reindex([subject.client.pk])
    search_tidy.tidy_later(actor)
    exports.forget_all()
    return eraser.numbers


class _Eraser:
    def __init__(self, subject: Subject, traces: Traces) -> None:
        self.subject = subject
        self.client = subject.client
        self.traces = traces
        self.ids = [contact.pk for contact in subject.contacts()]
        self.numbers = Numbers(contacts=len(self.ids))
        self.pattern = traces.pattern()

    # ---- What was written at the client's own records ------------------------------------------

    def erase_texts(self) -> None:
        """History, todos, names of datasheets and written values of the client."""
        entries = HistoryEntry.objects.filter(client=self.client).select_related("todo")
        for entry in _each(entries):
            about = entry.contact_id in self.ids
            about |= entry.todo is not None and entry.todo.contact_id in self.ids
            if about or self._is_mine(entry.text, entry.data):
                self.numbers.entries += self._scrub_entry(entry)
        for todo in _each(Todo.objects.filter(datasheet__client=self.client)):
            if todo.contact_id in self.ids or self._is_mine(
                todo.text, todo.comment, todo.checklist
            ):
                self.numbers.todos += _scrub_todo(todo)
        for sheet in _each(Datasheet.objects.filter(client=self.client).exclude(name="")):
            if self.traces.are_in(sheet.name, own=True):
                self._unname(sheet)
        values = FieldValue.objects.filter(datasheet__client=self.client)
        mine = [
            value.pk
            for value in _each(values.filter(field__type__in=WRITTEN))
            if self._is_mine(value.text)
        ]
        self._delete_values(values.filter(pk__in=mine))

    def _is_mine(self, *told: Any) -> bool:
        return self.subject.is_whole or any(self.traces.are_in(one, own=True) for one in told)

    def _scrub_entry(self, entry: HistoryEntry) -> int:
        text = ERASED if entry.text else ""
        data = scrubbed(entry.data, self.traces)
        if (text, data) == (entry.text, entry.data):
            return 0
        if entry.data.get("file") is True:
            self.numbers.files += forget_kept(KeptFile.objects.filter(entry=entry))
        entry.text, entry.data = text, data
        entry.save(update_fields=["text", "data"])
        return 1

    def _unname(self, sheet: Datasheet) -> None:
        sheet.name = ""
        sheet.version += 1
        sheet.save(update_fields=["name", "folded_name", "version"])
        self.numbers.datasheets += 1

    # ---- Other clients' records that name them -------------------------------------------------

    def erase_elsewhere(self) -> None:
        """Texts of others in which only this person can be meant."""
        if not self.pattern:
            return
        others = ~Q(client=self.client)
        for entry in self._naming(HistoryEntry.objects.filter(others), ("text",), ("data",)):
            self.numbers.elsewhere += self._scrub_entry(entry)
        todos = Todo.objects.exclude(datasheet__client=self.client)
        for todo in self._naming(todos, ("text", "comment"), ("checklist",)):
            self.numbers.elsewhere += _scrub_todo(todo)
        for sheet in self._naming(Datasheet.objects.filter(others), ("name",)):
            self._unname(sheet)
            search.reindex([sheet.client_id])
        values = FieldValue.objects.exclude(
            Q(client=self.client) | Q(datasheet__client=self.client)
        )
        named = [value.pk for value in self._naming(values, ("text",))]
        self._delete_values(values.filter(pk__in=named))
        for client in self._naming(Client.objects.exclude(pk=self.client.pk), ("notes",)):
            Client.objects.filter(pk=client.pk).update(notes=ERASED, version=client.version + 1)
            self.numbers.elsewhere += 1
        for contact in self._naming(Contact.objects.exclude(pk__in=self.ids), ("position",)):
            Contact.objects.filter(pk=contact.pk).update(position="", version=contact.version + 1)
            self.numbers.elsewhere += 1

    def _naming(
        self, rows: QuerySet[Any], texts: tuple[str, ...], documents: tuple[str, ...] = ()
    ) -> list[Any]:
        """The rows whose columns name the person; JSON columns are read as text."""
        as_text: dict[str, Any] = {f"{name}_text": Cast(name, TextField()) for name in documents}
        found = rows.annotate(**as_text).filter(candidates((*texts, *as_text), self.pattern))
        return [
            row
            for row in found.order_by("pk")
            if any(self.traces.are_in(getattr(row, name)) for name in (*texts, *documents))
        ]

    # ---- The person ------------------------------------------------------------------------------

    def erase_people(self) -> None:
        """Contacts lose their names and channels; with the whole client, it does, too."""
        whole = self.subject.is_whole
        own: dict[str, Any] = {"client": self.client} if whole else {"contact__in": self.ids}
        for channel in (Phone, Email):
            self.numbers.channels += channel.objects.filter(**own).delete()[0]
        self._delete_values(FieldValue.objects.filter(**own))
        with override(Company.current().language):
            person = _("Erased person")
            company = _("Erased company")
        for contact in Contact.objects.filter(pk__in=self.ids):
            contact.family_name, contact.given_name, contact.position = person, "", ""
            contact.version += 1
            contact.save()
        if whole:
            self.numbers.channels += Address.objects.filter(client=self.client).delete()[0]
            self._blank_client(company if self.client.is_company else person)

    def _blank_client(self, name: str) -> None:
        client = self.client
        for column in ("tax_number", "eu_vat_number", "registration_number", "website"):
            setattr(client, column, "")
        client.industry = client.size = client.bank_account = client.notes = ""
        client.name = name
        client.version += 1
        client.save()

    def _delete_values(self, values: QuerySet[FieldValue]) -> None:
        files = list(values.exclude(file="").values_list("file", flat=True))
        forget_files(files)
        self.numbers.files += len(files)
        self.numbers.values += values.delete()[0]

    # ---- The activity log ------------------------------------------------------------------------

    def erase_log(self) -> None:
        """Entries about them say "client 12" instead of a name."""
        about = Q(data__contact__in=self.ids)
        if self.subject.is_whole:
            about |= Q(data__client=self.client.pk)
        rows = AuditEntry.objects.annotate(data_text=Cast("data", TextField()))
        if self.pattern:
            about |= candidates(("target_text", "data_text"), self.pattern)
        for entry in rows.filter(about):
            linked = entry.data.get("client") == self.client.pk and self.subject.is_whole
            linked |= entry.data.get("contact") in self.ids
            if linked or self.traces.are_in([entry.target_text, entry.data]):
                text = self.subject.key if entry.target_text else ""
                data = _map_texts(entry.data, self._without_own if linked else self._without_names)
                AuditEntry.objects.rub_out(entry, text, data)

    def _without_names(self, told: str) -> str:
        return ERASED if self.traces.are_in(told) else told

    def _without_own(self, told: str) -> str:
        return ERASED if self.traces.are_in(told, own=True) else told


def scrubbed(data: dict[str, Any], traces: Traces) -> dict[str, Any]:
    """An entry's values without what somebody wrote; ids, dates and keys stay."""
    clean: dict[str, Any] = {}
    plain = data.get("field") in PLAIN_FIELDS
    for key, told in data.items():
        if key in KEPT or (plain and key in ("from", "to")):
            clean[key] = told
        elif key in ("from", "to") and data.get("file") is True:  # no way back to a file
            clean[key] = None
        elif key == "file":  # the name of an imported file, unless it is theirs
            clean[key] = ERASED if traces.are_in(told) else told
        elif key == "checklist":
            clean[key] = []
        elif isinstance(told, dict):
            clean[key] = scrubbed(told, traces)
        else:
            clean[key] = _map_texts(told, lambda text: ERASED if text else "")
    return clean


def _map_texts(told: Any, change: Callable[[str], str]) -> Any:
    if isinstance(told, str):
        return change(told)
    if isinstance(told, dict):
        return {key: _map_texts(one, change) for key, one in told.items()}
    if isinstance(told, list):
        return [_map_texts(one, change) for one in told]
    return told


def _scrub_todo(todo: Todo) -> int:
    """Its version goes on, so that no undo and no open form brings the text back."""
    todo.text, todo.comment, todo.checklist = ERASED, "", []
    todo.version += 1
    todo.save(update_fields=["text", "comment", "checklist", "version"])
    return 1


def _each(rows: QuerySet[Any]) -> Iterator[Any]:
    """All rows in blocks by their id, so that a long history isn't held at once."""
    after = 0
    while block := list(rows.filter(pk__gt=after).order_by("pk")[:BLOCK]):
        yield from block
        after = block[-1].pk
