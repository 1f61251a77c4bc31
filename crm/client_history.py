"""A client's joined history: that of its datasheets, and what was changed on the client itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.constants import EntryKind
from crm.forms.when import Moment
from crm.history import Names, Part, Told, phrase, tell
from crm.models import Client, Datasheet, HistoryEntry

LABELS = {
    "name": gettext_lazy("Company name"),
    "tax_number": gettext_lazy("Tax number"),
    "eu_vat_number": gettext_lazy("EU VAT number"),
    "registration_number": gettext_lazy("Registration number"),
    "website": gettext_lazy("Website"),
    "industry": gettext_lazy("Industry"),
    "size": gettext_lazy("Size"),
    "bank_account": gettext_lazy("Bank account"),
    "notes": gettext_lazy("Notes"),
    "addresses": gettext_lazy("Address"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Email"),
    "position": gettext_lazy("Position"),
    "contact_name": gettext_lazy("Name"),
}


@dataclass(frozen=True)
class ClientEntry:
    """An entry with its sentence, and the datasheet that it belongs to, if any."""

    told: Told
    parts: Sequence[Part]
    datasheet: Datasheet | None


def entries_of(
    client: Client, entries: Sequence[HistoryEntry], moment: Moment
) -> list[ClientEntry]:
    """The entries as they are drawn on the client's page."""
    names = Names.of(entries)
    drawn = []
    for entry in entries:
        if entry.datasheet is not None:
            entry.datasheet.client = client
        told = tell(entry, names, moment)
        own = entry.datasheet is None and entry.kind != EntryKind.FIELD
        parts = _sentence(entry) if own else told.parts
        drawn.append(ClientEntry(told, parts, entry.datasheet))
    return drawn


def _sentence(entry: HistoryEntry) -> list[Part]:
    """What happened to the client itself, in words."""
    who = entry.author.full_name if entry.author else _("The system")
    if entry.kind == EntryKind.CHANGED:
        return _changed(entry, who)
    if entry.kind == EntryKind.IMPORTED and entry.data.get("file"):
        row = {"file": entry.data["file"], "row": str(entry.data.get("row"))}
        return phrase(_("{who} imported this client from {file}, row {row}"), who=who, **row)
    said = {
        EntryKind.CREATED: _("{who} made this client"),
        EntryKind.TRASHED: _("{who} moved the client to the trash"),
        EntryKind.RESTORED: _("{who} brought the client back from the trash"),
        EntryKind.IMPORTED: _("{who} imported this client"),
        EntryKind.ERASED: _("{who} erased personal data"),
    }.get(EntryKind(entry.kind), _("{who} changed the client"))
    return phrase(said, who=who)


def _changed(entry: HistoryEntry, who: str) -> list[Part]:
    data = entry.data
    field, old, new = data.get("field", ""), data.get("from") or "", data.get("to") or ""
    if field == "contact":
        if new:
            return phrase(_("{who} added {contact}"), who=who, contact=new)
        return phrase(_("{who} took off {contact}"), who=who, contact=old)
    label = str(LABELS.get(field, field))
    if data.get("of"):
        label = f"{data['of']}, {label}"
    if not old:
        return phrase(_("{who} wrote {what}: {new}"), who=who, what=label, new=new)
    if not new:
        return phrase(_("{who} cleared {what}: it was {old}"), who=who, what=label, old=old)
    return phrase(
        _("{who} changed {what} from {old} to {new}"), who=who, what=label, old=old, new=new
    )
