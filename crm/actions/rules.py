"""Bring datasheets in line with the rules of their kind, as done by the system.

Each rule gives the same result when it is run twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.actions import counts
from crm.actions.base import follow_rules, lock_first, settle
from crm.actions.following import follow
from crm.constants import SaleState, Shelf
from crm.models import Datasheet
from modules.models import Module


def follow_orders(order: Datasheet) -> None:
    """After an order has moved: bring the client's Webshop datasheets in line."""
    if order.module.kind == "orders":
        buyers = Datasheet.objects.filter(client=order.client_id, module__kind="webshop")
        bring_in_line(buyers.exclude(shelf=Shelf.TRASH))


def bring_in_line(datasheets: Iterable[Datasheet]) -> int:
    """Let each datasheet's status follow its rules; how many moved."""
    moved = 0
    for found in datasheets:
        if follow(found).pk == found.status_id:
            continue
        with transaction.atomic():
            datasheet = lock_first(Datasheet.objects.all(), found.pk)
            before = counts.key_of(datasheet)
            if follow_rules(datasheet):
                settle(datasheet)
                counts.moved(before, counts.key_of(datasheet))
                moved += 1
    return moved


def forget_quiet_sales() -> int:
    """Mark the sales in progress that nobody has been in contact about; how many there were.

    DOMAIN, Sales: no call, meeting or email for the module's number of days, and no open todo.
    The next contact takes the mark off (:func:`crm.actions.base.record`).
    """
    return sum(_forget(module) for module in Module.objects.active().filter(kind="sales"))


def _forget(module: Module) -> int:
    since = timezone.now() - timedelta(days=module.forgotten_after_days)
    quiet = Q(last_contact_at__lt=since) | Q(last_contact_at=None, created_at__lt=since)
    found = Datasheet.objects.filter(
        quiet,
        module=module,
        shelf=Shelf.OPEN,
        next_todo=None,
        sale_state=SaleState.IN_PROGRESS,
        forgotten=False,
    )
    marked = 0
    for pk in list(found.values_list("pk", flat=True)):
        with transaction.atomic():
            datasheet = lock_first(Datasheet.objects.all(), pk)
            if not found.filter(pk=pk).exists():
                continue  # somebody was faster: a call, a todo, the trash
            before = counts.key_of(datasheet)
            datasheet.forgotten = True
            follow_rules(datasheet)
            settle(datasheet)
            counts.moved(before, counts.key_of(datasheet))
            marked += 1
    return marked
