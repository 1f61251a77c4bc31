"""What people are told about kinds: whom each is for, and how its fixed statuses come about."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.kinds import sales
from modules.names import in_language

ADVICE: dict[str, str | Promise] = {
    "sales": gettext_lazy(
        "For those who qualify many leads a month and want the order of importance made for them. "
        "The statuses are fixed: a lead moves by itself as you qualify it and tick the steps."
    ),
    "projects": gettext_lazy(
        "For jobs with a beginning and an end. You see your own steps as statuses."
    ),
    "hr": gettext_lazy(
        "For hiring: every applicant is a datasheet. You see your own steps as statuses."
    ),
    "events": gettext_lazy(
        "For trade fairs, trainings and other events, with those who come. "
        "You see your own steps as statuses."
    ),
    "partners": gettext_lazy(
        "For suppliers and other partners, from the first talk to regular work. "
        "You see your own steps as statuses."
    ),
    "helpdesk": gettext_lazy(
        "For questions and complaints that want an answer. You see your own steps as statuses."
    ),
    "invoicing": gettext_lazy(
        "Offers, proformas and invoices. There is one: invoices are numbered without gaps."
    ),
    "orders": gettext_lazy(
        "Orders from the first line to the payment. There is one: the Webshop counts its orders."
    ),
    "webshop": gettext_lazy(
        "Buyers, who move by themselves with what they order. There is one, beside Orders."
    ),
}
"""Whom a kind is for, beside its name where somebody chooses one."""

FLOW: dict[str, str | Promise] = {
    "sales": gettext_lazy("Leads move through them by themselves as the sale goes on."),
    "invoicing": gettext_lazy("A document moves when it is sent, accepted, issued or paid."),
    "orders": gettext_lazy("An order moves by what happens to it; there is no other way."),
    "webshop": gettext_lazy("Buyers move by themselves with every order and as days go by."),
}
"""How the statuses of a fixed kind are chosen, in one sentence."""

_MOVED: dict[str, dict[str, str | Promise]] = {
    "orders": {
        "draft": gettext_lazy("A new order, or one that is edited again."),
        "in_progress": gettext_lazy("A draft that was finalised."),
        "completed": gettext_lazy("An order in progress that was fulfilled."),
        "successful": gettext_lazy("A completed order that was paid, or a failed one after all."),
        "failed": gettext_lazy("An order in progress or completed that came to nothing."),
    },
    "invoicing": {
        "being_prepared": gettext_lazy("A new offer."),
        "sent": gettext_lazy("An offer that was sent."),
        "accepted": gettext_lazy("A sent offer that they accepted."),
        "rejected": gettext_lazy("A sent offer that they turned down."),
        "to_be_issued": gettext_lazy("A new proforma or invoice."),
        "issued": gettext_lazy("A proforma or invoice that was issued."),
        "paid": gettext_lazy("An issued proforma or invoice that was paid."),
        "cancelled": gettext_lazy("An issued invoice that was cancelled."),
    },
    "webshop": {
        "subscriber": gettext_lazy("On the list, neither registered nor a buyer."),
        "registered": gettext_lazy("Registered less than 60 days ago, no order yet."),
        "inactive": gettext_lazy("Registered at least 60 days ago, no order."),
        "regular": gettext_lazy("4 or more orders, the last within 90 days."),
        "repeat_buyer": gettext_lazy("2 or 3 orders, the last within 60 days."),
        "one_time_buyer": gettext_lazy("1 order, within 30 days."),
        "passive_regular": gettext_lazy("4 or more orders, the last 91 to 365 days ago."),
        "passive_buyer": gettext_lazy(
            "1 order 31 to 60 days ago, or 2 or 3 with the last 61 to 90 days ago."
        ),
        "lost_regular": gettext_lazy("4 or more orders, the last more than 365 days ago."),
        "lost_buyer": gettext_lazy(
            "1 order more than 60 days ago, or 2 or 3 with the last more than 90 days ago."
        ),
        "unsubscribed": gettext_lazy("Unsubscribed, whatever they ordered."),
    },
}


def comes_about(kind: str, status: str, *, forgotten_after_days: int = 30) -> str:
    """How a datasheet comes into a status of a fixed kind; empty for a status it doesn't have."""
    if kind == "sales":
        return _of_sales(status, forgotten_after_days)
    return str(_MOVED.get(kind, {}).get(status, ""))


def _of_sales(status: str, days: int) -> str:
    if status == "qualify":
        return _("A new lead, until it is qualified.")
    if status == "forgotten":
        return _(
            "No call, meeting or email for %(days)s days and no open todo, in a sale in progress. "
            "The next contact takes it off."
        ) % {"days": days}
    for key, hu, en in sales.QUALIFICATIONS:
        template = _sales_template(status, key)
        if template:
            return template % {"qualification": in_language(hu, en)}
    return ""


def _sales_template(status: str, qualification: str) -> str:
    return {
        f"prospecting_{qualification}": _(
            "Qualified as %(qualification)s; no step of the sale is ticked yet."
        ),
        f"sales_{qualification}_decided": _(
            "%(qualification)s, the sale is in progress and they have decided to buy."
        ),
        f"sales_{qualification}": _(
            "%(qualification)s, and the sale is in progress: its first step is ticked."
        ),
        f"customers_{qualification}": _(
            "%(qualification)s, and the step that wins the sale is ticked."
        ),
        f"database_{qualification}": _("%(qualification)s, and the sale was lost."),
    }.get(status, "")
