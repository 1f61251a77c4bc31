"""The steps of a sale. One of them wins it: those before set it in progress, those after follow
the sale. So what a step sets is where it stands, and the order can never contradict it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from modules.kinds.base import Sets
from modules.models import Former, Module, Step
from office.actions.tree import free_key, lock_module


def add_step(
    module_id: int, *, actor: User, name_hu: str, name_en: str, wins: bool = False
) -> Step:
    """A new step at the end; ``wins``: from now on it is the one that wins the sale."""
    with _steps(module_id) as (module, steps):
        step = Step.objects.create(
            module=module,
            key=free_key(name_en or name_hu, {one.key for one in steps}),
            name_hu=name_hu,
            name_en=name_en,
            order=len(steps),
            sets=Sets.CUSTOMER.value,
        )
        _arrange([*steps, step], step.pk if wins else _winner(steps))
        record(actor, "step.added", _told(module, step), {"step": step.pk, "wins": wins})
        return step


def change_step(step_id: int, *, actor: User, name_hu: str, name_en: str, wins: bool) -> Step:
    """Other names, and whether it wins the sale; it stays the one until another becomes it."""
    with _steps(_module_of(step_id)) as (module, steps):
        step = next((one for one in steps if one.pk == step_id), None)
        if step is None:
            raise Http404
        winner = _winner(steps)
        if not wins and winner == step_id:
            raise Refused(
                _("One step must win the sale. Mark another one, then this one isn't it any more."),
                field="wins",
            )
        before = {"hu": step.name_hu, "en": step.name_en, "wins": winner == step_id}
        after = {"hu": name_hu, "en": name_en, "wins": wins}
        if before == after:
            return step
        step.name_hu, step.name_en = name_hu, name_en
        step.save(update_fields=["name_hu", "name_en"])
        _arrange(steps, step_id if wins else winner)
        data = {"step": step.pk, "from": before, "to": after}
        record(actor, "step.changed", _told(module, step), data)
        return step


def remove_step(step_id: int, *, actor: User) -> int:
    """Take a step away with its ticks, of which the history goes on to tell; the module's id."""
    with _steps(_module_of(step_id)) as (module, steps):
        step = next((one for one in steps if one.pk == step_id), None)
        if step is None:
            raise Http404
        winner = _winner(steps)
        if winner == step_id:
            raise Refused(_("This step wins the sale. Mark another one as that first."))
        _arrange([one for one in steps if one.pk != step_id], winner)
        Former.objects.update_or_create(
            what=Former.STEP,
            number=step.pk,
            defaults={"name_hu": step.name_hu, "name_en": step.name_en},
        )
        record(actor, "step.removed", _told(module, step), {"step": step.pk})
        step.delete()
        return module.pk


def order_steps(module_id: int, ids: Sequence[int], *, actor: User) -> None:
    """The order of the steps. Conflict when there are others by now."""
    with _steps(module_id) as (module, steps):
        there = {step.pk: step for step in steps}
        if sorted(ids) != sorted(there):
            raise Conflict(_("Somebody changed the steps in the meantime."), module)
        _arrange([there[pk] for pk in ids], _winner(steps))
        record(actor, "steps.ordered", module.name, {"module": module.pk, "to": list(ids)})


def nudge_step(step_id: int, by: int, *, actor: User) -> int:
    """One place up (-1) or down (1); the module's id."""
    module_id = _module_of(step_id)
    ids = list(Step.objects.filter(module=module_id).in_order().values_list("pk", flat=True))
    place = ids.index(step_id)
    ids.remove(step_id)
    ids.insert(max(0, place + by), step_id)
    order_steps(module_id, ids, actor=actor)
    return module_id


@contextmanager
def _steps(module_id: int) -> Iterator[tuple[Module, list[Step]]]:
    with transaction.atomic():
        module = lock_module(module_id)
        if module.kind != "sales":
            raise Http404
        yield module, list(Step.objects.filter(module=module).in_order())


def _arrange(steps: Sequence[Step], winner: int) -> None:
    """Write the order and what follows from it. The old winner yields before the new one wins."""
    place = next(i for i, step in enumerate(steps) if step.pk == winner)
    if place == 0:
        raise Refused(
            _("At least one step must come before the one that wins the sale."), field="wins"
        )
    Step.objects.filter(pk__in=[one.pk for one in steps], sets=Sets.WON).exclude(pk=winner).update(
        sets=Sets.CUSTOMER
    )
    for i, step in enumerate(steps):
        sets = Sets.IN_PROGRESS if i < place else Sets.WON if i == place else Sets.CUSTOMER
        Step.objects.filter(pk=step.pk).update(order=i, sets=sets.value)
        step.order, step.sets = i, sets.value


def _winner(steps: Sequence[Step]) -> int:
    return int(next(step.pk for step in steps if step.sets == Sets.WON))


def _module_of(step_id: int) -> int:
    found = Step.objects.filter(pk=step_id).values_list("module_id", flat=True).first()
    if found is None:
        raise Http404
    return int(found)


def _told(module: Module, step: Step) -> str:
    return f"{module.name}: {step.name}"
