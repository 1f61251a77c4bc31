"""crm/agenda.py: due times, bands, working days and chips (DOMAIN.md, "Due times")."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from crm.agenda import (
    BANDS,
    FAR,
    FIRST_DAY,
    LAST_DAY,
    Calendar,
    band,
    band_ranges,
    day_end,
    day_start,
    days_late,
    due_at,
    local_date,
    month_later,
    plan_chips,
    postpone_chips,
    today,
)

BUDAPEST = ZoneInfo("Europe/Budapest")
HUNGARY = Calendar("HU")
# Ordinary ones, far ones, and those whose clocks change at midnight, by half an hour or by a day.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Budapest",
        "UTC",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "America/St_Johns",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "America/Adak",
    )
]
TICK = timedelta(microseconds=1)

zones = st.sampled_from(ZONES)
instants = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001 (hypothesis takes naive bounds)
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
times = st.one_of(st.none(), st.times())


def at(text: str, zone: ZoneInfo = BUDAPEST) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# ---- Days and instants -------------------------------------------------------------------------


def test_a_todo_without_a_time_is_due_at_the_last_microsecond_of_its_day() -> None:
    due = due_at(date(2026, 11, 24), None, BUDAPEST)
    assert due == at("2026-11-24 23:59:59.999999")
    assert due.tzinfo is UTC


def test_a_todo_with_a_time_is_due_then_in_the_companys_zone() -> None:
    assert due_at(date(2026, 7, 1), time(9, 30), BUDAPEST) == datetime(
        2026, 7, 1, 7, 30, tzinfo=UTC
    )
    assert due_at(date(2026, 12, 1), time(9, 30), BUDAPEST) == datetime(
        2026, 12, 1, 8, 30, tzinfo=UTC
    )


def test_a_time_that_the_clocks_skip_is_moved_after_the_skip() -> None:
    due = due_at(date(2026, 3, 29), time(2, 30), BUDAPEST)
    assert due.astimezone(BUDAPEST).time() == time(3, 30)


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert due_at(date(2026, 10, 25), time(2, 30), BUDAPEST) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("day", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_a_day_that_can_only_be_a_mistake_is_refused(day: date) -> None:
    with pytest.raises(ValueError, match="outside"):
        due_at(day, None, BUDAPEST)


@given(zones, st.sampled_from([FIRST_DAY, LAST_DAY]), times)
def test_the_first_and_the_last_day_work_in_every_zone(
    zone: ZoneInfo, day: date, at_time: time | None
) -> None:
    due = due_at(day, at_time, zone)
    assert due < FAR
    assert local_date(due, zone) == day


@given(zones)
def test_far_can_be_asked_for_its_day(zone: ZoneInfo) -> None:
    assert local_date(FAR, zone) == LAST_DAY


@given(days, zones)
@example(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))  # a day that never was
@example(date(2011, 12, 31), ZoneInfo("Pacific/Apia"))
@example(date(2006, 10, 29), ZoneInfo("America/St_Johns"))  # 00:01 goes back to 23:01
@example(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))  # 00:00 goes on to 01:00
@example(date(2025, 11, 2), ZoneInfo("America/Havana"))  # 01:00 goes back to 00:00
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: ZoneInfo) -> None:
    start, end = day_start(day, zone), day_end(day, zone)
    assert end + TICK == day_start(day + timedelta(days=1), zone)
    if start <= end:
        assert today(start, zone) == day
        assert today(end, zone) == day
        assert start.astimezone(zone).date() == day
        assert end.astimezone(zone).date() == day
    assert (start - TICK).astimezone(zone).date() < day


@given(days, times, zones)
@example(date(2018, 11, 4), time(0, 30), ZoneInfo("America/Sao_Paulo"))
def test_a_due_time_stands_on_its_day(day: date, at_time: time | None, zone: ZoneInfo) -> None:
    assume(day_start(day, zone) <= day_end(day, zone))
    due = due_at(day, at_time, zone)
    assert today(due, zone) == local_date(due, zone) == day
    assert due <= due_at(day, None, zone) < FAR


@given(days, st.times(), st.times(), zones)
def test_within_a_day_an_earlier_time_is_never_due_later(
    day: date, one: time, other: time, zone: ZoneInfo
) -> None:
    start, end = day_start(day, zone), day_end(day, zone)
    assume(timedelta(hours=24) - TICK == end - start)  # the clocks don't change on it
    first, second = sorted((one, other))
    assert due_at(day, first, zone) <= due_at(day, second, zone)


# ---- Bands -------------------------------------------------------------------------------------

NOW = at("2026-11-24 08:15")  # a Tuesday, as on the screens


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-11-12 23:59:59.999999", "late"),
        ("2026-11-24 08:14:59.999999", "late"),
        ("2026-11-24 08:15", "today"),
        ("2026-11-24 23:59:59.999999", "today"),
        ("2026-11-25 00:00", "tomorrow"),
        ("2026-11-26 00:00", "week"),
        ("2026-11-29 23:59:59.999999", "week"),
        ("2026-11-30 00:00", "next-week"),
        ("2026-12-06 23:59", "next-week"),
        ("2026-12-07 00:00", "next-month"),
        ("2026-12-31 23:59:59.999999", "next-month"),
        ("2027-01-01 00:00", "later"),
        ("2999-12-31 12:00", "later"),
    ],
)
def test_the_band_is_the_first_that_fits(due: str, expected: str) -> None:
    assert band(at(due), NOW, BUDAPEST) == expected


def test_what_has_no_open_todo_stands_last() -> None:
    assert band(FAR, NOW, BUDAPEST) == "none"
    assert band(FAR - TICK, NOW, BUDAPEST) == "later"


def test_on_sunday_monday_is_tomorrow_and_this_week_is_over() -> None:
    sunday = at("2026-11-08 12:00")
    assert [r.band for r in band_ranges(sunday, BUDAPEST)] == [
        *("late", "today", "tomorrow", "next-week", "month", "next-month", "later", "none")
    ]
    assert band(at("2026-11-09 10:00"), sunday, BUDAPEST) == "tomorrow"
    assert band(at("2026-11-10 10:00"), sunday, BUDAPEST) == "next-week"
    assert band(at("2026-11-16 10:00"), sunday, BUDAPEST) == "month"


def test_the_day_is_the_companys_and_not_that_of_utc() -> None:
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 00:30 on the 24th in Budapest
    assert today(late_evening, BUDAPEST) == date(2026, 11, 24)
    assert band(at("2026-11-24 20:00"), late_evening, BUDAPEST) == "today"


@given(instants, zones)
def test_the_bands_are_a_partition_of_all_instants(now: datetime, zone: ZoneInfo) -> None:
    ranges = band_ranges(now, zone)
    assert [r.band for r in ranges] == [b for b in BANDS if b in {r.band for r in ranges}]
    assert ranges[0].band == "late"
    assert ranges[0].start is None
    assert ranges[0].end == now
    assert ranges[-1].band == "none"
    assert ranges[-1].end is None
    for one, following in itertools.pairwise(ranges):
        assert one.end == following.start
        assert one.start is None or (one.end is not None and one.start < one.end)


@given(instants, instants, zones)
def test_a_due_time_is_in_the_range_of_its_band_and_in_no_other(
    due: datetime, now: datetime, zone: ZoneInfo
) -> None:
    holding = [r.band for r in band_ranges(now, zone) if due in r]
    assert holding == [band(due, now, zone)]


@given(st.lists(instants, min_size=2, max_size=6), instants, zones)
def test_the_order_of_bands_is_the_order_of_due_times(
    dues: list[datetime], now: datetime, zone: ZoneInfo
) -> None:
    placed = [BANDS.index(band(due, now, zone)) for due in sorted([*dues, FAR])]
    assert placed == sorted(placed)


@given(days, times, instants, zones, st.integers(-3, 70))
def test_the_band_follows_from_the_definition_in_the_domain(
    day: date, at_time: time | None, now: datetime, zone: ZoneInfo, offset: int
) -> None:
    """Written from DOMAIN.md by local dates, where agenda.py compares instants."""
    here = today(now, zone)
    if offset < 68:  # mostly near now, where the bands are
        day = here + timedelta(days=offset)
    assume(day_start(day, zone) <= day_end(day, zone))
    due = due_at(day, at_time, zone)
    monday = here - timedelta(days=here.weekday())
    following = (here.replace(day=28) + timedelta(days=4)).replace(day=1)
    after = (following.replace(day=28) + timedelta(days=4)).replace(day=1)
    fits = {
        "late": due < now,
        "today": day == here,
        "tomorrow": day == here + timedelta(days=1),
        "week": monday <= day < monday + timedelta(days=7),
        "next-week": monday + timedelta(days=7) <= day < monday + timedelta(days=14),
        "month": (day.year, day.month) == (here.year, here.month),
        "next-month": following <= day < after,
        "later": True,
    }
    assert band(due, now, zone) == next(key for key, fit in fits.items() if fit)


@given(instants, instants, zones)
def test_days_late_counts_local_days(due: datetime, now: datetime, zone: ZoneInfo) -> None:
    late = days_late(due, now, zone)
    assert late >= 0
    if band(due, now, zone) != "late":
        assert late == 0


def test_days_late_is_what_the_screen_says() -> None:
    assert days_late(due_at(date(2026, 11, 12), None, BUDAPEST), NOW, BUDAPEST) == 12
    assert days_late(at("2026-11-23 15:00"), NOW, BUDAPEST) == 1
    assert days_late(at("2026-11-24 08:00"), NOW, BUDAPEST) == 0


# ---- Working days and chips --------------------------------------------------------------------


def test_hungarys_holidays_and_swapped_days_are_known() -> None:
    assert not HUNGARY.is_working(date(2026, 10, 23))
    assert not HUNGARY.is_working(date(2026, 1, 2))  # off in exchange for
    assert HUNGARY.is_working(date(2026, 1, 10))  # this Saturday
    assert HUNGARY.is_working(date(2026, 11, 24))
    assert not HUNGARY.is_working(date(2026, 11, 28))


def test_an_unknown_country_works_from_monday_to_friday() -> None:
    nowhere = Calendar("XX")
    assert nowhere.is_working(date(2026, 12, 25))
    assert not nowhere.is_working(date(2026, 12, 26))


def test_working_days_are_counted_over_holidays() -> None:
    friday = date(2026, 10, 22)  # Thursday; the 23rd is a holiday
    assert HUNGARY.in_working_days(friday, 1) == date(2026, 10, 26)
    assert HUNGARY.in_working_days(friday, 0) == friday
    assert HUNGARY.in_working_days(date(2026, 10, 23), 0) == date(2026, 10, 26)


@given(days, st.integers(1, 40), st.sampled_from(["HU", "GB", "IL", "US", "XX"]))
def test_the_nth_working_day_has_n_of_them_up_to_it(day: date, count: int, country: str) -> None:
    calendar = Calendar(country)
    reached = calendar.in_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (reached - day).days + 1)]
    assert sum(calendar.is_working(each) for each in between) == count
    assert calendar.is_working(reached)


def test_postponing_counts_from_today_when_the_todo_is_late() -> None:
    chips = postpone_chips(date(2026, 11, 24), date(2026, 11, 12), HUNGARY)
    assert [(chip.key, chip.day) for chip in chips] == [
        ("1", date(2026, 11, 25)),
        ("3", date(2026, 11, 27)),
        ("week", date(2026, 11, 30)),
    ]


def test_postponing_counts_from_the_due_day_when_that_is_later() -> None:
    chips = postpone_chips(date(2026, 11, 24), date(2026, 12, 3), HUNGARY)
    assert [chip.day for chip in chips] == [
        date(2026, 12, 4),
        date(2026, 12, 7),  # the 6th is a Sunday
        date(2026, 12, 7),
    ]


@given(days, st.one_of(st.none(), days))
def test_postponing_always_moves_forward_and_never_to_a_day_off(
    here: date, due_day: date | None
) -> None:
    chips = postpone_chips(here, due_day, HUNGARY)
    assert [chip.key for chip in chips] == ["1", "3", "week"]
    assert all(HUNGARY.is_working(chip.day) for chip in chips)
    assert all(chip.day > max(here, due_day or here) for chip in chips)


@given(days, st.sampled_from(["HU", "IL"]))
def test_planned_days_are_working_days_each_offered_once(here: date, country: str) -> None:
    calendar = Calendar(country)
    chips = plan_chips(here, calendar)
    assert all(calendar.is_working(chip.day) for chip in chips)
    assert all(chip.day >= here for chip in chips)
    assert len({chip.day for chip in chips}) == len(chips)
    assert ("today" in [chip.key for chip in chips]) == calendar.is_working(here)


def test_planning_offers_the_days_of_the_screen() -> None:
    assert [(chip.key, chip.day.day) for chip in plan_chips(date(2026, 11, 24), HUNGARY)] == [
        ("today", 24),
        ("tomorrow", 25),
        ("2", 26),
        ("next-week", 30),
        ("month", 28),  # the 24th to the 27th of December are holidays and a weekend
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, expected: date) -> None:
    assert month_later(day) == expected
