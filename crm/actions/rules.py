"""Bring datasheets in line with the rules of their kind, as done by the system.

Each rule gives the same result when it is run twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from crm.actions import counts
from crm.actions.base import follow_rules, lock_first, settle
from crm.constants import Shelf
from crm.models import Datasheet


def follow_orders(order: Datasheet) -> None:
    """After an order has moved: bring the client's Webshop datasheets in line."""
    if order.module.kind == "orders":
        buyers = Datasheet.objects.filter(client=order.client_id, module__kind="webshop")
        bring_in_line(buyers.exclude(shelf=Shelf.TRASH))


def bring_in_line(datasheets: Iterable[Datasheet]) -> int:
    """Let each datasheet's status follow its rules; how many moved."""
    moved = 0
    for found in datasheets:
        with transaction.atomic():
            datasheet = lock_first(Datasheet.objects.all(), found.pk)
            before = counts.key_of(datasheet)
            if follow_rules(datasheet):
                settle(datasheet)
                counts.moved(before, counts.key_of(datasheet))
                moved += 1
    return moved
