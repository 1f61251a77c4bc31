"""Proof that the kept columns and counts equal their definitions, and their repair."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from crm.actions import counts
from crm.agenda import FAR
from crm.constants import Shelf, TodoState
from crm.models import Datasheet, DatasheetCount, Todo

BLOCK = 1000


@dataclass(frozen=True)
class Findings:
    """How many datasheets had a wrong key or shelf, and how many counts were wrong."""

    keys: int
    shelves: int
    counts: int

    @property
    def clean(self) -> bool:
        return not (self.keys or self.shelves or self.counts)


def check() -> Findings:
    """Compare everything that is kept with its definition; changes nothing."""
    kept, counted = counts.kept(), counts.counted()
    wrong = [key for key in kept.keys() | counted.keys() if kept[key] != counted[key]]
    return Findings(_wrong_keys().count(), _wrong_shelves().count(), len(wrong))


def repair() -> Findings:
    """Put right whatever :func:`check` finds, in blocks, and say how much it was."""
    found = check()
    while block := list(_wrong_keys()[:BLOCK]):
        with transaction.atomic():
            for datasheet in block:
                todo = datasheet.todos.filter(state=TodoState.OPEN).order_by("due_at", "pk").first()
                Datasheet.objects.filter(pk=datasheet.pk).update(
                    next_todo=todo, next_due_at=todo.due_at if todo else FAR
                )
    with transaction.atomic():
        _wrong_shelves().filter(_should_be_closed()).update(shelf=Shelf.CLOSED)
        _wrong_shelves().update(shelf=Shelf.OPEN)
        DatasheetCount.objects.all().delete()
        counts.add(counts.counted())
    return found


def _wrong_keys() -> QuerySet[Datasheet]:
    first = Todo.objects.filter(datasheet=OuterRef("pk"), state=TodoState.OPEN)
    first = first.order_by("due_at", "pk")
    return Datasheet.objects.annotate(
        right_due=Coalesce(Subquery(first.values("due_at")[:1]), Value(FAR)),
        right_todo=Coalesce(Subquery(first.values("pk")[:1]), Value(0)),
        kept_todo=Coalesce(F("next_todo_id"), Value(0)),
    ).exclude(next_due_at=F("right_due"), kept_todo=F("right_todo"))


def _should_be_closed() -> Q:
    return Q(status__meaning__in=["won", "lost"], next_todo=None)


def _wrong_shelves() -> QuerySet[Datasheet]:
    live = Datasheet.objects.exclude(shelf=Shelf.TRASH)
    wrongly_open = Q(shelf=Shelf.OPEN) & _should_be_closed()
    wrongly_closed = Q(shelf=Shelf.CLOSED) & ~_should_be_closed()
    return live.filter(pk__in=live.filter(wrongly_open | wrongly_closed).values("pk"))
