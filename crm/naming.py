"""A private person's client bears the name of its contact, in the company's order of names.

When that order changes, the names of these clients follow in blocks, in the background.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Company, NameOrder
from crm import search
from crm.constants import ClientKind
from crm.models import Client, Contact

KIND: Final = "names"
BLOCK: Final = 500


def persons() -> QuerySet[Client]:
    """The clients that are persons, by their id."""
    found: QuerySet[Client] = Client.objects.filter(kind=ClientKind.PERSON)
    return found.order_by("pk")


def rename_block(after: int) -> tuple[int, int]:
    """Name the next persons behind ``after`` anew; the last one's id and how many (0: no more).

    The saved order is read each time: another process may have changed it just now.
    """
    with transaction.atomic():
        order = str(Company.objects.values_list("name_order", flat=True).get(pk=1))
        block = list(persons().filter(pk__gt=after).select_for_update(no_key=True)[:BLOCK])
        if not block:
            return after, 0
        names = _names([client.pk for client in block], order)
        changed = []
        for client in block:
            if client.pk in names and client.name != names[client.pk]:
                client.name = names[client.pk]
                client.derive()
                changed.append(client)
        Client.objects.bulk_update(changed, ["name", "folded_name", "sort_key"])
        search.reindex([client.pk for client in changed])
    return block[-1].pk, len(block)


def _names(client_ids: list[int], order: str) -> dict[int, str]:
    contacts = Contact.objects.filter(client__in=client_ids).order_by("-pk")
    named = {}
    for pk, *names in contacts.values_list("client_id", "family_name", "given_name"):
        if order == NameOrder.GIVEN_FIRST:
            names.reverse()
        named[pk] = " ".join(name for name in names if name)
    return named
