"""Types of todo: added, changed, ordered; archived ones are not offered any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from modules.actions.start import TYPES
from modules.models import TodoType
from office.actions.tree import free_key

START = {key: is_contact for key, *_rest, is_contact in TYPES}
"""The types that everybody has: whether they are contact is DOMAIN's (Sales, Forgotten)."""


@dataclass(frozen=True)
class TypePlan:
    """What a type is to be; ``reminder_minutes`` None: no reminder."""

    name_hu: str
    name_en: str
    icon: str
    minutes: int
    reminder_minutes: int | None
    is_contact: bool


def add_type(plan: TypePlan, *, actor: User) -> TodoType:
    """A new type, the last one."""
    with transaction.atomic():
        last = TodoType.objects.aggregate(last=Max("order"))["last"]
        keys = set(TodoType.objects.values_list("key", flat=True))
        made = TodoType.objects.create(
            key=free_key(plan.name_en or plan.name_hu, keys),
            order=0 if last is None else last + 1,
            **asdict(plan),
        )
        record(actor, "type.added", made.name, {"type": made.pk, "to": asdict(plan)})
        return made


def change_type(type_id: int, plan: TypePlan, *, actor: User, seen: str) -> TodoType:
    """Change a type; ``seen`` is its :func:`fingerprint` when the form was filled.

    The types that everybody starts with stay contact, or not, whatever is asked.
    """
    with transaction.atomic():
        kind = _locked(type_id)
        wanted = asdict(plan) | ({"is_contact": START[kind.key]} if kind.key in START else {})
        before = {name: getattr(kind, name) for name in wanted}
        if before == wanted:
            return kind
        if seen != fingerprint(kind):
            raise Conflict(
                _("Somebody changed this while you were editing. Look, then save again."), kind
            )
        for name, value in wanted.items():
            setattr(kind, name, value)
        kind.save()
        record(actor, "type.changed", kind.name, {"type": kind.pk, "from": before, "to": wanted})
        return kind


def archive_type(type_id: int, *, actor: User) -> TodoType:
    """Offer it no more; todos and suggestions that have it keep it."""
    with transaction.atomic():
        kind = _locked(type_id)
        if kind.archived_at is None:
            others = TodoType.objects.live().exclude(pk=kind.pk)
            if not others.exists():
                raise Refused(_("This is the last type. A todo must have one."))
            kind.archived_at = timezone.now()
            kind.save(update_fields=["archived_at"])
            record(actor, "type.archived", kind.name, {"type": kind.pk})
        return kind


def restore_type(type_id: int, *, actor: User) -> TodoType:
    """Offer it again."""
    with transaction.atomic():
        kind = _locked(type_id)
        if kind.archived_at is not None:
            kind.archived_at = None
            kind.save(update_fields=["archived_at"])
            record(actor, "type.restored", kind.name, {"type": kind.pk})
        return kind


def order_types(ids: Sequence[int], *, actor: User) -> None:
    """The order in which they are offered. Conflict when there are others by now."""
    with transaction.atomic():
        rows = TodoType.objects.live().order_by("pk").select_for_update(no_key=True)
        there = {one.pk for one in rows}
        if sorted(ids) != sorted(there):
            raise Conflict(_("Somebody changed the types in the meantime."), None)
        for place, pk in enumerate(ids):
            TodoType.objects.filter(pk=pk).update(order=place)
        record(actor, "types.ordered", "", {"to": list(ids)})


def nudge_type(type_id: int, by: int, *, actor: User) -> None:
    """One place up (-1) or down (1)."""
    ids = list(TodoType.objects.live().in_order().values_list("pk", flat=True))
    if type_id not in ids:
        raise Http404
    place = ids.index(type_id)
    ids.remove(type_id)
    ids.insert(max(0, place + by), type_id)
    order_types(ids, actor=actor)


def fingerprint(kind: TodoType) -> str:
    """What a form shows that it was filled from."""
    named = ("name_hu", "name_en", "icon", "minutes", "reminder_minutes", "is_contact")
    return "|".join(str(getattr(kind, name)) for name in named)


def _locked(type_id: int) -> TodoType:
    found: TodoType | None = (
        TodoType.objects.select_for_update(no_key=True).filter(pk=type_id).first()
    )
    if found is None:
        raise Http404
    return found
