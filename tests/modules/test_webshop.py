"""The Webshop's status: number of orders first, then days since the last, bounds inclusive."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.kinds.base import Meaning
from modules.kinds.webshop import WEBSHOP, status_key

TODAY = date(2026, 11, 22)


def key(
    *,
    orders: int = 0,
    days: int | None = None,
    registered_days: int | None = None,
    subscribed: bool = False,
    unsubscribed: bool = False,
) -> str:
    def ago(number: int | None) -> date | None:
        return None if number is None else TODAY - timedelta(days=number)

    return status_key(subscribed, ago(registered_days), orders, ago(days), unsubscribed, TODAY)


@pytest.mark.parametrize(
    ("orders", "days", "expected"),
    [
        (1, 0, "one_time_buyer"),
        (1, 30, "one_time_buyer"),
        (1, 31, "passive_buyer"),
        (1, 60, "passive_buyer"),
        (1, 61, "lost_buyer"),
        (1, 5000, "lost_buyer"),
        (2, 0, "repeat_buyer"),
        (2, 60, "repeat_buyer"),
        (3, 60, "repeat_buyer"),
        (2, 61, "passive_buyer"),
        (3, 90, "passive_buyer"),
        (2, 91, "lost_buyer"),
        (3, 91, "lost_buyer"),
        (4, 0, "regular"),
        (4, 90, "regular"),
        (4, 91, "passive_regular"),
        (40, 365, "passive_regular"),
        (4, 366, "lost_regular"),
        (400, 5000, "lost_regular"),
    ],
)
def test_a_buyer_stands_where_orders_and_days_say(orders: int, days: int, expected: str) -> None:
    assert key(orders=orders, days=days) == expected
    assert key(orders=orders, days=days, registered_days=1000, subscribed=True) == expected


@pytest.mark.parametrize(
    ("registered_days", "expected"),
    [(0, "registered"), (59, "registered"), (60, "inactive"), (61, "inactive"), (-1, "registered")],
)
def test_registered_without_an_order_is_inactive_from_the_sixtieth_day(
    registered_days: int, expected: str
) -> None:
    assert key(registered_days=registered_days) == expected


def test_whoever_only_subscribed_is_a_subscriber() -> None:
    assert key(subscribed=True) == "subscriber"
    assert key() == WEBSHOP.first_key() == "subscriber"


def test_an_order_dated_ahead_counts_as_todays() -> None:
    assert key(orders=1, days=-3) == "one_time_buyer"


@pytest.mark.parametrize(("orders", "days"), [(1, None), (0, 5), (-1, None), (-1, 5)])
def test_orders_that_contradict_their_last_date_are_an_error(orders: int, days: int | None) -> None:
    with pytest.raises(ValueError, match="orders with the last one"):
        key(orders=orders, days=days)


BUYERS = st.integers(1, 50)
DAYS = st.integers(0, 2000)
REGISTERED = st.none() | DAYS


@given(st.integers(0, 50), DAYS, REGISTERED, st.booleans())
def test_unsubscribed_stands_before_everything(
    orders: int, days: int, registered_days: int | None, subscribed: bool
) -> None:
    assert (
        key(
            orders=orders,
            days=days if orders else None,
            registered_days=registered_days,
            subscribed=subscribed,
            unsubscribed=True,
        )
        == "unsubscribed"
    )


@given(BUYERS, DAYS, REGISTERED, st.booleans())
def test_a_buyers_status_does_not_ask_about_registration(
    orders: int, days: int, registered_days: int | None, subscribed: bool
) -> None:
    assert key(orders=orders, days=days) == key(
        orders=orders, days=days, registered_days=registered_days, subscribed=subscribed
    )


def definition(orders: int, days: int) -> list[str]:
    """Every status whose words in DOMAIN fit; there must be exactly one."""
    few, many = 2 <= orders <= 3, orders >= 4
    fits = {
        "one_time_buyer": orders == 1 and days <= 30,
        "repeat_buyer": few and days <= 60,
        "regular": many and days <= 90,
        "passive_buyer": (orders == 1 and 30 < days <= 60) or (few and 60 < days <= 90),
        "passive_regular": many and 90 < days <= 365,
        "lost_buyer": (orders == 1 and days > 60) or (few and days > 90),
        "lost_regular": many and days > 365,
    }
    return [name for name, fit in fits.items() if fit]


@given(BUYERS, DAYS)
def test_the_statuses_of_buyers_are_a_partition(orders: int, days: int) -> None:
    assert definition(orders, days) == [key(orders=orders, days=days)]


@given(BUYERS, DAYS, st.integers(0, 1000))
def test_time_alone_never_makes_a_buyer_better(orders: int, days: int, later: int) -> None:
    rank = {
        name: number
        for number, names in enumerate(
            [
                ("one_time_buyer", "repeat_buyer", "regular"),
                ("passive_buyer", "passive_regular"),
                ("lost_buyer", "lost_regular"),
            ]
        )
        for name in names
    }
    assert rank[key(orders=orders, days=days)] <= rank[key(orders=orders, days=days + later)]


def test_the_eleven_statuses_need_no_todo() -> None:
    assert len(WEBSHOP.statuses) == 11
    assert {status.meaning for status in WEBSHOP.statuses} == {Meaning.NO_TODO}
