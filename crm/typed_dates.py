"""Dates as people type them, Hungarian and English at once: "holnap 9:30", "8 Dec", "in 3 days".

How it reads: the text is folded; each form of a date (the surest first) is looked for anywhere in
it; what is left over must be a time of day, a weekday that agrees, or nothing. Numbers without
a year are month and day, as Hungarian has them (12.01. is the 1st of December), unless only the
other way is possible; with a year at the end the day comes first (1.12.2026). Without a year it
is the next such day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from babel.dates import get_month_names
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.agenda import FIRST_DAY, LAST_DAY
from crm.day_words import day_full
from crm.typed_times import NUMBER_WORDS, Unreadable, alternatives, number, read_time
from web.text import fold

__all__ = ["Unreadable", "When", "format_when", "parse_when"]

MAX_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class When:
    """A day, and a time of day if one was typed."""

    day: date
    at: time | None = None


# fmt: off
_MONTHS: Final = {
    "january": 1, "januar": 1, "jan": 1, "february": 2, "februar": 2, "febr": 2, "feb": 2,
    "march": 3, "marcius": 3, "marc": 3, "mar": 3, "april": 4, "aprilis": 4, "apr": 4,
    "may": 5, "majus": 5, "maj": 5, "june": 6, "junius": 6, "jun": 6,
    "july": 7, "julius": 7, "jul": 7, "august": 8, "augusztus": 8, "aug": 8,
    "september": 9, "szeptember": 9, "szept": 9, "sept": 9, "szep": 9, "sep": 9,
    "october": 10, "oktober": 10, "oct": 10, "okt": 10, "november": 11, "nov": 11,
    "december": 12, "dec": 12,
}
# fmt: on
# fmt: off
_WEEKDAYS: Final = {
    "hetfo": 0, "monday": 0, "mon": 0, "h": 0, "kedd": 1, "tuesday": 1, "tues": 1, "tue": 1,
    "k": 1, "szerda": 2, "wednesday": 2, "wed": 2, "sze": 2, "csutortok": 3, "thursday": 3,
    "thurs": 3, "thur": 3, "thu": 3, "csut": 3, "cs": 3, "pentek": 4, "friday": 4, "fri": 4,
    "pent": 4, "pen": 4, "p": 4, "szombat": 5, "saturday": 5, "sat": 5, "szomb": 5, "szo": 5,
    "vasarnap": 6, "sunday": 6, "sun": 6, "vas": 6, "v": 6,
}
# fmt: on
# fmt: off
_DAYS: Final = {
    "ma": 0, "mara": 0, "maig": 0, "mai nap": 0, "today": 0,
    "holnap": 1, "holnapra": 1, "holnapig": 1, "tomorrow": 1, "tmrw": 1, "tomorow": 1,
    "holnaputan": 2, "holnaputanra": 2, "the day after tomorrow": 2,
    "day after tomorrow": 2, "tegnap": -1, "yesterday": -1, "tegnapelott": -2,
}
# fmt: on
# fmt: off
_UNITS: Final = {
    "nap": "day", "napon": "day", "days": "day", "day": "day", "d": "day",
    "het": "week", "heten": "week", "weeks": "week", "week": "week", "wk": "week", "w": "week",
    "honap": "month", "honapon": "month", "ho": "month", "months": "month", "month": "month",
    "ev": "year", "even": "year", "years": "year", "year": "year",
    "hours": "hour", "hour": "hour", "ora": "hour", "oran": "hour",
    "minutes": "minute", "minute": "minute", "mins": "minute", "min": "minute",
    "perc": "minute", "percen": "minute",
}
# fmt: on

_NAME = rf"(?P<name>{alternatives(_MONTHS)})\.?"
_WEEKDAY = rf"(?P<weekday>{alternatives(_WEEKDAYS)})\.?(?:i|en|on|an|n|re|ra|ig)?"
_ENDING = r"(?:-?(?:jen|jere|jeig|jei|je|an|en|on|ra|re|ig|ai|ei|i|a|e))"
_DAY = rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?{_ENDING}?"
_YEAR = r"(?P<year>\d{4})"
_COUNT = rf"(?P<count>\d{{1,4}}|{alternatives(NUMBER_WORDS)})"
_UNIT = rf"(?P<unit>{alternatives(tuple(_UNITS))})"
_NEXT_WEEK = r"(?:jovo|next)\s+(?:heten|hetre|heti|het|week)"


@dataclass(frozen=True, slots=True)
class _Clock:
    today: date
    now: time | None


_Reader = Callable[[re.Match[str], _Clock], When]


# ---- What the forms mean -----------------------------------------------------------------------


def _ordinal(n: int) -> str:
    if (get_language() or "en").startswith("hu"):
        return f"{n}."
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _month_name(month: int) -> str:
    language = "hu" if (get_language() or "en").startswith("hu") else "en"
    return str(get_month_names("wide", locale=language)[month])


def _day_of(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Unreadable(_("There is no %(ordinal)s month.") % {"ordinal": _ordinal(month)})
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Unreadable(_("%(year)s can't be the year.") % {"year": year})
    try:
        return date(year, month, day)
    except ValueError:
        if month == 2 and day == 29:
            problem = _("There is no 29 February in %(year)s.") % {"year": year}
        else:
            problem = _("There is no %(ordinal)s day in %(month)s.") % {
                "ordinal": _ordinal(day),
                "month": _month_name(month),
            }
        raise Unreadable(problem) from None


def _coming(today: date, month: int, day: int) -> date:
    """The next such day of a year, today included; the 29th of February waits for its year."""
    years = range(today.year, today.year + 9) if (month, day) == (2, 29) else (today.year,)
    for year in years:
        try:
            found = _day_of(year, month, day)
        except Unreadable:
            if year == today.year and (month, day) != (2, 29):
                raise
            continue
        if found >= today:
            return found
    return _day_of(today.year + 1, month, day)


def _named(found: re.Match[str], clock: _Clock) -> When:
    month, day = _MONTHS[found["name"]], int(found["day"])
    year = found.groupdict().get("year")
    if year:
        return When(_day_of(int(year), month, day))
    return When(_coming(clock.today, month, day))


def _year_first(found: re.Match[str], clock: _Clock) -> When:
    return When(_day_of(int(found["year"]), int(found["month"]), int(found["day"])))


def _year_last(found: re.Match[str], clock: _Clock) -> When:
    day, month = int(found["day"]), int(found["month"])
    if month > 12 >= day:
        day, month = month, day
    return When(_day_of(int(found["year"]), month, day))


def _month_and_day(found: re.Match[str], clock: _Clock) -> When:
    month, day = int(found["month"]), int(found["day"])
    if month > 12 >= day > 0:
        month, day = day, month
    return When(_coming(clock.today, month, day))


def _short_year(found: re.Match[str], clock: _Clock) -> When:
    raise Unreadable(_("Write the year with four digits."))


def _day_of_month(found: re.Match[str], clock: _Clock) -> When:
    day = int(found["day"])
    if not 1 <= day <= 31:
        raise Unreadable(_("There is no %(ordinal)s day in a month.") % {"ordinal": _ordinal(day)})
    months = clock.today.year * 12 + clock.today.month - 1
    for month in range(months, months + 3):
        try:
            candidate = date(month // 12, month % 12 + 1, day)
        except ValueError:
            continue
        if candidate >= clock.today:
            return When(candidate)
    raise AssertionError("two of three months have 31 days")


def _near_day(found: re.Match[str], clock: _Clock) -> When:
    return When(clock.today + timedelta(days=_DAYS[found["word"]]))


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last if day.day > last.day else first.replace(day=day.day)


def _shift(found: re.Match[str], clock: _Clock) -> When:
    groups = found.groupdict()
    count = number(found["count"])
    unit = _UNITS[groups["unit"]] if groups.get("unit") else "day"
    if groups.get("ago"):
        count = -count
    if unit in ("hour", "minute"):
        return _soon(timedelta(**{f"{unit}s": count}), clock)
    if unit in ("day", "week"):
        return When(clock.today + timedelta(**{f"{unit}s": count}))
    return When(_add_months(clock.today, count * (12 if unit == "year" else 1)))


def _soon(delta: timedelta, clock: _Clock) -> When:
    if clock.now is None:
        raise Unreadable(_("Write a day and a time."))
    moment = datetime.combine(clock.today, clock.now) + delta
    return When(moment.date(), moment.time().replace(second=0, microsecond=0))


def _half_an_hour(found: re.Match[str], clock: _Clock) -> When:
    return _soon(timedelta(minutes=30), clock)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _weekday(found: re.Match[str], clock: _Clock) -> When:
    """A bare weekday is the next one, never today: for today there are shorter words."""
    ahead = (_WEEKDAYS[found["weekday"]] - clock.today.weekday() - 1) % 7 + 1
    return When(clock.today + timedelta(days=ahead))


def _in_week(weeks: int) -> _Reader:
    def read(found: re.Match[str], clock: _Clock) -> When:
        weekday = found.groupdict().get("weekday")
        days = 7 * weeks + (_WEEKDAYS[weekday] if weekday else 0)
        return When(_monday(clock.today) + timedelta(days=days))

    return read


def _next_month(found: re.Match[str], clock: _Clock) -> When:
    return When(_add_months(clock.today.replace(day=1), 1))


def _end_of_month(found: re.Match[str], clock: _Clock) -> When:
    return When(_add_months(clock.today.replace(day=1), 1) - timedelta(days=1))


# ---- The forms, the surest first ---------------------------------------------------------------

_SEPARATOR = r"\s*[-./]\s*"
_DATED: Final[tuple[tuple[str, _Reader], ...]] = (
    (rf"{_YEAR}(?:{_SEPARATOR}|\s+)(?P<month>\d{{1,2}})(?:{_SEPARATOR}|\s+){_DAY}", _year_first),
    (rf"(?P<day>\d{{1,2}}){_SEPARATOR}(?P<month>\d{{1,2}}){_SEPARATOR}{_YEAR}\.?", _year_last),
    (rf"{_YEAR}[.,]?\s*{_NAME}\s*{_DAY}", _named),
    (rf"{_NAME}\s*{_DAY},?\s+{_YEAR}", _named),
    (rf"{_DAY}\s*(?:of\s+)?{_NAME},?\s+{_YEAR}", _named),
    (rf"{_NAME}\s*{_DAY}", _named),
    (rf"{_DAY}\s*(?:of\s+)?{_NAME}", _named),
    (rf"\d{{1,2}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{1,2}}\.?", _short_year),
    (r"(?P<day>2[5-9]|3[01])", _day_of_month),  # too big for an hour: "Thu 26"
)
_RELATIVE: Final[tuple[tuple[str, _Reader], ...]] = (
    (rf"(?P<word>{alternatives(_DAYS)})", _near_day),
    (r"fel ora mulva|in half an hour|in a half hour", _half_an_hour),
    (rf"{_COUNT}\s*{_UNIT}\s+(?P<ago>ago|ezelott)", _shift),
    (rf"in\s+{_COUNT}\s*{_UNIT}(?:\s+time)?", _shift),
    (rf"{_COUNT}\s*{_UNIT}\s+(?:mulva|belul|from now)", _shift),
    (rf"\+\s*(?P<count>\d{{1,4}})\s*{_UNIT}", _shift),
    (r"\+\s*(?P<count>\d{1,4})", _shift),
    (rf"{_COUNT}\s*(?P<unit>nap|days|day|het|weeks|week|honap|months|month)", _shift),
    (rf"{_NEXT_WEEK},?\s+(?:on\s+)?{_WEEKDAY}", _in_week(1)),
    (rf"{_WEEKDAY},?\s+{_NEXT_WEEK}", _in_week(1)),
    (rf"(?:jovo|next)\s+{_WEEKDAY}", _in_week(1)),
    (rf"(?:mult|last)\s+(?:(?:heten|het|week)\s+)?{_WEEKDAY}", _in_week(-1)),
    (rf"(?:ezen a heten|ezen a|ez a|this week|this|e heti)\s+{_WEEKDAY}", _in_week(0)),
    (_NEXT_WEEK, _in_week(1)),
    (r"(?:jovo|next)\s+(?:honapban|honap|month)", _next_month),
    (
        r"(?:(?:a\s+)?ho(?:nap)?\s+veg(?:eig|ere|en|e)|(?:the\s+)?end of (?:the )?month)",
        _end_of_month,
    ),
    (rf"(?:kovetkezo\s+|coming\s+)?{_WEEKDAY}", _weekday),
)
_NUMBERED: Final[tuple[tuple[str, _Reader], ...]] = (
    (rf"(?P<month>\d{{1,2}}){_SEPARATOR}{_DAY}", _month_and_day),
    (rf"(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.?-?{_ENDING}|\.)", _day_of_month),
)


def _compiled(forms: tuple[tuple[str, _Reader], ...]) -> list[tuple[re.Pattern[str], _Reader]]:
    # Neither inside a word or number nor at a piece of a longer date or of a time.
    return [
        (re.compile(rf"(?<![\w:.+/-])(?:{form})(?![\w:]|[./-]\d)", re.ASCII), reader)
        for form, reader in forms
    ]


_FORMS: Final = [
    *((pattern, reader, True) for pattern, reader in _compiled(_DATED)),
    *((pattern, reader, False) for pattern, reader in _compiled(_RELATIVE)),
    *((pattern, reader, True) for pattern, reader in _compiled(_NUMBERED)),
]
_WHOLE_WEEKDAY: Final = re.compile(rf"(?:^|(?<=[\s,])){_WEEKDAY}(?=$|[\s,])", re.ASCII)
_FILLERS: Final = re.compile(
    r"^(?:(?:on|at|by|a|az|the)\s+|[\s,;.@-]+)+|(?:[\s,;-]|\s+(?:on|at))+$"
)

_ISO_T: Final = re.compile(r"(?<=\d)t(?=\d\d?:)", re.ASCII)


def _candidates(text: str) -> Iterator[tuple[re.Match[str], _Reader, bool]]:
    for pattern, reader, dated in _FORMS:
        for found in pattern.finditer(text):
            yield found, reader, dated


def _rest(text: str, found: re.Match[str]) -> str:
    before, after = text[: found.start()], text[found.end() :]
    return _FILLERS.sub("", f"{_FILLERS.sub('', before)} {_FILLERS.sub('', after)}")


def _read(text: str, clock: _Clock) -> When | None:
    for found, reader, dated in _candidates(text):
        rest = _rest(text, found)
        weekday = _WHOLE_WEEKDAY.search(rest) if dated else None
        if weekday:
            rest = _FILLERS.sub("", rest[: weekday.start()] + rest[weekday.end() :])
        at = read_time(rest, alone=False) if rest else None
        if rest and at is None:
            continue
        when = reader(found, clock)
        if when.at and at:
            continue
        if weekday and _WEEKDAYS[weekday["weekday"]] != when.day.weekday():
            raise Unreadable(_("That day is %(date)s.") % {"date": day_full(when.day)})
        return When(when.day, when.at or at)
    return None


def _time_alone(text: str, clock: _Clock) -> When | None:
    """Only a time: today, or tomorrow when it has passed."""
    at = read_time(_FILLERS.sub("", text), alone=True)
    if at is None:
        return None
    passed = clock.now is not None and at <= clock.now
    return When(clock.today + timedelta(days=1) if passed else clock.today, at)


def _found(folded: str, clock: _Clock) -> When | None:
    try:
        return _time_alone(folded, clock) or _read(folded, clock)
    except Unreadable:
        raise
    except (OverflowError, ValueError):  # beyond the calendar: "in 9999 years"
        return None


def parse_when(text: str, today: date, now: time | None = None) -> When:
    """What a typed text means on that day of the company's calendar.

    ``now``: the local time, for "in 2 hours" and for a time alone (one that has passed means
    tomorrow). Past dates are read, too: asking about them is the caller's. Raises Unreadable, and
    nothing else, for any other text.
    """
    folded = _ISO_T.sub(" ", _FILLERS.sub("", fold(text[: MAX_LENGTH + 1])).rstrip("?!"))
    if not folded:
        raise Unreadable(_("No date was written."))
    if len(text) > MAX_LENGTH:
        raise Unreadable(_("This is too long for a date."))
    if folded.isdigit() and len(folded) <= 2:
        problem = _("%(number)s can be a day or a time: write %(number)s. or %(number)s:00.")
        raise Unreadable(problem % {"number": folded})
    when = _found(folded, _Clock(today, now))
    if when is None:
        raise Unreadable(_("“%(text)s” is not a date.") % {"text": " ".join(text.split())})
    if not FIRST_DAY <= when.day <= LAST_DAY:
        raise Unreadable(_("%(year)s can't be the year.") % {"year": when.day.year})
    return when


def format_when(day: date, at: time | None = None) -> str:
    """A date for a text field, in the active language; parse_when reads it back as it was.

    "1 Dec 2026 14:00", „2026. 12. 01. 14:00”.
    """
    if (get_language() or "en").startswith("hu"):
        text = f"{day.year}. {day.month:02}. {day.day:02}."
    else:
        text = f"{day.day} {get_month_names('abbreviated', locale='en')[day.month]} {day.year}"
    return f"{text} {at.hour:02}:{at.minute:02}" if at else text
