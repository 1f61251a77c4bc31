"""The history as it is shown: an entry with its sentence, its time in words, its icon.

The sentences themselves are made in :mod:`crm.sentences`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from crm import day_words, words
from crm.constants import EntryKind
from crm.forms.when import Moment
from crm.models import HistoryEntry
from crm.sentences import Names, Part, phrase, sentence

__all__ = ["Names", "Part", "Told", "phrase", "sentence", "tell"]

_ICONS = {
    EntryKind.NOTE: "sticky-note",
    EntryKind.CALL: "phone",
    EntryKind.MEETING: "users",
    EntryKind.EMAIL: "mail",
    EntryKind.DONE: "check",
    EntryKind.CREATED: "plus",
    EntryKind.PLANNED: "calendar-plus",
    EntryKind.POSTPONED: "calendar-arrow-up",
    EntryKind.CHANGED_TODO: "pencil",
    EntryKind.DELETED_TODO: "x",
    EntryKind.CANCELLED_TODO: "x",
    EntryKind.NO_NEXT: "unlink",
    EntryKind.STATUS: "arrow-right",
    EntryKind.RESPONSIBLE: "user-round",
    EntryKind.STEP: "square-check",
    EntryKind.TRASHED: "trash-2",
    EntryKind.IMPORTED: "upload",
}
_TONES = {EntryKind.DONE: "ok", EntryKind.STATUS: "accent", EntryKind.STEP: "accent"}
# What a person wrote stands under the sentence; elsewhere the text is in the sentence itself.
_BODIED = frozenset(
    {EntryKind.NOTE, EntryKind.CALL, EntryKind.MEETING, EntryKind.EMAIL, EntryKind.DONE}
)


_A_YEAR_AGO = 300


@dataclass(frozen=True)
class Told:
    """An entry as it is drawn. ``fresh``: it happened just now, and asks how it went."""

    entry: HistoryEntry
    parts: Sequence[Part]
    when: str
    full_when: str
    fresh: bool = False
    can_undo: bool = False
    can_reopen: bool = False
    can_tell: bool = False

    @property
    def body(self) -> str:
        return self.entry.text if self.entry.kind in _BODIED else ""

    @property
    def outcome(self) -> str:
        return str(self.entry.data.get("outcome") or "")

    @property
    def icon(self) -> str:
        return _ICONS.get(EntryKind(self.entry.kind), "pencil")

    @property
    def tone(self) -> str:
        return _TONES.get(EntryKind(self.entry.kind), "")

    @property
    def taken_back(self) -> bool:
        return self.entry.taken_back_at is not None


def tell(entry: HistoryEntry, names: Names, moment: Moment, **more: bool) -> Told:
    """The entry with its sentence and its time in words."""
    return Told(
        entry,
        sentence(entry, names, moment),
        _time_words(entry.at, moment),
        words.full_label(entry.at, True, moment.zone),
        **more,
    )


def _time_words(at: datetime, moment: Moment) -> str:
    """ "Today 14:12", "Fri 20 Nov, 11:05", "20 Nov 2024, 11:05"."""
    local = at.astimezone(moment.zone)
    clock = day_words.clock(local.time())
    ago = (moment.today - local.date()).days
    if ago == 0:
        return _("Today %(time)s") % {"time": clock}
    if ago == 1:
        return _("Yesterday %(time)s") % {"time": clock}
    write = day_words.day_with_weekday if ago < _A_YEAR_AGO else day_words.day_with_year
    return f"{write(local.date())}, {clock}"
