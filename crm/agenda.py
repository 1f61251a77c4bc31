"""When something is due: bands, working days, chips. Pure functions, without words or records.

The rules are DOMAIN.md's "Due times". An instant is an aware datetime (results are in UTC), a day
a date of the company's zone. The zone is always passed in: nothing here knows "the" zone or
"now". Words for people are in crm/words.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of what has no open todo: after every real one. Stored, never shown."""

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Days outside of these are typing mistakes; between them no zone can run out of the calendar."""

BANDS: Final = (
    "late",
    "today",
    "tomorrow",
    "week",
    "next-week",
    "month",
    "next-month",
    "later",
    "none",
)

_TICK: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Range:
    """A band's instants, half-open: start <= due < end. None is without bound on that side."""

    band: str
    start: datetime | None
    end: datetime | None

    def __contains__(self, due: datetime) -> bool:
        return (self.start is None or self.start <= due) and (self.end is None or due < self.end)


@dataclass(frozen=True, slots=True)
class Chip:
    """One offered day. ``key`` names the chip (words.chip_label), ``day`` is the real date."""

    key: str
    day: date


# ---- Days and instants -------------------------------------------------------------------------


def _local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


@lru_cache(maxsize=1024)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC: from it on the local date is never earlier.

    Usually midnight. Where clocks are put forward over midnight it is the moment of that change;
    where they are put back over it, the second midnight.
    """
    first = datetime.combine(day, time.min, zone).astimezone(UTC)
    second = datetime.combine(day, time.min, zone).replace(fold=1).astimezone(UTC)
    if second > first and _local_day(second - _TICK, zone) < day:
        return second
    if second < first:  # there is no midnight: the day starts somewhere between the two
        before, after = second, first
        while after - before > _TICK:
            middle = before + (after - before) / 2
            if _local_day(middle, zone) < day:
                before = middle
            else:
                after = middle
        return after
    return first


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a local day, in UTC."""
    return day_start(day + _DAY, zone) - _TICK


def today(now: datetime, zone: ZoneInfo) -> date:
    """The company's date at an instant."""
    day = _local_day(now, zone)
    # Where clocks are put back over midnight the new date shows for a moment, and goes again.
    return day if day_start(day, zone) <= now else day - _DAY


def local_date(due: datetime, zone: ZoneInfo) -> date:
    """The local day of a due time; LAST_DAY for FAR and whatever is beyond the calendar."""
    return today(min(due, day_end(LAST_DAY, zone)), zone)


def due_at(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    """The instant at which a todo of that day (and local time of day) is due, in UTC.

    Without a time of day: the last microsecond of the day. A time that the clocks skip is moved
    after the skip, one that comes twice is the first of the two; the day always stays.
    Raises ValueError for a day outside FIRST_DAY..LAST_DAY.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} is outside {FIRST_DAY}..{LAST_DAY}")
    end = day_end(day, zone)
    if at is None:
        return end
    instant = datetime.combine(day, at.replace(tzinfo=None, fold=0), zone).astimezone(UTC)
    return min(max(instant, day_start(day, zone)), end)


def days_late(due: datetime, now: datetime, zone: ZoneInfo) -> int:
    """How many days ago the local day of ``due`` was; 0 for today's and future ones."""
    return max(0, (today(now, zone) - local_date(due, zone)).days)


# ---- Bands -------------------------------------------------------------------------------------


def _month_start(day: date, months: int = 0) -> date:
    """The first day of the month that many months after that of ``day``."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


@lru_cache(maxsize=256)
def _ranges(now: datetime, zone: ZoneInfo) -> tuple[Range, ...]:
    day = today(now, zone)
    monday = day - timedelta(days=day.weekday()) + timedelta(days=7)
    # Each band ends here, and starts where those before it end: the first that fits wins.
    ends = {
        "late": now,
        "today": day_start(day + _DAY, zone),
        "tomorrow": day_start(day + 2 * _DAY, zone),
        "week": day_start(monday, zone),
        "next-week": day_start(monday + timedelta(days=7), zone),
        "month": day_start(_month_start(day, 1), zone),
        "next-month": day_start(_month_start(day, 2), zone),
        "later": FAR,
    }
    ranges: list[Range] = []
    start: datetime | None = None
    for band_key, end in ends.items():
        if start is None or start < end:
            ranges.append(Range(band_key, start, end))
            start = end
    return (*ranges, Range("none", FAR, None))


def band_ranges(now: datetime, zone: ZoneInfo) -> list[Range]:
    """The bands as ranges of due times, in their order, the empty ones left out.

    Together they hold every instant exactly once: late is what is before now, none FAR and after.
    """
    return list(_ranges(now.astimezone(UTC), zone))


def band(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The band (one of BANDS) in which a due time stands at ``now``."""
    for candidate in _ranges(now.astimezone(UTC), zone):
        if candidate.end is None or due < candidate.end:
            return candidate.band
    raise AssertionError("the last range has no end")


# ---- Working days ------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _working_days(country: str, year: int) -> frozenset[date]:
    """The working days of a year; Monday to Friday where the country's holidays are not known.

    Computed once a year and country: the package's own objects fill themselves while they are
    read, which threads must not share.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    try:
        known = holidays.country_holidays(country, years=year, expand=False)
    except (NotImplementedError, KeyError):
        return frozenset(day for day in days if day.weekday() < 5)
    return frozenset(day for day in days if known.is_working_day(day))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a country (ISO 3166 code), with its public holidays and, as Hungary
    has them, the Saturdays worked in exchange for a day off.
    """

    country: str

    def is_working(self, day: date) -> bool:
        return day in _working_days(self.country, day.year)

    def next_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def in_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day; 0 is next_working_day(day)."""
        if count <= 0:
            return self.next_working_day(day)
        for _ in range(count):
            day = self.next_working_day(day + _DAY)
        return day


# ---- Chips -------------------------------------------------------------------------------------


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def month_later(day: date) -> date:
    """The same day of the next month, or its last day where it is shorter."""
    last = _month_start(day, 2) - _DAY
    return last if day.day > last.day else last.replace(day=day.day)


def postpone_chips(today: date, due_day: date | None, calendar: Calendar) -> list[Chip]:
    """The three ways to postpone: "1" and "3" days, "week" the Monday after that week.

    They count from today, or from the due day when that is later. A day off becomes the next
    working day, so two chips may name the same day; the keys stay where they are.
    """
    base = max(today, due_day or today)
    days = {"1": base + _DAY, "3": base + 3 * _DAY, "week": _next_monday(base)}
    return [Chip(key, calendar.next_working_day(day)) for key, day in days.items()]


def plan_chips(today: date, calendar: Calendar) -> list[Chip]:
    """The days offered for a new todo: today, tomorrow, "2" days, next-week (Monday), month.

    Never a day off: the first three are left out on one (so that "tomorrow" never means Monday),
    the last two move to the next working day. A day is offered only once.
    """
    near = {"today": today, "tomorrow": today + _DAY, "2": today + 2 * _DAY}
    far = {"next-week": _next_monday(today), "month": month_later(today)}
    days = {key: day for key, day in near.items() if calendar.is_working(day)}
    for key, day in far.items():
        working = calendar.next_working_day(day)
        if working not in days.values():
            days[key] = working
    return [Chip(key, day) for key, day in days.items()]
