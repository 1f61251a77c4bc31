"""crm/words.py and day_words.py: due times in words, as on the screens (Tuesday 24 November)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.agenda import BANDS, FAR, FIRST_DAY, LAST_DAY, Calendar, due_at, plan_chips, postpone_chips
from crm.day_words import day_range, day_short
from crm.words import (
    band_label,
    band_note,
    chip_day,
    chip_label,
    full_label,
    oldest_note,
    quiet_label,
    when_label,
    when_line,
)

ZONE = ZoneInfo("Europe/Budapest")
NOW = datetime(2026, 11, 24, 8, 15, tzinfo=ZONE)
LANGUAGES = ("en", "hu")


def due(text: str) -> tuple[datetime, bool]:
    """ "2026-11-26 11:00" or, without a time of day, "2026-11-26"."""
    moment = datetime.fromisoformat(text)
    at_time = " " in text
    return due_at(moment.date(), moment.time() if at_time else None, ZONE), at_time


@pytest.mark.parametrize(
    ("when", "english", "hungarian"),
    [
        ("2026-11-12", ("12 days late", "Thu 12 Nov"), ("12 napja lejárt", "nov. 12., cs")),
        ("2026-11-23 15:00", ("1 day late", "Mon 23 Nov"), ("1 napja lejárt", "nov. 23., h")),
        ("2025-11-24", ("365 days late", "24 Nov 2025"), ("365 napja lejárt", "2025. nov. 24.")),
        ("2026-11-24 06:00", ("2 hours late", "06:00"), ("2 órája lejárt", "06:00")),
        ("2026-11-24 08:14", ("1 minute late", "08:14"), ("1 perce lejárt", "08:14")),
        ("2026-11-24 09:00", ("09:00", ""), ("09:00", "")),
        ("2026-11-24", ("Any time", ""), ("Bármikor", "")),
        ("2026-11-25 08:30", ("08:30", ""), ("08:30", "")),
        ("2026-11-26 11:00", ("Thu 26", "11:00"), ("Cs 26.", "11:00")),
        ("2026-11-26", ("Thu 26", "Any time"), ("Cs 26.", "bármikor")),
        ("2026-12-02 13:30", ("Wed 2", "13:30"), ("Sze 2.", "13:30")),
        ("2026-12-08", ("Tue 8 Dec", "Any time"), ("dec. 8., k", "bármikor")),
        ("2027-01-12 09:30", ("12 Jan", "09:30"), ("jan. 12.", "09:30")),
        ("2028-03-03", ("3 Mar 2028", "Any time"), ("2028. márc. 3.", "bármikor")),
    ],
)
def test_a_row_says_when_as_on_the_screens(
    when: str, english: tuple[str, str], hungarian: tuple[str, str]
) -> None:
    for language, expected in zip(LANGUAGES, (english, hungarian), strict=True):
        with translation.override(language):
            assert when_label(*due(when), NOW, ZONE) == expected


def test_what_has_no_todo_says_so() -> None:
    with translation.override("en"):
        assert when_label(FAR, False, NOW, ZONE) == ("No todo", "")
        assert quiet_label(9) == "quiet for 9 days"
        assert quiet_label(1) == "quiet for 1 day"
        assert quiet_label(0) == ""
    with translation.override("hu"):
        assert when_label(FAR, False, NOW, ZONE) == ("Nincs teendő", "")
        assert quiet_label(9) == "9 napja csend"


@pytest.mark.parametrize(
    ("band", "english", "hungarian"),
    [
        ("late", "", ""),
        ("today", "Tue 24 November", "nov. 24., kedd"),
        ("tomorrow", "Wed 25", "25., szerda"),
        ("week", "until Sun 29", "29-ig"),
        ("next-week", "30 Nov to 6 Dec", "nov. 30. – dec. 6."),
        ("month", "", ""),
        ("next-month", "7 to 31 December", "dec. 7–31."),
        ("later", "from January", "januártól"),
        (
            "none",
            "the chain is broken here, plan the next step",
            "itt megszakadt a lánc, tervezd meg a következő lépést",
        ),
    ],
)
def test_a_band_says_which_days_it_holds(band: str, english: str, hungarian: str) -> None:
    with translation.override("en"):
        assert band_note(band, NOW, ZONE) == english
    with translation.override("hu"):
        assert band_note(band, NOW, ZONE) == hungarian


def test_bands_are_named_in_both_languages() -> None:
    with translation.override("en"):
        assert [band_label(band) for band in BANDS] == [
            *("Overdue", "Today", "Tomorrow", "This week", "Next week"),
            *("This month", "Next month", "Later", "No todo"),
        ]
    with translation.override("hu"):
        assert [band_label(band) for band in BANDS] == [
            *("Lejárt", "Ma", "Holnap", "Ezen a héten", "Jövő héten"),
            *("Ebben a hónapban", "Jövő hónapban", "Később", "Nincs teendő"),
        ]


def test_overdue_says_how_old_the_oldest_is() -> None:
    with translation.override("en"):
        assert [oldest_note(n) for n in (0, 1, 12)] == [
            *("since today", "since yesterday", "oldest 12 days"),
        ]
    with translation.override("hu"):
        assert oldest_note(12) == "legrégebbi: 12 nap"


def test_a_title_gives_the_whole_date() -> None:
    with translation.override("en"):
        assert full_label(*due("2026-11-26 11:00"), ZONE) == "Thursday 26 November 2026, 11:00"
    with translation.override("hu"):
        assert full_label(*due("2026-11-26"), ZONE) == "2026. november 26., csütörtök"


@pytest.mark.parametrize(
    ("when", "english", "hungarian"),
    [
        ("2026-11-24 14:00", "today 14:00", "ma 14:00"),
        ("2026-11-25", "tomorrow", "holnap"),
        ("2026-11-23", "yesterday", "tegnap"),
        ("2026-11-26 11:00", "Thu 26, 11:00", "Cs 26., 11:00"),
        ("2026-12-08", "8 Dec", "dec. 8."),
    ],
)
def test_a_message_says_when_in_one_line(when: str, english: str, hungarian: str) -> None:
    with translation.override("en"):
        assert when_line(*due(when), NOW, ZONE) == english
    with translation.override("hu"):
        assert when_line(*due(when), NOW, ZONE) == hungarian


def test_a_chip_says_tomorrow_only_when_it_is() -> None:
    today, calendar = date(2026, 11, 24), Calendar("HU")
    with translation.override("en"):
        assert [
            (chip_label(c.key, c.day, today), chip_day(c.day, today))
            for c in postpone_chips(today, None, calendar)
        ] == [("Tomorrow", "Wed 25"), ("In 3 days", "Fri 27"), ("Next week", "Mon 30")]
        assert [
            (chip_label(c.key, c.day, today), chip_day(c.day, today))
            for c in postpone_chips(today, date(2026, 12, 3), calendar)
        ] == [("+1 day", "4 Dec"), ("+3 days", "7 Dec"), ("The week after", "7 Dec")]
    with translation.override("hu"):
        assert [chip_label(c.key) for c in postpone_chips(today, None, calendar)] == [
            *("+1 nap", "+3 nap", "Az utána jövő héten"),
        ]
        assert [chip_label(c.key) for c in plan_chips(today, calendar)] == [
            *("Ma", "Holnap", "2 nap múlva", "Jövő héten", "Egy hónap múlva"),
        ]


def test_a_far_day_has_its_year() -> None:
    with translation.override("en"):
        assert day_short(date(2027, 9, 1), date(2026, 11, 24)) == "1 Sep 2027"
        assert day_range(date(2026, 11, 30), date(2026, 11, 30)) == "Mon 30 Nov"


@given(
    st.dates(FIRST_DAY, LAST_DAY),
    st.one_of(st.none(), st.times()),
    st.integers(0, 40_000),
    st.sampled_from(LANGUAGES),
)
def test_every_due_time_and_band_has_words_at_every_clock(
    day: date, at: object, days: int, language: str
) -> None:
    now = NOW + timedelta(days=days)
    moment = due_at(day, at, ZONE)  # type: ignore[arg-type]
    with translation.override(language):
        assert when_label(moment, at is not None, now, ZONE).main
        assert when_line(moment, at is not None, now, ZONE)
        assert full_label(moment, at is not None, ZONE)
        for band in BANDS:
            assert isinstance(band_note(band, now, ZONE), str)
