"""A cursor comes back from an address as it went in, or not at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.paging import Cursor

FAR = datetime(9999, 1, 1, tzinfo=UTC)


@given(
    st.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 (hypothesis wants naive bounds)
        max_value=datetime(9999, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    st.integers(0, 2**63 - 1),
)
def test_decoding_gives_back_what_was_encoded(due_at: datetime, row: int) -> None:
    assert Cursor.decode(Cursor(due_at, row).encode()) == Cursor(due_at, row)


def test_the_far_future_and_the_last_microsecond_survive() -> None:
    evening = datetime(2026, 11, 24, 22, 59, 59, 999999, tzinfo=UTC)
    for moment in (FAR, evening):
        assert Cursor.decode(Cursor(moment, 1).encode()) == Cursor(moment, 1)


def test_the_same_moment_in_another_zone_is_the_same_word() -> None:
    there = timezone(timedelta(hours=1))
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=there)
    assert Cursor(moment, 7).encode() == Cursor(moment.astimezone(UTC), 7).encode()


def test_a_word_needs_no_quoting_in_an_address() -> None:
    assert Cursor(FAR, 2**63 - 1).encode().replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "word",
    [
        "",
        "x",
        "ő",
        "%%%",
        "MTI",
        "MS4tMQ",
        "OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ",
        "A" * 200,
        "MS4",
        "..",
    ],
)
def test_a_word_that_is_not_ours_is_no_cursor(word: str) -> None:
    assert Cursor.decode(word) is None


@given(st.text(max_size=40))
def test_no_word_makes_an_error(word: str) -> None:
    Cursor.decode(word)
