"""Times of day as people type them: "9:30", "9-kor", "fél 10", "3 pm", "délután 3", "at noon".

Works on folded text (web.text.fold). Half of typed_dates.py, which says how the two fit together.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from django.utils.translation import gettext as _


class Unreadable(ValueError):
    """The text is no date; ``message`` says what is wrong and which forms work, for the reader."""

    def __init__(self, problem: str) -> None:
        forms = _("Try “tomorrow 9:30”, “Friday”, “8 Dec”, “in 3 days” or “2026-12-01 14:00”.")
        self.message = f"{problem} {forms}"
        super().__init__(self.message)


# fmt: off
NUMBER_WORDS: Final = {
    "egy": 1, "ketto": 2, "ket": 2, "harom": 3, "negy": 4, "ot": 5, "hat": 6, "het": 7,
    "nyolc": 8, "kilenc": 9, "tiz": 10, "tizenegy": 11, "tizenketto": 12, "tizenket": 12,
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}
# fmt: on


def alternatives(words: dict[str, int] | tuple[str, ...]) -> str:
    """The words as a part of a pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def number(text: str) -> int:
    """A number written in digits or as a word of NUMBER_WORDS."""
    return NUMBER_WORDS.get(text) or int(text)


# A part of the day: its own hour when it stands alone, and whether small hours are after noon.
# fmt: off
_PARTS: Final = {
    "hajnalban": (5, False), "hajnal": (5, False), "reggel": (9, False),
    "delelott": (10, False), "de.": (10, False), "de": (10, False),
    "delutan": (14, True), "du.": (14, True), "du": (14, True),
    "este": (18, True), "ejjel": (22, True),
    "in the morning": (9, False), "this morning": (9, False), "morning": (9, False),
    "in the afternoon": (14, True), "this afternoon": (14, True), "afternoon": (14, True),
    "in the evening": (18, True), "this evening": (18, True), "evening": (18, True),
    "am": (9, False), "a.m.": (9, False), "pm": (14, True), "p.m.": (14, True),
}
# fmt: on
_PART_WORDS: Final = alternatives(tuple(_PARTS))
_NOON: Final = ("delben", "del", "noon", "midday", "12 ora")
_FRACTIONS: Final = {"negyed": 15, "fel": 30, "haromnegyed": 45}
_ENDING: Final = r"(?:\s*-?\s*(?:korra|kor|ra|re|ig|tol|tol))?"
_HOUR: Final = rf"(?P<hour>\d{{1,2}}|{alternatives(NUMBER_WORDS)})"

_CLOCK: Final = re.compile(
    rf"(?:(?P<before>{_PART_WORDS})\s*)?(?:at\s+|@\s*)?{_HOUR}"
    r"(?:(?P<sign>[:.]|\s*h\s*|\s*ora\s+)(?P<minute>\d{2})(?::\d{2})?(?:\s*perc)?)?"
    rf"(?P<unit>\s*(?:orakor|orara|ora|o'?clock|h))?(?P<ending>{_ENDING})"
    rf"(?:\s*(?P<after>{_PART_WORDS}))?",
    re.ASCII,
)
_FRACTION: Final = re.compile(
    rf"(?:(?P<before>{_PART_WORDS})\s*)?(?P<part>{alternatives(tuple(_FRACTIONS))})"
    rf"\s+{_HOUR}(?P<ending>{_ENDING})",
    re.ASCII,
)


def _hour(text: str, part: str | None) -> int:
    hour = number(text)
    if part is None or hour > 12:
        return hour
    if part in ("am", "a.m.") and hour == 12:
        return 0
    later = _PARTS[part][1]
    if part == "ejjel" and hour < 6:
        later = False
    return hour + 12 if later and hour < 12 else hour


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        shown = f"{hour}:{minute:02}"
        raise Unreadable(_("No clock shows %(time)s.") % {"time": shown})
    return time(hour, minute)


def read_time(text: str, *, alone: bool) -> time | None:
    """The time of day that a folded text means, or None if it means none.

    ``alone``: nothing else was typed; then a bare number is no time, and 9.30 is a date.
    Raises Unreadable for a time that no clock shows.
    """
    if text in _NOON:
        return time(12)
    if text in _PARTS:
        return None if text in ("am", "pm", "a.m.", "p.m.") else time(_PARTS[text][0])
    if found := _FRACTION.fullmatch(text):
        hour = (_hour(found["hour"], found["before"]) - 1) % 24
        return _time(hour, _FRACTIONS[found["part"]])
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    part = found["after"] or found["before"]
    marked = part or found["unit"] or found["ending"] or (found["minute"] and found["sign"] != ".")
    if not marked and (alone or not found["hour"].isdigit()):
        return None
    return _time(_hour(found["hour"], part), int(found["minute"] or 0))
