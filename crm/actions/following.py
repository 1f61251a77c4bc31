"""Which status a datasheet's facts lead to (DOMAIN, "Module kinds"): read only."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Max
from django.utils import timezone

from crm.constants import Shelf
from crm.models import Datasheet
from modules.kinds import sales, webshop
from modules.models import Status

# The statuses of Orders that make a buyer (DOMAIN, Webshop).
COUNTED_ORDERS = ("completed", "successful")


def status_key(datasheet: Datasheet, today: date) -> str:
    """The key of the status that the datasheet's facts lead to; its own where it is chosen."""
    kind = datasheet.module.kind
    if kind == "sales":
        return sales.status_key(
            datasheet.qualification,
            datasheet.sale_state,
            datasheet.decided,
            datasheet.forgotten,
        )
    if kind == "webshop":
        orders, last = _orders_of(datasheet)
        return webshop.status_key(
            subscribed=datasheet.registered_on is None,
            registered_on=datasheet.registered_on,
            orders=orders,
            last_order_on=last,
            unsubscribed=datasheet.unsubscribed,
            today=today,
        )
    return datasheet.status.key


def follow(datasheet: Datasheet) -> Status:
    """The status that the datasheet should stand in now."""
    key = status_key(datasheet, timezone.localdate())
    if key == datasheet.status.key:
        return datasheet.status
    return Status.objects.get(module=datasheet.module_id, key=key)


def _orders_of(datasheet: Datasheet) -> tuple[int, date | None]:
    """How many Completed and Successful orders the client has, and the day of the last."""
    found = Datasheet.objects.filter(
        client=datasheet.client_id,
        module__kind="orders",
        status__key__in=COUNTED_ORDERS,
    ).exclude(shelf=Shelf.TRASH)
    sums = found.aggregate(n=Count("pk"), last=Max("completed_on"))
    return sums["n"], sums["last"]
