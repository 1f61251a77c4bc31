"""Days and times in words, in the active language: "Thu 26", "8 Dec"; „Cs 26.”, „dec. 8.”.

Days are dates of the company's zone: who calls has converted them. What is near and what is far
depends on today, which is passed in.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from typing import Final

from babel.dates import format_date
from django.utils.translation import get_language

NEAR_DAYS: Final = 7
"""Up to so many days ahead the weekday says it; farther ones are named by their month."""

# What each form looks like, in CLDR's pattern letters. In Hungarian the weekday stands at the
# end in small letters ("nov. 12., cs"), which CLDR has no pattern for: see _text.
_PATTERNS: Final = {
    "en": {
        "near": "EEE d",
        "tomorrow": "EEE d",
        "day": "d MMM",
        "weekday": "EEE d MMM",
        "year": "d MMM y",
        "today": "EEE d MMMM",
        "spelled": "EEEE d MMMM",
        "full": "EEEE d MMMM y",
        "number": "d",
        "day-of-month": "d MMMM",
    },
    "hu": {
        "near": "ccc d.",
        "tomorrow": "d., cccc",
        "day": "MMM d.",
        "weekday": "MMM d., ccc",
        "year": "y. MMM d.",
        "today": "MMM d., cccc",
        "spelled": "MMMM d., cccc",
        "full": "y. MMMM d., cccc",
        "number": "d.",
        "day-of-month": "MMM d",
    },
}


def _language() -> str:
    language = (get_language() or "en").split("-")[0]
    return language if language in _PATTERNS else "en"


def _text(day: date, form: str) -> str:
    return _written(day, form, _language())


@lru_cache(maxsize=4096)  # a list names the same few days over and over
def _written(day: date, form: str, language: str) -> str:
    text: str = format_date(day, _PATTERNS[language][form], locale=language)
    if language == "hu" and form == "weekday":
        return text.lower()
    return text


def near_day(day: date) -> str:
    """ "Thu 26", „Cs 26.”"""
    return _text(day, "near")


def bare_day(day: date) -> str:
    """ "8 Dec", „dec. 8.”"""
    return _text(day, "day")


def day_with_weekday(day: date) -> str:
    """ "Thu 12 Nov", „nov. 12., cs”"""
    return _text(day, "weekday")


def day_with_year(day: date) -> str:
    """ "12 Jan 2025", „2025. jan. 12.”"""
    return _text(day, "year")


def day_today(day: date) -> str:
    """ "Tue 24 November", „nov. 24., kedd”"""
    return _text(day, "today")


def day_spelled(day: date) -> str:
    """ "Tuesday 24 November", „november 24., kedd”"""
    return _text(day, "spelled")


def day_tomorrow(day: date) -> str:
    """ "Wed 25", „25., szerda”"""
    return _text(day, "tomorrow")


def day_full(day: date) -> str:
    """ "Thursday 26 November 2026", „2026. november 26., csütörtök”: what a title says."""
    return _text(day, "full")


def day_short(day: date, today: date) -> str:
    """A day as briefly as it can be told apart from others, seen from today.

    "Thu 26" within a week ahead, else "8 Dec", with its year when that is neither this year nor
    within half a year.
    """
    ahead = (day - today).days
    if 0 <= ahead <= NEAR_DAYS:
        return near_day(day)
    if day.year == today.year or abs(ahead) <= 183:
        return bare_day(day)
    return day_with_year(day)


def day_range(first: date, last: date) -> str:
    """ "30 Nov to 6 Dec", "7 to 31 December"; „nov. 30. – dec. 6.”, „dec. 7–31.”"""
    if first == last:
        return day_with_weekday(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    if _language() == "hu":
        if same_month:
            return f"{_text(first, 'day-of-month')}–{_text(last, 'number')}"
        return f"{bare_day(first)} – {bare_day(last)}"
    if same_month:
        return f"{_text(first, 'number')} to {_text(last, 'day-of-month')}"
    return f"{bare_day(first)} to {bare_day(last)}"


def until(day: date) -> str:
    """ "until Sun 29", „29-ig”"""
    return f"{day.day}-ig" if _language() == "hu" else f"until {near_day(day)}"


def clock(at: time) -> str:
    """ "09:05", in both languages."""
    return f"{at.hour:02}:{at.minute:02}"
