"""What people write down on a datasheet: notes, calls, meetings."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from crm.actions.base import changing, record
from crm.constants import EntryKind
from crm.errors import Refused
from crm.models import Contact, HistoryEntry

WRITTEN_BY_HAND = frozenset({EntryKind.NOTE, EntryKind.CALL, EntryKind.MEETING, EntryKind.EMAIL})


def write_down(
    datasheet_id: int,
    kind: EntryKind,
    text: str,
    *,
    actor: User,
    contact_id: int | None = None,
) -> HistoryEntry:
    """Add a note, call, meeting or email to the history of a datasheet."""
    if kind not in WRITTEN_BY_HAND:
        raise Refused(_("Choose note, call or meeting."), field="kind")
    if not text.strip():
        raise Refused(_("Write what happened."), field="text")
    with changing(datasheet_id, actor=actor) as datasheet:
        contact = Contact.objects.filter(client=datasheet.client_id, pk=contact_id or 0).first()
        if contact is None and contact_id is not None:
            raise Refused(_("Choose a contact of this client."), field="contact")
        return record(kind, datasheet, actor=actor, text=text.strip(), contact=contact)
