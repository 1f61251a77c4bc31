"""Any value of each type, kept and loaded, shown and typed again, is the same value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from modules.fieldtypes import ALL, StoredFile, kind_named, type_of
from modules.models import Field, FieldChoice, FieldType
from tests import make

LANGUAGES = st.sampled_from(["hu", "en"])
ZONES = st.sampled_from(["Europe/Budapest", "America/New_York", "Asia/Kolkata", "UTC"])


def field(type_: str, **options: Any) -> Field:
    return Field(type=type_, label_hu="Mező", options={"currency": "HUF", **options})


def with_choices(type_: str, *names: str) -> Field:
    made = field(type_)
    made.drafted_choices = [  # type: ignore[attr-defined]
        FieldChoice(pk=100 + n, name_hu=name, name_en="", order=n) for n, name in enumerate(names)
    ]
    return made


@contextmanager
def speaking(language: str, zone: str = "Europe/Budapest") -> Iterator[None]:
    with override(language), timezone.override(ZoneInfo(zone)):
        yield


def stays(of: Field, value: Any) -> None:
    """Kept as JSON, shown in the control and shown on the page, it comes back as it was."""
    kind = type_of(of)
    assert kind.clean(of, value) == value
    assert kind.load(of, kind.dump(value)) == value
    assert kind.clean(of, kind.edit(of, value)) == value
    assert kind.clean(of, kind.display(of, value)) == value


def cleaned(of: Field, raw: Any) -> Any:
    """The value of anything typed, None when it is refused."""
    try:
        return type_of(of).clean(of, raw)
    except ValidationError:
        return None


def test_every_type_has_a_class_and_says_what_it_is() -> None:
    assert {kind.key for kind in ALL} == set(FieldType)
    for kind in ALL:
        assert str(kind.name)
        assert str(kind.hint)
        assert kind.column in {"text", "number", "day", "moment", "choice", "person", "file"}


@given(st.sampled_from(["text", "long_text"]), st.text(max_size=300), LANGUAGES)
def test_texts_stay(type_: str, raw: str, language: str) -> None:
    of = field(type_)
    value = cleaned(of, raw)
    if value is not None:
        with speaking(language):
            stays(of, value)
        assert "\x00" not in value
        assert len(type_of(of).fold(value)) <= 200


@given(
    st.sampled_from(["", "http://", "https://", "www.", "mailto:", "HTTP://"]),
    st.one_of(
        st.from_regex(r"[a-z0-9-]{1,12}\.(hu|com|co\.uk)(/[a-zA-Z0-9_.?=&%-]{0,20})?"),
        st.emails(),
        st.text(max_size=30),
    ),
)
@example("https://", "0#@0.AA")
def test_links_stay_and_only_safe_ones_are_taken(scheme: str, rest: str) -> None:
    of = field("link")
    value = cleaned(of, scheme + rest)
    if value is not None:
        assert value.startswith(("http://", "https://", "mailto:"))
        stays(of, value)


@pytest.mark.parametrize(
    "bad",
    [
        *("javascript:alert(1)", "JavaScript://x.hu/%0aalert(1)", "data:text/html,x", "ftp://x.hu"),
        *("https://bank.hu@evil.hu", "nothing", "https://", "vbscript:x", "//", "http://[::1"),
    ],
)
def test_what_is_no_link_is_refused(bad: str) -> None:
    assert cleaned(field("link"), bad) is None


@given(st.integers(-(10**15) + 1, 10**15 - 1), LANGUAGES)
def test_whole_numbers_stay(value: int, language: str) -> None:
    with speaking(language):
        stays(field("whole", unit="kg"), value)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 4), LANGUAGES)
def test_decimals_stay(digits: int, places: int, language: str) -> None:
    with speaking(language):
        value = Decimal(digits).scaleb(-places)
        stays(field("decimal", decimals=4, unit="m²"), type_of(field("decimal", decimals=4)).clean(
            field("decimal", decimals=4), value
        ))  # fmt: skip


@given(
    st.integers(-(10**13), 10**13),
    st.sampled_from(["HUF", "EUR", "USD", "GBP", "CHF"]),
    LANGUAGES,
)
def test_money_stays(cents: int, code: str, language: str) -> None:
    with speaking(language):
        of = field("money", currency=code)
        stays(of, type_of(of).clean(of, Decimal(cents).scaleb(-2)))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1 250 000", "1250000"),
        ("1\u00a0250\u202f000 Ft", "1250000"),
        ("1.250.000,50", "1250000.5"),
        ("1,250,000.50", "1250000.5"),
        ("1'250'000", "1250000"),
        ("250e Ft", "250000"),
        ("250 ezer", "250000"),
        ("1,5 millió Ft", "1500000"),
        ("-12,5", "-12.5"),
        ("−12,5 HUF", "-12.5"),
        ("0,5", "0.5"),
        ("1250", "1250"),
    ],
)
@pytest.mark.parametrize("language", ["hu", "en"])
def test_money_is_read_as_people_write_it(typed: str, value: str, language: str) -> None:
    with speaking(language):
        assert type_of(field("money")).clean(field("money"), typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["abc", "1 25", "1.25.0", "12,345.6.7", "1,23,456", "--5", "5 kg", "1e5", "NaN", "∞"]
)
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with speaking("en"), pytest.raises(ValidationError) as refused:
        type_of(field("money")).clean(field("money"), typed)
    assert "1,250.5" in refused.value.messages[0]


def test_one_separator_before_three_digits_is_read_as_the_language_writes_it() -> None:
    of = field("decimal", decimals=3)
    with speaking("hu"):
        assert cleaned(of, "1,250") == Decimal("1.25")
        assert cleaned(of, "1.250") == Decimal(1250)
    with speaking("en"):
        assert cleaned(of, "1,250") == Decimal(1250)
        assert cleaned(of, "1.250") == Decimal("1.25")


def test_too_many_digits_or_decimals_are_refused_not_rounded() -> None:
    assert cleaned(field("whole"), "1234567890123456") is None
    assert cleaned(field("decimal", decimals=2), "1.255") == Decimal(1255)  # thousands
    assert cleaned(field("decimal", decimals=2), "12.2555") is None
    assert cleaned(field("decimal", decimals=4), "12345678901234.5") == Decimal("12345678901234.5")
    assert cleaned(field("decimal", decimals=4), "123456789012345.5") is None


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)), LANGUAGES)
def test_dates_stay(value: date, language: str) -> None:
    with speaking(language):
        stays(field("date"), value)


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-12-01", "2026. 12. 1.", "2026.12.01", "2026/12/1", "1 Dec 2026", "Dec 1, 2026"),
        *("1st December 2026", "2026. december 1.", "2026 dec 1", "1.12.2026", "20261201"),
    ],
)
def test_dates_are_read_in_both_languages_at_once(typed: str) -> None:
    assert cleaned(field("date"), typed) == date(2026, 12, 1)


@pytest.mark.parametrize("typed", ["2026-13-01", "2026-02-30", "soon", "0999-01-01", "1.1.", "32"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    if typed == "1.1.":
        assert cleaned(field("date"), typed) == date(timezone.localdate().year, 1, 1)
    else:
        assert cleaned(field("date"), typed) is None


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ZONES,
    LANGUAGES,
)
def test_moments_stay_to_the_minute_in_every_zone(at: datetime, zone: str, language: str) -> None:
    with speaking(language, zone):
        local = at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
        stays(field("moment"), local.astimezone(UTC))


def test_the_two_same_times_of_an_autumn_night_stay_apart() -> None:
    with speaking("hu"):
        for hour in (0, 1):
            stays(field("moment"), datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        assert cleaned(field("moment"), "2026-03-29 02:30") is None


@given(st.booleans(), LANGUAGES)
def test_yes_and_no_stay(value: bool, language: str) -> None:
    with speaking(language):
        stays(field("yes_no"), value)


NAMES = st.lists(
    st.text(st.characters(categories=["L"]), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
    unique_by=str.casefold,
)


@given(NAMES, st.data(), LANGUAGES)
def test_choices_stay(names: list[str], data: st.DataObject, language: str) -> None:
    with speaking(language):
        one = with_choices("choice", *names)
        stays(one, data.draw(st.sampled_from([100 + n for n in range(len(names))])))
        several = with_choices("choices", *names)
        chosen = data.draw(st.sets(st.integers(100, 99 + len(names)), min_size=1))
        stays(several, tuple(sorted(chosen)))


def test_names_of_choices_may_have_commas_in_them() -> None:
    of = with_choices("choices", "Alma, körte", "Körte", "Szilva")
    assert cleaned(of, "alma, körte, szilva") == (100, 102)
    assert cleaned(of, "körte; szilva") == (101, 102)
    assert cleaned(of, "dió") is None


def test_a_removed_choice_stays_where_it_is_but_is_not_offered() -> None:
    of = with_choices("choice", "Új", "Régi")
    of.drafted_choices[1].removed_at = timezone.now()  # type: ignore[attr-defined]
    kind = kind_named("choice")
    assert kind.clean(of, 101) == 101
    had = kind.form_field(of, current=101)
    assert had.clean("101") == 101
    assert "Régi" in had.widget.render("value", "101")
    other = kind.form_field(of)
    assert "Régi" not in other.widget.render("value", "")
    with pytest.raises(ValidationError):
        other.clean("101")


@given(st.integers(0, 10**9), st.sampled_from(["", "A-", "2026/"]), st.integers(1, 12))
def test_automatic_numbers_stay(value: int, prefix: str, width: int) -> None:
    stays(field("number", prefix=prefix, width=width), value)


@pytest.mark.django_db
def test_users_stay_and_are_known_by_name_and_email() -> None:
    make.company()
    user = make.user(family_name="Kovács", given_name="Dóra")
    stays(field("user"), user.pk)
    assert cleaned(field("user"), user.email) == user.pk
    assert cleaned(field("user"), "dóra KOVÁCS") == user.pk
    assert cleaned(field("user"), "999999") is None
    make.user(family_name="Kovács", given_name="Dóra")
    assert cleaned(field("user"), "Kovács Dóra") is None


@pytest.mark.django_db
def test_files_stay_and_large_ones_are_refused() -> None:
    make.company(upload_mb=1)
    of = field("file")
    value = StoredFile("fields/abc", "Rajz 1.pdf")
    kind = type_of(of)
    assert kind.load(of, kind.dump(value)) == value
    assert kind.display(of, value) == "Rajz 1.pdf"
    small = SimpleUploadedFile("a.txt", b"x")
    assert kind.form_field(of).clean(small) is small
    with pytest.raises(ValidationError):
        kind.form_field(of).clean(SimpleUploadedFile("a.bin", b"x" * (1024 * 1024 + 1)))


@pytest.mark.django_db
def test_the_form_field_says_when_something_is_missing_and_keeps_what_was_typed() -> None:
    make.company()
    of = field("money", currency="EUR")
    form_field = type_of(of).form_field(of, required=True)
    with pytest.raises(ValidationError):
        form_field.clean("")
    assert form_field.clean("1 250") == Decimal(1250)
    assert form_field.prepare_value("12x") == "12x"
    assert not form_field.has_changed(Decimal(1250), "1.250")
    assert form_field.has_changed(Decimal(1250), "rubbish")
