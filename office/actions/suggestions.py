"""What a status suggests to do next: up to some todos, in order. Of fixed kinds too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from modules.models import Status, Suggestion, TodoType
from office.actions.tree import lock_module

MOST = 12


@dataclass(frozen=True)
class SuggestionPlan:
    """What is suggested. ``moves_to_id`` only where statuses are chosen."""

    type_id: int
    text_hu: str
    text_en: str
    in_working_days: int
    moves_to_id: int | None = None


def add_suggestion(status_id: int, plan: SuggestionPlan, *, actor: User) -> Suggestion:
    """One more, the last one."""
    with transaction.atomic():
        status = _locked(status_id)
        _check(status, plan)
        found = Suggestion.objects.filter(status=status)
        if found.count() >= MOST:
            raise Refused(_("A status can suggest at most %(most)s todos.") % {"most": MOST})
        last = found.aggregate(last=Max("order"))["last"]
        made = Suggestion.objects.create(
            status=status, order=0 if last is None else last + 1, **asdict(plan)
        )
        _note(actor, "suggestion.added", status, made, {"to": asdict(plan)})
        return made


def change_suggestion(
    suggestion_id: int, plan: SuggestionPlan, *, actor: User, seen: str
) -> Suggestion:
    """Change one; ``seen`` is its :func:`fingerprint` when the form was filled."""
    with transaction.atomic():
        suggestion = _find(suggestion_id)
        _check(suggestion.status, plan)
        before = {name: getattr(suggestion, name) for name in asdict(plan)}
        if before == asdict(plan):
            return suggestion
        if seen != fingerprint(suggestion):
            raise Conflict(
                _("Somebody changed this while you were editing. Look, then save again."),
                suggestion,
            )
        for name, value in asdict(plan).items():
            setattr(suggestion, name, value)
        suggestion.save()
        data = {"from": before, "to": asdict(plan)}
        _note(actor, "suggestion.changed", suggestion.status, suggestion, data)
        return suggestion


def remove_suggestion(suggestion_id: int, *, actor: User) -> Status:
    """Take one away; the status it belonged to."""
    with transaction.atomic():
        suggestion = _find(suggestion_id)
        status = suggestion.status
        _note(actor, "suggestion.removed", status, suggestion, {})
        suggestion.delete()
        return status


def order_suggestions(status_id: int, ids: Sequence[int], *, actor: User) -> Status:
    """The order in which they are offered. Conflict when there are others by now."""
    with transaction.atomic():
        status = _locked(status_id)
        there = list(
            Suggestion.objects.filter(status=status).in_order().values_list("pk", flat=True)
        )
        if sorted(there) != sorted(ids):
            raise Conflict(_("Somebody changed the suggestions in the meantime."), status)
        if there != list(ids):
            for place, pk in enumerate(ids):
                Suggestion.objects.filter(pk=pk).update(order=place)
            record(
                actor, "suggestions.ordered", str(status), {"status": status.pk, "to": list(ids)}
            )
        return status


def nudge_suggestion(suggestion_id: int, by: int, *, actor: User) -> Status:
    """One place up (-1) or down (1)."""
    status_id = (
        Suggestion.objects.filter(pk=suggestion_id).values_list("status_id", flat=True).first()
    )
    if status_id is None:
        raise Http404
    rows = Suggestion.objects.filter(status=status_id).in_order()
    ids = list(rows.values_list("pk", flat=True))
    place = ids.index(suggestion_id)
    ids.remove(suggestion_id)
    ids.insert(max(0, place + by), suggestion_id)
    return order_suggestions(status_id, ids, actor=actor)


def fingerprint(suggestion: Suggestion) -> str:
    """What a form shows that it was filled from."""
    named = ("type_id", "text_hu", "text_en", "in_working_days", "moves_to_id")
    return "|".join(str(getattr(suggestion, name)) for name in named)


def _locked(status_id: int) -> Status:
    found: Status | None = Status.objects.select_related("module").filter(pk=status_id).first()
    if found is None:
        raise Http404
    lock_module(found.module_id)
    return found


def _find(suggestion_id: int) -> Suggestion:
    found: Suggestion | None = (
        Suggestion.objects.select_related("status__module").filter(pk=suggestion_id).first()
    )
    if found is None:
        raise Http404
    lock_module(found.status.module_id)
    found.refresh_from_db()
    return found


def _check(status: Status, plan: SuggestionPlan) -> None:
    if not TodoType.objects.filter(pk=plan.type_id).exists():
        raise Refused(_("There is no such type of todo."), field="type")
    if plan.moves_to_id is None:
        return
    others = Status.objects.filter(module=status.module_id).staying().exclude(pk=status.pk)
    if status.module.fixed or not others.filter(pk=plan.moves_to_id).exists():
        raise Refused(_("Choose another status of this module."), field="moves_to")


def _note(actor: User, action: str, status: Status, one: Suggestion, data: dict[str, Any]) -> None:
    told = f"{status.module.name}: {status.name}: {one.text}"
    record(actor, action, told, {"suggestion": one.pk, "status": status.pk, **data})
