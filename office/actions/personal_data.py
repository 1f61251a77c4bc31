"""A person's data, handed out or erased, over all that keeps some: records, imports, the log."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Company, User
from crm.actions import erase as erasing
from crm.personal import collect
from crm.traces import Subject, traces_of
from importer import erasing as imports
from office.outline import outline, words_of

# The parts of the data as the page shows them; the history is written in sentences.
SECTIONS = {
    "client": _("Client"),
    "contacts": _("Contacts"),
    "datasheets": _("Datasheets"),
    "imports": _("Imported rows"),
}


def erase(client_id: int, contact_id: int | None, *, actor: User) -> dict[str, int]:
    """Erase everything about a client, or one contact of it, at once; how much it was.

    What is logged are numbers only. Raises Http404, or Refused while an import of theirs loads.
    """
    with transaction.atomic():
        subject = erasing.locked(client_id, contact_id)
        traces = traces_of(subject)
        found = imports.find(subject, traces)
        key = subject.key
        numbers = erasing.erase(subject, traces, actor=actor).told()
        if rows := imports.erase(found, traces):
            numbers["rows"] = rows
        told = {"client": subject.client.pk, **numbers}
        if subject.contact is not None:
            told["contact"] = subject.contact.pk
        audit.record(actor, "personal_data.erased", key, told)
    return numbers


def would_erase(client_id: int, contact_id: int | None, *, actor: User) -> dict[str, int]:
    """The numbers of :func:`erase`, found by doing it and taking it back: files stay, too."""
    with transaction.atomic():
        numbers = erase(client_id, contact_id, actor=actor)
        transaction.set_rollback(True)
    return numbers


def hand_out(subject: Subject, *, actor: User) -> IO[bytes]:
    """Everything as one zip: data.json for machines, data.html for people, the stored files."""
    traces = traces_of(subject)
    found = collect(subject, traces)
    found.data["imports"] = imports.cells_of(imports.find(subject, traces))
    context = {
        "sections": [(title, outline(found.data.get(key))) for key, title in SECTIONS.items()],
        "history": [one | {"when": words_of(one["at"])} for one in found.data["history"]],
        "name": subject.name,
        "company": Company.current(),
        "at": timezone.now(),
        "files": sorted(found.files),
    }
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(found.data, ensure_ascii=False, indent=2))
        page = render_to_string("office/personal_data/data.html", context)
        packed.writestr("data.html", page)
        packed.write(settings.BASE_DIR / "office/handout.css", "style.css")
        for name, stored in found.files.items():
            _pack(packed, name, stored)
    file.seek(0)
    told: dict[str, Any] = {"client": subject.client.pk, "files": len(found.files)}
    if subject.contact is not None:
        told["contact"] = subject.contact.pk
    audit.record(actor, "personal_data.exported", subject.key, told)
    return file


def _pack(packed: zipfile.ZipFile, name: str, stored: str) -> None:
    try:
        with default_storage.open(stored) as content, packed.open(name, "w") as copy:
            while block := content.read(1 << 16):
                copy.write(block)
    except FileNotFoundError:
        packed.writestr(f"{name}.missing.txt", "")
