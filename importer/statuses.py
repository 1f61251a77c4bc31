"""What a value of a status column can mean in a module, and what a datasheet then says.

Where the kind's statuses are fixed a value maps to what the status follows from (DOMAIN,
"Import"): for Sales to qualification and state, for Invoicing also to the type of document.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

from crm.actions.datasheets import first_status
from crm.constants import DocumentType, Qualification, SaleState
from modules.kinds import sales
from modules.kinds.base import Refused
from modules.models import Module, Status
from modules.registry import kind_of


def choices(module: Module) -> list[Status]:
    """The statuses that a value may be mapped to, in the order of the tree.

    Not those that nobody sets: Forgotten, and the Webshop's, which follow from orders and days.
    """
    kind = kind_of(module).key
    if kind == "webshop":
        return []
    found = Status.objects.filter(module=module).staying().select_related("group")
    statuses = list(found.order_by("group__order", "order", "pk"))
    return [s for s in statuses if kind != "sales" or s.key in _sales_facts()]


def start(module: Module) -> Status:
    """The status of a row that says nothing about it."""
    statuses = Status.objects.filter(module=module)
    kind = kind_of(module)
    if kind.fixed:
        return statuses.get(key=kind.first_key())
    return first_status(module)


def facts(module: Module, status: Status) -> dict[str, Any]:
    """The values of a datasheet that stands in the status."""
    kind = kind_of(module).key
    if kind == "sales":
        return dict(_sales_facts()[status.key])
    if kind == "invoicing":
        offer = status.group.key.startswith("offer")
        return {"document_type": DocumentType.OFFER if offer else DocumentType.INVOICE}
    return {}


@lru_cache(maxsize=1)
def _sales_facts() -> dict[str, dict[str, Any]]:
    """Each status of Sales but Forgotten, with the facts that lead to it."""
    found: dict[str, dict[str, Any]] = {}
    for q, state, decided in product(Qualification.values, SaleState.values, (False, True)):
        try:
            key = sales.status_key(q, state, decided)
        except Refused:
            continue
        values = {"qualification": q, "sale_state": state, "decided": decided}
        found.setdefault(key, values)
    return found
