"""What the page of fields shows: each field with how it is used, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from crm.constants import Shelf
from crm.models import Client, Contact, Datasheet, FieldValue
from jobs.models import Job
from modules.actions.fields import KEPT, groups_of
from modules.fieldtypes import FieldKind, type_of
from modules.fieldtypes.change import LISTS
from modules.fieldtypes.numbers import currency
from modules.models import About, Field, FieldChoice, FieldGroup, FieldType, Module, Status
from office.actions.fields_change import job_of

SAMPLE = 1000
"""Records that "filled in" is counted over: exact in small modules, cheap in large ones."""
NAMED = 3
"""Choices that are named; the others are a number."""


@dataclass
class Row:
    """A field; ``percent`` is None while there are no records."""

    field: Field
    kind: FieldKind
    percent: int | None = None
    named: Sequence[FieldChoice] = ()
    more: int = 0
    job: Job | None = None

    @property
    def values(self) -> str:
        """Unit, currency, or what the automatic numbers look like."""
        options = self.field.options
        if self.field.type == FieldType.MONEY:
            return currency(self.field)
        if self.field.type == FieldType.NUMBER:
            return self.kind.display(self.field, self.field.next_number)
        if self.field.type in (FieldType.WHOLE, FieldType.DECIMAL):
            return str(options.get("unit") or "")
        return ""


@dataclass
class Group:
    """Rows under a heading; ``group`` None: those without one, which stand first."""

    group: FieldGroup | None
    rows: list[Row] = field(default_factory=list)


@dataclass
class Removed:
    """A removed field and until when it can be restored."""

    field: Field
    kind: FieldKind
    until: datetime


@dataclass
class Fields:
    """The whole page. ``sampled``: "filled in" is of the first thousand records."""

    about: str
    module: Module | None
    groups: list[Group]
    removed: list[Removed]
    sampled: bool
    counted: int
    tree: list[tuple[str, list[Status]]] = field(default_factory=list)

    @property
    def filling(self) -> str:
        """How far the fields are whose values are being brought over; empty when there is none."""
        rows = [row for group in self.groups for row in group.rows if row.job]
        return ",".join(
            f"{row.field.pk}-{row.job.percent}"
            for row in rows
            if row.job and not row.job.is_finished
        )

    @property
    def n(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def field_list(about: str, module: Module | None) -> Fields:
    """Six queries, whatever the number of fields and records."""
    rows = _rows(about, module)
    shares, counted = _filled(about, module)
    for row in rows:
        row.percent = _percent(shares.get(row.field.pk, 0), counted)
    groups: dict[int | None, Group] = {None: Group(None)}
    module_id = module.pk if module else None
    groups |= {one.pk: Group(one) for one in groups_of(about, module_id)}
    for row in rows:
        groups[row.field.group_id].rows.append(row)
    return Fields(
        about=about,
        module=module,
        groups=[group for group in groups.values() if group.rows],
        removed=_removed(about, module),
        sampled=counted >= SAMPLE,
        counted=counted,
        tree=_tree(module) if module and module.fixed else [],
    )


def row_of(field: Field) -> Row:
    """A field without its share, for the part that only changes its switch."""
    return Row(field, type_of(field))


def _rows(about: str, module: Module | None) -> list[Row]:
    live = Field.objects.live().filter(about=about, module=module).in_order()
    rows = []
    for one in live.select_related("required_from").prefetch_related("choices"):
        row = Row(one, type_of(one), job=job_of(one) if one.filled_from_id else None)
        if one.type in LISTS:
            offered = sorted(
                (choice for choice in one.choices.all() if choice.removed_at is None),
                key=lambda choice: (choice.order, choice.pk),
            )
            row.named, row.more = offered[:NAMED], max(0, len(offered) - NAMED)
        rows.append(row)
    return rows


def _filled(about: str, module: Module | None) -> tuple[dict[int, int], int]:
    """How many of the sampled records have each field, and how many were sampled."""
    records, key = _sample(about, module)
    ids = list(records.values_list("pk", flat=True)[:SAMPLE])
    values = FieldValue.objects.filter(**{f"{key}__in": ids})
    shares = values.values("field").annotate(n=Count(key, distinct=True)).order_by()
    return {row["field"]: row["n"] for row in shares}, len(ids)


def _sample(about: str, module: Module | None) -> tuple[QuerySet[Any], str]:
    """Open datasheets in the order of the list, which one index gives; the others newest first."""
    if about == About.DATASHEET:
        of_module = Datasheet.objects.filter(module=module).exclude(shelf=Shelf.TRASH)
        open_ones = of_module.filter(shelf=Shelf.OPEN).order_by("next_due_at", "pk")
        return (open_ones if open_ones.exists() else of_module.order_by("shelf")), "datasheet"
    if about == About.CLIENT:
        return Client.objects.filter(trashed_at=None).order_by("-pk"), "client"
    return Contact.objects.filter(client__trashed_at=None).order_by("-pk"), "contact"


def _percent(n: int, total: int) -> int | None:
    return round(100 * n / total) if total else None


def _removed(about: str, module: Module | None) -> list[Removed]:
    since = timezone.now() - KEPT
    gone = Field.objects.removed().filter(about=about, module=module, removed_at__gte=since)
    return [
        Removed(one, type_of(one), one.removed_at + KEPT)
        for one in gone.select_related("removed_by").order_by("-removed_at")
        if one.removed_at
    ]


def _tree(module: Module) -> list[tuple[str, list[Status]]]:
    groups: dict[str, list[Status]] = {}
    for one in Status.objects.filter(module=module).in_order():
        groups.setdefault(one.group.name, []).append(one)
    return list(groups.items())
