"""Icons, faces, chips and dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone, translation

from web import dates, icons
from web.templatetags import ui

TODAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Person:
    full_name: str = "Nagy <Eszter>"
    initials: str = "NE"
    hue: str = "plum"
    picture_url: str = ""


@dataclass
class Status:
    name: str = "Target & VIP"
    hue: str = "indigo"


@pytest.fixture(autouse=True)
def _here_and_now() -> Iterator[None]:
    with (
        time_machine.travel(TODAY, tick=False),
        timezone.override(ZoneInfo("Europe/Budapest")),
        translation.override("en"),
    ):
        yield


def test_icons_are_hidden_from_screen_readers_and_inherit_colour() -> None:
    for name in ("phone", "anchor"):
        svg = icons.svg(name)
        assert 'aria-hidden="true"' in svg
        assert "style=" not in svg


def test_common_icons_are_drawn_once_a_page() -> None:
    assert '<use href="#i-phone"/>' in icons.svg("phone")
    assert 'id="i-phone"' in icons.sheet()
    assert "<path" in icons.svg("anchor")


def test_every_icon_of_the_sheet_exists() -> None:
    unknown = icons._shapes(icons.UNKNOWN)
    assert all(icons._shapes(name) != unknown for name in icons.SHEET)


def test_an_unknown_icon_does_not_break_a_page() -> None:
    assert icons._shapes("no-such-icon") == icons._shapes(icons.UNKNOWN)


def test_an_icon_name_is_not_a_way_to_inject_markup() -> None:
    assert "<script" not in icons.svg('"><script>', "s", '"><script>')


def test_a_picture_is_shown_when_there_is_one_and_initials_when_not() -> None:
    assert 'src="/u/1/picture/64/"' in ui.avatar(Person(picture_url="/u/1/picture/64/"), 32)
    initials = ui.avatar(Person(), 40)
    assert "hue-plum" in initials
    assert 'data-size="l"' in initials
    assert "Nagy &lt;Eszter&gt;" in initials


def test_nobody_is_a_dashed_ring_with_a_name() -> None:
    assert "data-none" in ui.avatar(None)
    assert 'aria-label="Unassigned"' in ui.avatar(None)


def test_initials_of_a_name_keep_their_hue() -> None:
    first = ui.avatar_text("Hegyalja Borház Kft.", 40, org=True)
    assert first == ui.avatar_text("Hegyalja Borház Kft.", 40, org=True)
    assert ">HB<" in first
    assert "data-org" in first
    assert ">?<" in ui.avatar_text("")


def test_a_status_chip_escapes_its_name() -> None:
    chip = ui.status_chip(Status())
    assert "hue-indigo" in chip
    assert "Target &amp; VIP" in chip
    assert "data-bare" in ui.status_chip(Status(), bare=True)


def test_a_meter_is_full_when_all_is_done_and_empty_when_nothing_is() -> None:
    assert 'stroke-dasharray="44.0 44.0"' in ui.meter(4, 4)
    assert 'stroke-dasharray="0.0 44.0"' in ui.meter(0, 0)
    assert 'aria-label="2 of 4 done"' in ui.meter(2, 4)


@pytest.mark.parametrize(
    ("day", "english", "hungarian"),
    [
        (date(2026, 11, 26), "Thu 26", "csüt. 26."),
        (date(2026, 11, 23), "Mon 23", "hétfő 23."),
        (date(2026, 12, 1), "1 Dec", "dec. 1."),
        (date(2026, 12, 8), "8 Dec", "dec. 8."),
        (date(2027, 3, 3), "3 Mar", "márc. 3."),
        (date(2028, 3, 3), "3 Mar 2028", "2028. márc. 3."),
    ],
)
def test_near_days_have_their_weekday_and_far_ones_their_month(
    day: date, english: str, hungarian: str
) -> None:
    assert ui.day_short(day) == english
    with translation.override("hu"):
        assert ui.day_short(day) == hungarian


def test_the_long_date_says_everything() -> None:
    assert ui.day_long(date(2026, 11, 26)) == "Thursday 26 November 2026"
    assert ui.day_weekday(date(2026, 11, 23)) == "Mon 23 Nov"
    with translation.override("hu"):
        assert ui.day_long(date(2026, 11, 26)) == "2026. november 26., csütörtök"
        assert ui.day_weekday(date(2026, 11, 23)) == "nov. 23., hétfő"


def test_days_and_hours_are_the_company_s() -> None:
    late_evening = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert ui.day_short(late_evening) == "Thu 26"
    assert ui.clock(late_evening) == "00:30"
    with timezone.override(ZoneInfo("America/New_York")):
        assert ui.day_short(late_evening) == "Wed 25"
    assert dates.local_day(datetime(2026, 11, 25, 23, 30)) == date(2026, 11, 25)  # noqa: DTZ001


def test_a_date_tells_the_whole_of_itself_on_hover() -> None:
    html = ui.due_time(date(2026, 12, 8))
    assert 'datetime="2026-12-08"' in html
    assert 'title="Tuesday 8 December 2026"' in html


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (1000, "999+"), (None, "0")])
def test_counts_are_exact_to_999(number: int | None, text: str) -> None:
    assert ui.count999(number) == text


def test_nothing_is_drawn_for_nothing() -> None:
    drawn = Template(
        "{% load ui %}{{ n|day_short }}{{ n|day_long }}{{ n|clock }}{{ n|day_weekday }}"
        "{% due_time n %}{% status_chip n %}"
    ).render(Context({"n": None}))
    assert drawn == ""


@dataclass
class Chip:
    value: str
    label: str
    small: str = ""
    key: str = ""


def test_the_days_offered_are_radio_buttons_of_which_one_is_chosen() -> None:
    chips = [Chip("2026-11-24", "Today <b>", key="1"), Chip("2026-11-25", "Tomorrow", "Wed 25")]
    for chosen in ("2026-11-25", "2026-11-24", "typed"):
        html = ui.due_chips(chips, "when", chosen)
        assert html.count(" checked") == (chosen != "typed")
        assert (f'value="{chosen}" checked' in html) == (chosen != "typed")
    assert "Today &lt;b&gt;" in html
    assert html.count('data-key="1"') == html.count("<small>Wed 25</small>") == 1


def test_the_types_are_radio_buttons_with_their_names() -> None:
    @dataclass
    class Type:
        pk: int
        name: str
        icon: str = "phone"

    types = [Type(1, "Hívás & más"), Type(12, "Call")]
    html = ui.type_choices(types, "1")
    assert html.count(" checked") == 1
    assert 'value="1" aria-label="Hívás &amp; más" checked' in html
    types[0].name = "Telefon"
    assert 'title="Telefon"' in ui.type_choices(types, "1")
