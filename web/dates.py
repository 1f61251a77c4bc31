"""Dates as the design writes them: “Thu 26” near, “8 Dec” far, in both languages."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language

NEAR = 7
"""Days within which the weekday says more than the month."""
FAR = 300
"""Days from which on the year is told too."""

DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "hu": ("hétfő", "kedd", "szerda", "csüt.", "péntek", "szomb.", "vas."),
}
LONG_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "hu": ("hétfő", "kedd", "szerda", "csütörtök", "péntek", "szombat", "vasárnap"),
}
MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "hu": (
        *("jan.", "febr.", "márc.", "ápr.", "máj.", "jún."),
        *("júl.", "aug.", "szept.", "okt.", "nov.", "dec."),
    ),
}
LONG_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "hu": (
        *("január", "február", "március", "április", "május", "június"),
        *("július", "augusztus", "szeptember", "október", "november", "december"),
    ),
}


def language() -> str:
    """ "hu" or "en": the one in which the page speaks."""
    return "hu" if (get_language() or "").startswith("hu") else "en"


def local_day(value: date | datetime) -> date:
    """The day of a moment in the current (the company's) zone; a date is itself."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def short(value: date | datetime) -> str:
    """ "Thu 26" within a week of today, else "8 Dec", far away "3 Mar 2028"."""
    return _short(local_day(value), timezone.localdate(), language())


@lru_cache(maxsize=4096)
def _short(day: date, today: date, code: str) -> str:
    away = abs((day - today).days)
    weekday, month = DAYS[code][day.weekday()], MONTHS[code][day.month - 1]
    if away < NEAR:
        return f"{weekday} {day.day}." if code == "hu" else f"{weekday} {day.day}"
    text = f"{month} {day.day}." if code == "hu" else f"{day.day} {month}"
    if away < FAR:
        return text
    return f"{day.year}. {text}" if code == "hu" else f"{text} {day.year}"


def with_weekday(value: date | datetime) -> str:
    """ "Mon 23 Nov" / "nov. 23., hétfő": the small line under a late row's days."""
    day, code = local_day(value), language()
    weekday, month = DAYS[code][day.weekday()], MONTHS[code][day.month - 1]
    if code == "hu":
        return f"{month} {day.day}., {weekday}"
    return f"{weekday} {day.day} {month}"


def long(value: date | datetime) -> str:
    """ "Thursday 26 November 2026" / "2026. november 26., csütörtök"."""
    return _long(local_day(value), language())


@lru_cache(maxsize=4096)
def _long(day: date, code: str) -> str:
    weekday, month = LONG_DAYS[code][day.weekday()], LONG_MONTHS[code][day.month - 1]
    if code == "hu":
        return f"{day.year}. {month} {day.day}., {weekday}"
    return f"{weekday} {day.day} {month} {day.year}"


def clock(value: datetime) -> str:
    """ "14:00" in the current zone."""
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{moment:%H:%M}"
