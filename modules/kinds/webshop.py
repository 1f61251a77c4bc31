"""Webshop: the status of a buyer follows from their orders (DOMAIN, Module kinds).

Bounds are inclusive; first the number of orders, then the days since the last. Past its last
bound a buyer is lost. "Unsubscribed" stands before all others.
"""

from datetime import date

from modules.kinds.base import Between, Fact, GroupSpec, Is, Meaning, ModuleKind, Rule, StatusSpec
from modules.kinds.base import decide as _decide

ONE = Between("orders", 1, 1)
FEW = Between("orders", 2, 3)
MANY = Between("orders", least=4)
INACTIVE_DAYS = 60


def _within(days: int) -> Between:
    return Between("days_since_last_order", most=days)


RULES = (
    Rule(when=(Is("unsubscribed", (True,)),), then="unsubscribed"),
    Rule(when=(ONE, _within(30)), then="one_time_buyer"),
    Rule(when=(ONE, _within(60)), then="passive_buyer"),
    Rule(when=(ONE,), then="lost_buyer"),
    Rule(when=(FEW, _within(60)), then="repeat_buyer"),
    Rule(when=(FEW, _within(90)), then="passive_buyer"),
    Rule(when=(FEW,), then="lost_buyer"),
    Rule(when=(MANY, _within(90)), then="regular"),
    Rule(when=(MANY, _within(365)), then="passive_regular"),
    Rule(when=(MANY,), then="lost_regular"),
    Rule(
        when=(Is("registered", (True,)), Between("days_registered", least=INACTIVE_DAYS)),
        then="inactive",
    ),
    Rule(when=(Is("registered", (True,)),), then="registered"),
    # Whoever is on the list without having registered or bought anything, also by hand.
    Rule(when=(), then="subscriber"),
)


def status_key(
    subscribed: bool,
    registered_on: date | None,
    orders: int,
    last_order_on: date | None,
    unsubscribed: bool,
    today: date,
) -> str:
    """The key of the status of a buyer on `today`, a date in the company's zone.

    `orders` counts the client's Completed and Successful datasheets in Orders and
    `last_order_on` is the day of the last of them. A date after `today` counts as today.
    `subscribed` adds nothing to what the others say: everybody who is in the webshop's list and
    neither registered nor bought is a subscriber. Raises ValueError when the number of orders
    and the last one contradict each other.
    """
    if orders < 0 or (orders > 0) != (last_order_on is not None):
        raise ValueError(f"{orders} orders with the last one on {last_order_on}.")
    return _decide(
        RULES,
        {
            "unsubscribed": unsubscribed,
            "subscribed": subscribed,
            "orders": orders,
            "days_since_last_order": _days(last_order_on, today),
            "registered": registered_on is not None,
            "days_registered": _days(registered_on, today),
        },
    )


def _days(since: date | None, today: date) -> int:
    return 0 if since is None else max(0, (today - since).days)


def _status(key: str, name_hu: str, name_en: str, hue: str) -> StatusSpec:
    return StatusSpec(
        key,
        name_hu,
        name_en,
        hue,
        Meaning.NO_TODO,
        "Nincs vele teendő, magától változik",
        "Nothing, it changes by itself",
    )


WEBSHOP = ModuleKind(
    key="webshop",
    name_hu="Webshop",
    name_en="Webshop",
    icon="shopping-cart",
    fixed=True,
    several=False,
    starts=("subscriber",),
    facts=(
        Fact("unsubscribed", (False, True)),
        Fact("subscribed", (False, True)),
        Fact("orders", (0, 1, 2, 3, 4, 5)),
        Fact("days_since_last_order", (0, 30, 31, 60, 61, 90, 91, 365, 366)),
        Fact("registered", (False, True)),
        Fact("days_registered", (0, 59, 60, 61)),
    ),
    rules=RULES,
    groups=(
        GroupSpec(
            "interested",
            "Érdeklődők",
            "Interested",
            (
                _status("subscriber", "Feliratkozó", "Subscriber", "sky"),
                _status("registered", "Regisztrált", "Registered", "indigo"),
                _status("inactive", "Inaktív", "Inactive", "slate"),
            ),
        ),
        GroupSpec(
            "buyers",
            "Vásárlók",
            "Buyers",
            (
                _status("regular", "Törzsvásárló", "Regular", "plum"),
                _status("repeat_buyer", "Visszatérő vásárló", "Repeat buyer", "moss"),
                _status("one_time_buyer", "Egyszeri vásárló", "One-time buyer", "teal"),
            ),
        ),
        GroupSpec(
            "passive",
            "Passzív vásárlók",
            "Passive buyers",
            (
                _status("passive_regular", "Passzív törzsvásárló", "Passive regular", "violet"),
                _status("passive_buyer", "Passzív vásárló", "Passive buyer", "olive"),
            ),
        ),
        GroupSpec(
            "lost",
            "Elveszettek",
            "Lost",
            (
                _status("lost_regular", "Elveszett törzsvásárló", "Lost regular", "clay"),
                _status("lost_buyer", "Elveszett vásárló", "Lost buyer", "sand"),
                _status("unsubscribed", "Leiratkozott", "Unsubscribed", "slate"),
            ),
        ),
    ),
)
