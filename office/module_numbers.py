"""How many datasheets there are, by module and by status, from the kept counts."""

from __future__ import annotations

from django.db.models import Sum

from crm.constants import Shelf
from crm.models import DatasheetCount


def by_module() -> dict[int, int]:
    """Of each module; what lies in the trash isn't counted."""
    rows = DatasheetCount.objects.exclude(shelf=Shelf.TRASH).values_list("module_id")
    return {pk: n for pk, n in rows.annotate(total=Sum("n")) if n}


def by_status(module_id: int) -> dict[int, int]:
    """Of each status of a module; what lies in the trash isn't counted."""
    rows = DatasheetCount.objects.filter(module=module_id).exclude(shelf=Shelf.TRASH)
    return {pk: n for pk, n in rows.values_list("status_id").annotate(total=Sum("n")) if n}
