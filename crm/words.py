"""What agenda.py computes, in words: bands, due times and chips, in the active language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from crm import day_words as dates
from crm.agenda import Range, band, band_ranges, days_late, local_date, today

_TICK: Final = timedelta(microseconds=1)

_BANDS: Final = {
    "late": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "week": gettext_lazy("This week"),
    "next-week": gettext_lazy("Next week"),
    "month": gettext_lazy("This month"),
    "next-month": gettext_lazy("Next month"),
    "later": gettext_lazy("Later"),
    "none": gettext_lazy("No todo"),
}

# Whole phrases: Hungarian puts "from" at the end of the month's name, in two forms.
_FROM_MONTH: Final = (
    gettext_lazy("from January"),
    gettext_lazy("from February"),
    gettext_lazy("from March"),
    gettext_lazy("from April"),
    gettext_lazy("from May"),
    gettext_lazy("from June"),
    gettext_lazy("from July"),
    gettext_lazy("from August"),
    gettext_lazy("from September"),
    gettext_lazy("from October"),
    gettext_lazy("from November"),
    gettext_lazy("from December"),
)


class Label(NamedTuple):
    """The two lines of a row's "when"; ``small`` may be empty."""

    main: str
    small: str


# ---- Bands -------------------------------------------------------------------------------------


def band_label(band: str) -> str:
    """The name of a band of agenda.BANDS."""
    return str(_BANDS[band])


def _days_of(found: Range, zone: ZoneInfo) -> tuple[date, date]:
    if found.start is None or found.end is None:
        raise ValueError(f"{found.band} has no bounds")
    return local_date(found.start, zone), local_date(found.end - _TICK, zone)


def band_note(band: str, now: datetime, zone: ZoneInfo) -> str:
    """Which days a band holds: "Tue 24 November", "until Sun 29", "30 Nov to 6 Dec".

    For none it says what is wrong; for late see oldest_note. Empty for a band that is empty now.
    """
    if band == "none":
        return _("the chain is broken here, plan the next step")
    found = next((each for each in band_ranges(now, zone) if each.band == band), None)
    if found is None or found.start is None:
        return ""
    first, last = _days_of(found, zone)
    match band:
        case "today":
            return dates.day_today(first)
        case "tomorrow":
            return dates.day_tomorrow(first)
        case "week":
            return dates.until(last)
        case "later":
            return str(_FROM_MONTH[first.month - 1])
        case _:
            return dates.day_range(first, last)


def oldest_note(days: int) -> str:
    """Beside Overdue: how late the oldest one is, in days (agenda.days_late)."""
    if days <= 0:
        return _("since today")
    if days == 1:
        return _("since yesterday")
    return ngettext("oldest %(days)d day", "oldest %(days)d days", days) % {"days": days}


# ---- Due times ---------------------------------------------------------------------------------


def late_label(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "12 days late"; for one of today "3 hours late" or "20 minutes late"."""
    days = days_late(due, now, zone)
    if days:
        return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
    minutes = max(1, int((now - due).total_seconds()) // 60)
    hours = minutes // 60
    if hours:
        return ngettext("%(hours)d hour late", "%(hours)d hours late", hours) % {"hours": hours}
    return ngettext("%(minutes)d minute late", "%(minutes)d minutes late", minutes) % {
        "minutes": minutes
    }


def _clock(due: datetime, zone: ZoneInfo) -> str:
    return dates.clock(due.astimezone(zone).time())


def _late(due: datetime, at_time: bool, now: datetime, zone: ZoneInfo) -> Label:
    day, here = local_date(due, zone), today(now, zone)
    if day == here:
        small = _clock(due, zone) if at_time else ""
    elif (here - day).days > 183:
        small = dates.day_with_year(day)
    else:
        small = dates.day_with_weekday(day)
    return Label(late_label(due, now, zone), small)


def when_label(due: datetime, at_time: bool, now: datetime, zone: ZoneInfo) -> Label:
    """A row's "when" in two lines: the thing one looks for, and the rest of it in small.

    ("12 days late", "Thu 12 Nov"), ("09:00", ""), ("Any time", ""), ("Thu 26", "11:00"),
    ("Tue 8 Dec", "Any time"), ("3 Mar", "Any time"), ("No todo", ""). ``at_time``: whether the
    todo has a time of day.
    """
    place = band(due, now, zone)
    if place == "none":
        return Label(band_label("none"), "")
    if place == "late":
        return _late(due, at_time, now, zone)
    if place in ("today", "tomorrow"):
        return Label(_clock(due, zone) if at_time else _("Any time"), "")
    day, here = local_date(due, zone), today(now, zone)
    if place in ("week", "next-week"):
        main = dates.near_day(day)
    elif place in ("month", "next-month"):
        main = dates.day_with_weekday(day)
    else:
        main = dates.bare_day(day) if (day - here).days <= 300 else dates.day_with_year(day)
    return Label(main, _clock(due, zone) if at_time else pgettext("second line", "Any time"))


def when_line(due: datetime, at_time: bool, now: datetime, zone: ZoneInfo) -> str:
    """A due time in one line, for messages: "today 09:00", "tomorrow", "Thu 26, 11:00"."""
    day, here = local_date(due, zone), today(now, zone)
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - here).days)
    time_of_day = _clock(due, zone) if at_time else ""
    if near:
        return f"{near} {time_of_day}".rstrip()
    text = dates.day_short(day, here)
    return f"{text}, {time_of_day}" if time_of_day else text


def full_label(due: datetime, at_time: bool, zone: ZoneInfo) -> str:
    """The whole date, for a title: "Thursday 26 November 2026, 11:00"."""
    text = dates.day_full(local_date(due, zone))
    return f"{text}, {_clock(due, zone)}" if at_time else text


def quiet_label(days: int) -> str:
    """Under "No todo": for how long nothing has happened. Empty for today."""
    if days <= 0:
        return ""
    return ngettext("quiet for %(days)d day", "quiet for %(days)d days", days) % {"days": days}


# ---- Chips -------------------------------------------------------------------------------------

_PLAN: Final = {
    "today": gettext_lazy("Today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "2": gettext_lazy("In 2 days"),
    "next-week": gettext_lazy("Next week"),
    "month": gettext_lazy("In a month"),
}
# What a chip to postpone is called when it lands where it says, seen from today; and otherwise.
_NEAR: Final = {
    "1": gettext_lazy("Tomorrow"),
    "3": gettext_lazy("In 3 days"),
    "week": gettext_lazy("Next week"),
}
_FROM_DUE: Final = {
    "1": gettext_lazy("+1 day"),
    "3": gettext_lazy("+3 days"),
    "week": gettext_lazy("The week after"),
}


def chip_label(key: str, day: date | None = None, today: date | None = None) -> str:
    """The name of a chip of agenda.postpone_chips or plan_chips.

    With its day and today a chip to postpone says "Tomorrow" when it is tomorrow, "+1 day" when
    it counts from a later due day or was moved off a holiday; without them always the latter.
    """
    if key in _PLAN:
        return str(_PLAN[key])
    if day is not None and today is not None:
        ahead = (day - today).days
        week = today + timedelta(days=7 - today.weekday())
        if {"1": ahead == 1, "3": ahead == 3}.get(key, week <= day < week + timedelta(days=7)):
            return str(_NEAR[key])
    return str(_FROM_DUE[key])


def chip_day(day: date, today: date) -> str:
    """A chip's real date: "Wed 25", "8 Dec"."""
    return dates.day_short(day, today)
