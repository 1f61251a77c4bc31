"""crm/typed_dates.py and typed_times.py: dates as people type them, both languages at once."""

import contextlib
from datetime import date, time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.day_words import bare_day, day_full, day_short, day_today, day_with_weekday, day_with_year
from crm.typed_dates import Unreadable, When, format_when, parse_when

TODAY = date(2026, 11, 24)  # a Tuesday
NOW = time(14, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # near days
        ("ma", "2026-11-24"),
        ("today", "2026-11-24"),
        ("  Holnap  ", "2026-11-25"),
        ("tomorrow", "2026-11-25"),
        ("holnapután", "2026-11-26"),
        ("day after tomorrow", "2026-11-26"),
        ("tegnap", "2026-11-23"),
        ("yesterday", "2026-11-23"),
        ("holnapra", "2026-11-25"),
        # with a time
        ("holnap 9:30", "2026-11-25 09:30"),
        ("holnap 9.30", "2026-11-25 09:30"),
        ("holnap 9:30-kor", "2026-11-25 09:30"),
        ("holnap 9-kor", "2026-11-25 09:00"),
        ("holnap 9 órakor", "2026-11-25 09:00"),
        ("holnap 9 óra 30", "2026-11-25 09:30"),
        ("holnap, 9:30", "2026-11-25 09:30"),
        ("ma 16", "2026-11-24 16:00"),
        ("ma 16h", "2026-11-24 16:00"),
        ("holnap fél 10", "2026-11-25 09:30"),
        ("holnap fél tízkor", "2026-11-25 09:30"),
        ("holnap háromnegyed 10-kor", "2026-11-25 09:45"),
        ("holnap negyed 10", "2026-11-25 09:15"),
        ("holnap délután 3", "2026-11-25 15:00"),
        ("holnap du. 3-kor", "2026-11-25 15:00"),
        ("holnap délután fél 4", "2026-11-25 15:30"),
        ("holnap este 8", "2026-11-25 20:00"),
        ("holnap délben", "2026-11-25 12:00"),
        ("holnap reggel", "2026-11-25 09:00"),
        ("hétfő reggel 9-kor", "2026-11-30 09:00"),
        ("tomorrow at 9", "2026-11-25 09:00"),
        ("tomorrow 3pm", "2026-11-25 15:00"),
        ("tomorrow at 3:30 pm", "2026-11-25 15:30"),
        ("tomorrow 12 am", "2026-11-25 00:00"),
        ("tomorrow 12 pm", "2026-11-25 12:00"),
        ("tomorrow at noon", "2026-11-25 12:00"),
        ("tomorrow morning", "2026-11-25 09:00"),
        ("tomorrow at 9 in the morning", "2026-11-25 09:00"),
        ("9:30 holnap", "2026-11-25 09:30"),
        ("9-kor holnap", "2026-11-25 09:00"),
        ("at 9 tomorrow", "2026-11-25 09:00"),
        ("3pm on monday", "2026-11-30 15:00"),
        # weekdays
        ("péntek", "2026-11-27"),
        ("pénteken", "2026-11-27"),
        ("péntekre", "2026-11-27"),
        ("Friday", "2026-11-27"),
        ("fri", "2026-11-27"),
        ("on friday", "2026-11-27"),
        ("kedd", "2026-12-01"),
        ("cs", "2026-11-26"),
        ("vasárnap", "2026-11-29"),
        ("szombaton 10-kor", "2026-11-28 10:00"),
        ("jövő kedd", "2026-12-01"),
        ("jövő pénteken", "2026-12-04"),
        ("next monday", "2026-11-30"),
        ("next friday", "2026-12-04"),
        ("jövő héten", "2026-11-30"),
        ("next week", "2026-11-30"),
        ("jövő héten kedden", "2026-12-01"),
        ("wednesday next week", "2026-12-02"),
        ("next week on wednesday at 10", "2026-12-02 10:00"),
        ("következő hétfő", "2026-11-30"),
        ("ezen a pénteken", "2026-11-27"),
        ("this tuesday", "2026-11-24"),
        ("múlt péntek", "2026-11-20"),
        ("last friday", "2026-11-20"),
        # so much later
        ("in 3 days", "2026-11-27"),
        ("3 days", "2026-11-27"),
        ("3 nap múlva", "2026-11-27"),
        ("három nap múlva", "2026-11-27"),
        ("3 nap", "2026-11-27"),
        ("+3", "2026-11-27"),
        ("+2 hét", "2026-12-08"),
        ("1 hét múlva", "2026-12-01"),
        ("egy hét múlva", "2026-12-01"),
        ("hét nap múlva", "2026-12-01"),
        ("két hét múlva 10-kor", "2026-12-08 10:00"),
        ("in a week", "2026-12-01"),
        ("in two weeks", "2026-12-08"),
        ("in a month", "2026-12-24"),
        ("egy hónap múlva", "2026-12-24"),
        ("in 1 year", "2027-11-24"),
        ("3 days ago", "2026-11-21"),
        ("in 2 hours", "2026-11-24 16:20"),
        ("2 óra múlva", "2026-11-24 16:20"),
        ("fél óra múlva", "2026-11-24 14:50"),
        ("in 45 minutes", "2026-11-24 15:05"),
        ("10 óra múlva", "2026-11-25 00:20"),
        ("jövő hónap", "2026-12-01"),
        ("next month", "2026-12-01"),
        ("hónap vége", "2026-11-30"),
        ("end of the month", "2026-11-30"),
        # months by name
        ("dec 8", "2026-12-08"),
        ("dec. 8.", "2026-12-08"),
        ("december 8-án", "2026-12-08"),
        ("dec. 1-jén", "2026-12-01"),
        ("dec. 8-ra", "2026-12-08"),
        ("December 8", "2026-12-08"),
        ("8 Dec", "2026-12-08"),
        ("8th December", "2026-12-08"),
        ("the 8th of December", "2026-12-08"),
        ("dec 8 9:30", "2026-12-08 09:30"),
        ("dec. 8. 9", "2026-12-08 09:00"),
        ("dec. 8., 9-kor", "2026-12-08 09:00"),
        ("8 dec 14:00", "2026-12-08 14:00"),
        ("Tue 8 Dec", "2026-12-08"),
        ("dec. 8., k", "2026-12-08"),
        ("jan 12", "2027-01-12"),
        ("január 12.", "2027-01-12"),
        ("nov 24", "2026-11-24"),
        ("nov 23", "2027-11-23"),
        ("feb 29", "2028-02-29"),
        ("8 Dec 2027", "2027-12-08"),
        ("Dec 8, 2027", "2027-12-08"),
        ("2027. december 8.", "2027-12-08"),
        ("2027. dec. 8-án 10:00", "2027-12-08 10:00"),
        # numbers
        ("2026. 12. 1.", "2026-12-01"),
        ("2026.12.01.", "2026-12-01"),
        ("2026.12.01", "2026-12-01"),
        ("2026-12-01", "2026-12-01"),
        ("2026/12/01", "2026-12-01"),
        ("2026 12 01", "2026-12-01"),
        ("2026-12-01 14:00", "2026-12-01 14:00"),
        ("2026-12-01T14:00", "2026-12-01 14:00"),
        ("2026. 12. 1. 14:00", "2026-12-01 14:00"),
        ("2026-12-01 14:00:00", "2026-12-01 14:00"),
        ("12.01.", "2026-12-01"),
        ("12. 1.", "2026-12-01"),
        ("12/24", "2026-12-24"),
        ("24.12.", "2026-12-24"),
        ("12.01. 14:00", "2026-12-01 14:00"),
        ("1.12.2026", "2026-12-01"),
        ("01/12/2026", "2026-12-01"),
        ("12/24/2026", "2026-12-24"),
        ("2026-11-01", "2026-11-01"),
        # a day of the month
        ("26.", "2026-11-26"),
        ("26-án", "2026-11-26"),
        ("15-én", "2026-12-15"),
        ("the 15th", "2026-12-15"),
        ("on the 15th at 9", "2026-12-15 09:00"),
        ("31.", "2026-12-31"),
        ("Thu 26", "2026-11-26"),
        ("Cs 26.", "2026-11-26"),
        ("25., szerda", "2026-11-25"),
        # a time alone
        ("16:00", "2026-11-24 16:00"),
        ("4 pm", "2026-11-24 16:00"),
        ("16-kor", "2026-11-24 16:00"),
        ("9:30", "2026-11-25 09:30"),
        ("délben", "2026-11-25 12:00"),
    ],
)
@pytest.mark.parametrize("language", ["en", "hu"])
def test_it_reads_what_people_type(text: str, expected: str, language: str) -> None:
    day, _, at = expected.partition(" ")
    with translation.override(language):
        when = parse_when(text, TODAY, NOW)
    assert when == When(date.fromisoformat(day), time.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("text", "english", "hungarian"),
    [
        ("", "No date was written.", "Nem írtál dátumot."),
        ("  ?!", "No date was written.", "Nem írtál dátumot."),
        ("valamikor", "“valamikor” is not a date.", "„valamikor” nem dátum."),
        ("2026-13-01", "There is no 13th month.", "Nincs 13. hónap."),
        ("2026. 22. 1.", "There is no 22nd month.", "Nincs 22. hónap."),
        ("13.13.", "There is no 13th month.", "Nincs 13. hónap."),
        ("00.12.", "There is no 0th month.", "Nincs 0. hónap."),
        (
            "feb 30",
            "There is no 30th day in February.",
            "Ebben a hónapban nincs 30. nap: február.",
        ),
        (
            "2026-11-31",
            "There is no 31st day in November.",
            "Ebben a hónapban nincs 31. nap: november.",
        ),
        ("2027-02-29", "There is no 29 February in 2027.", "2027-ben nincs február 29."),
        ("35.", "There is no 35th day in a month.", "Egy hónapban nincs 35. nap."),
        ("26.12.01.", "Write the year with four digits.", "Az évet négy számjeggyel írd."),
        ("9026-12-01", "9026 can't be the year.", "Az év nem lehet 9026."),
        ("in 9999 years", "“in 9999 years” is not a date.", "„in 9999 years” nem dátum."),
        ("in 3000 months", None, None),
        ("holnap 25:00", "No clock shows 25:00.", "Nincs 25:00 óra."),
        ("holnap 9:75", "No clock shows 9:75.", "Nincs 9:75 óra."),
        ("16", "16 can be a day or a time", "A 16 nap is lehet, időpont is"),
        ("Fri 8 Dec", "That day is Tuesday 8 December 2026.", "Az a nap 2026. december 8., kedd."),
        ("x" * 90, "This is too long for a date.", "Dátumnak ez túl hosszú."),
        ("holnap vagy péntek", "is not a date.", "nem dátum."),
        ("holnap 9:30 10:30", "is not a date.", "nem dátum."),
        ("2 nap 3 nap", "is not a date.", "nem dátum."),
        ("pénztár", "is not a date.", "nem dátum."),
        ("am", "is not a date.", "nem dátum."),
        ("'; DROP TABLE todo; --", "is not a date.", "nem dátum."),
    ],
)
def test_what_it_cannot_read_it_explains(
    text: str, english: str | None, hungarian: str | None
) -> None:
    if english is None or hungarian is None:
        assert parse_when(text, TODAY, NOW).day.year == 2276
        return
    for language, problem, forms in (
        ("en", english, "tomorrow 9:30"),
        ("hu", hungarian, "holnap 9:30"),
    ):
        with translation.override(language), pytest.raises(Unreadable) as caught:
            parse_when(text, TODAY, NOW)
        assert problem in caught.value.message
        assert forms in caught.value.message


def test_hours_from_now_need_to_know_now() -> None:
    with translation.override("en"), pytest.raises(Unreadable, match="Write a day and a time"):
        parse_when("in 2 hours", TODAY)
    assert parse_when("9:30", TODAY) == When(TODAY, time(9, 30))


PIECES = (
    *("holnap", "péntek", "jövő", "dec", "8", "12.", "2026", "9:30", "-kor", "in", "3", "days"),
    *("nap", "múlva", "hét", "+", ".", "-", "/", ",", "fél", "10", "at", "noon", "délután", "31"),
    *("feb", "0", "99", "next", "week", "pm", "ma", "th", "-án", "ó", "24:00", "last", "9999"),
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
today_days = st.dates(date(1901, 1, 1), date(2900, 1, 1))


@given(st.one_of(st.text(max_size=90), WORDS), today_days, st.one_of(st.none(), st.times()))
def test_any_text_is_a_date_or_unreadable_and_nothing_else(
    text: str, today: date, now: time | None
) -> None:
    with contextlib.suppress(Unreadable):
        when = parse_when(text, today, now)
        assert isinstance(when.day, date)
        assert 1900 <= when.day.year <= 2999


minutes = st.one_of(st.none(), st.builds(time, st.integers(0, 23), st.integers(0, 59)))


@given(today_days, today_days, minutes, st.sampled_from(["en", "hu"]))
def test_what_it_formats_it_reads_back(
    day: date, today: date, at: time | None, language: str
) -> None:
    with translation.override(language):
        assert parse_when(format_when(day, at), today) == When(day, at)
        clock = f" {at:%H:%M}" if at else ""
        assert parse_when(day_full(day) + clock, today) == When(day, at)
        assert parse_when(day_with_year(day) + clock, today) == When(day, at)


@given(today_days, st.integers(0, 180), minutes, st.sampled_from(["en", "hu"]))
def test_days_as_the_pages_show_them_are_read_back(
    today: date, ahead: int, at: time | None, language: str
) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    clock = f", {at:%H:%M}" if at else ""
    with translation.override(language):
        for shown in (bare_day(day), day_with_weekday(day), day_today(day)):
            assert parse_when(shown + clock, today) == When(day, at)
        if language == "hu" or day.day > 24 or ahead > 7:
            assert parse_when(day_short(day, today) + clock, today) == When(day, at)
