"""Days and times as people type them into a field, in either language.

Fields hold past and future alike ("founded", "expires"), so unlike a todo's date nothing here
looks for the next such day: without a year it is this year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from web.dates import LONG_MONTHS, MONTHS, language
from web.text import fold

FIRST, LAST = date(1000, 1, 1), date(9998, 12, 31)

_MONTHS: Final[dict[str, int]] = {
    fold(name).rstrip("."): number
    for names in (*MONTHS.values(), *LONG_MONTHS.values())
    for number, name in enumerate(names, 1)
} | {"sept": 9, "szep": 9, "okt": 10, "marc": 3, "feb": 2, "febr": 2, "maj": 5}
_NAME: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR, _DAY = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}\s?[-./]\s?(?P<month>\d{{1,2}})\s?[-./]\s?{_DAY}\.?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        rf"{_YEAR}\.?\s{_NAME}\s{_DAY}\.?",
        rf"{_DAY}\.?(?:st|nd|rd|th)?\s{_NAME},?(?:\s{_YEAR}\.?)?",
        rf"{_NAME}\s{_DAY}(?:st|nd|rd|th)?\.?(?:,?\s{_YEAR}\.?)?",
        rf"{_DAY}\s?[./]\s?(?P<month>\d{{1,2}})\s?[./]\s?{_YEAR}\.?",
        rf"(?P<month>\d{{1,2}})\.\s?{_DAY}\.?",
    )
)
_WORDS: Final = {"ma": 0, "today": 0, "holnap": 1, "tomorrow": 1, "tegnap": -1, "yesterday": -1}
_TIME: Final = re.compile(
    r"(?P<rest>.*?)[\s,t]+(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::\d\d)?)"
    r"(?:\s?\(?(?:utc)?(?P<offset>[+-]\d\d:?\d\d)\)?)?"
)


def read_day(text: str) -> date:
    """The day of a text; raises ValidationError that says what is wrong with it."""
    folded = fold(text).rstrip(",")
    if folded in _WORDS:
        return timezone.localdate() + timedelta(days=_WORDS[folded])
    for match in _matches(folded):
        return _day(match)
    raise ValidationError(
        _("“%(text)s” is not a date. Write it like %(example)s.")
        % {"text": text[:40], "example": day_text(date(2026, 12, 1))}
    )


def read_moment(text: str) -> datetime:
    """The moment of a text in the current time zone; raises ValidationError."""
    match = _TIME.fullmatch(fold(text))
    if match is None:
        return at(read_day(text), time())
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        raise ValidationError(_("There is no such time of day."))
    return at(read_day(match["rest"]), time(hour, minute), match["offset"] or "")


def at(day: date, clock: time, offset: str = "") -> datetime:
    """The moment of a local day and time.

    ``offset`` ("+02:00") tells apart the two same times of the night when clocks go back; a time
    that clocks leap over is refused.
    """
    zone = timezone.get_current_timezone()
    naive = datetime.combine(day, clock)
    both = [naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    real = [moment for moment in both if _exists(moment)]
    if not real:
        raise ValidationError(_("Clocks leap over this time on that day."))
    wanted = offset.replace(":", "")
    # In UTC, because moments of that night never equal those of another zone (PEP 495).
    return next((one for one in real if f"{one:%z}"[:5] == wanted), real[0]).astimezone(UTC)


def day_text(day: date) -> str:
    """ "2026. 12. 01." or "2026-12-01": what stands in the control."""
    return f"{day:%Y. %m. %d.}" if language() == "hu" else day.isoformat()


def clock_text(moment: datetime) -> str:
    """ "14:00", with the offset in the night when clocks go back."""
    local = timezone.localtime(moment)
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset() or not _exists(other):
        return f"{local:%H:%M}"
    offset = f"{local:%z}"[:5]
    return f"{local:%H:%M} {offset[:3]}:{offset[3:]}"


def day_words(day: date) -> str:
    """ "1 December 2026" / "2026. december 1."."""
    month = LONG_MONTHS[language()][day.month - 1]
    if language() == "hu":
        return f"{day.year}. {month} {day.day}."
    return f"{day.day} {month} {day.year}"


def _matches(folded: str) -> Iterator[re.Match[str]]:
    for form in _FORMS:
        if match := form.fullmatch(folded):
            yield match


def _day(match: re.Match[str]) -> date:
    parts = match.groupdict()
    month = _MONTHS.get(parts["month"]) or int(parts["month"])
    year = int(parts.get("year") or timezone.localdate().year)
    if not 1 <= month <= 12:
        raise ValidationError(_("There is no month %(n)s.") % {"n": month})
    try:
        day = date(year, month, int(parts["day"]))
    except ValueError as error:
        raise ValidationError(_("That month has no such day.")) from error
    if not FIRST <= day <= LAST:
        raise ValidationError(_("The year must be between 1000 and 9998."))
    return day


def _exists(moment: datetime) -> bool:
    """Whether clocks show this time at all."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(
        tzinfo=None, fold=0
    )
