"""Modules: added, ordered in the bar, described, archived, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import locks
from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from crm.models import Datasheet
from importer.models import Import
from jobs.models import Job
from modules.actions.copying import copy_module
from modules.actions.start import create_module
from modules.kinds.base import Refused as KindRefused
from modules.models import Module, ModuleTurn, ModuleUser, Status, StatusGroup
from office.actions.access_lost import losers, pass_on_or_start
from office.actions.tree import lock_module


@dataclass(frozen=True)
class ModulePlan:
    """What a module is to be. ``members`` and ``turns`` are ids of users."""

    name_hu: str
    name_en: str
    icon: str
    limited: bool
    members: frozenset[int]
    first_responsible: str
    turns: frozenset[int]
    default_status_id: int | None
    forgotten_after_days: int
    heirs: dict[int, int | None] = field(default_factory=dict)


PLAIN = ("name_hu", "name_en", "icon", "limited", "first_responsible", "forgotten_after_days")


def add_module(
    kind: str, *, actor: User, name_hu: str, name_en: str, icon: str, copy_of: int | None = None
) -> Module:
    """A new module, last in the bar: from its kind's start, or as a copy of another one."""
    with transaction.atomic():
        try:
            if copy_of is None:
                module = create_module(kind, name_hu=name_hu, name_en=name_en)
            else:
                other = Module.objects.filter(pk=copy_of, kind=kind).first()
                if other is None:
                    raise Refused(_("That module is not there any more."), field="copy_of")
                module = copy_module(other, name_hu=name_hu, name_en=name_en)
        except KindRefused as refused:
            raise Refused(str(refused), field="kind") from refused
        module.icon = icon
        module.save(update_fields=["icon"])
        data = {"module": module.pk, "kind": kind, "copy_of": copy_of}
        record(actor, "module.added", module.name, data)
        return module


def order_modules(ids: Sequence[int], *, actor: User) -> None:
    """The order of the bar. Conflict when there are other modules by now."""
    with transaction.atomic():
        rows = Module.objects.active().order_by("pk").select_for_update(no_key=True)
        modules = {module.pk: module for module in rows}
        if sorted(ids) != sorted(modules):
            raise Conflict(_("Somebody added or archived a module in the meantime."), None)
        before = [one.pk for one in sorted(modules.values(), key=lambda m: (m.order, m.pk))]
        if before == list(ids):
            return
        for place, pk in enumerate(ids):
            Module.objects.filter(pk=pk).exclude(order=place).update(order=place)
        record(actor, "modules.ordered", "", {"from": before, "to": list(ids)})


def nudge_module(module_id: int, by: int, *, actor: User) -> None:
    """One place towards the front (-1) or the end (1) of the bar."""
    ids = list(Module.objects.active().in_order().values_list("pk", flat=True))
    if module_id not in ids:
        raise Http404
    place = ids.index(module_id)
    ids.remove(module_id)
    ids.insert(max(0, place + by), module_id)
    order_modules(ids, actor=actor)


def save_module(
    module_id: int, plan: ModulePlan, *, actor: User, version: int
) -> tuple[Module, Job | None]:
    """Save what a module is; the job, if people lose it who have much in it.

    Conflict when somebody saved it since the form was filled.
    """
    with transaction.atomic():
        # Seized before the module: who gives them work holds them, and comes to it afterwards.
        losing = losers(module_id, limited=plan.limited, members=plan.members)
        for pk in sorted(losing):
            locks.seize(pk)
        module = lock_module(module_id)
        before = describe(module)
        after = _wanted(module, plan)
        if before == after:
            return module, None
        if version != module.version:
            raise Conflict(
                _("Somebody changed this module while you were editing. Look, then save again."),
                module,
            )
        for name in PLAIN:
            setattr(module, name, getattr(plan, name))
        module.default_status_id = plan.default_status_id
        module.version += 1
        module.save()
        _set_people(module, plan)
        changed = [name for name in after if before[name] != after[name]]
        data = {
            "module": module.pk,
            "from": {name: before[name] for name in changed},
            "to": {name: after[name] for name in changed},
        }
        record(actor, "module.changed", module.name, data)
        heirs = {pk: plan.heirs.get(pk) for pk in losing}
        job = pass_on_or_start(module.pk, heirs, actor=actor)
    return module, job


def archive(module_id: int, *, actor: User) -> None:
    """Hide it: nothing of it is lost, and nobody sees it until it is restored."""
    with transaction.atomic():
        module = lock_module(module_id)
        if module.archived_at is None:
            module.archived_at = timezone.now()
            module.version += 1
            module.save(update_fields=["archived_at", "version"])
            record(actor, "module.archived", module.name, {"module": module.pk})


def restore(module_id: int, *, actor: User) -> None:
    """Back into the bar, as the last one."""
    with transaction.atomic():
        module = lock_module(module_id)
        if module.archived_at is not None:
            module.archived_at = None
            module.order = Module.objects.count()
            module.version += 1
            module.save(update_fields=["archived_at", "order", "version"])
            record(actor, "module.restored", module.name, {"module": module.pk})


def why_not_deleted(module: Module) -> str:
    """The reason why it can't be deleted; empty when it can."""
    if Datasheet.objects.filter(module=module).exists():
        return _("It has datasheets, perhaps in the trash. Archive it instead: nothing is lost.")
    if Import.objects.filter(module=module).exists():
        return _("Something was imported into it. Archive it instead: nothing is lost.")
    return ""


def delete(module_id: int, *, actor: User) -> None:
    """Delete a module that never held anything, with its tree, fields and suggestions."""
    with transaction.atomic():
        module = Module.objects.select_for_update().filter(pk=module_id).first()
        if module is None:
            raise Http404
        if reason := why_not_deleted(module):
            raise Refused(reason)
        record(actor, "module.deleted", module.name, {"module": module.pk, "kind": module.kind})
        Status.objects.filter(module=module).update(leaving_to=None)
        module.fields.all().delete()
        Status.objects.filter(module=module).delete()
        StatusGroup.objects.filter(module=module).delete()
        module.delete()


def describe(module: Module) -> dict[str, Any]:
    """The module's settings as plain values, as the activity log keeps them."""
    return {
        **{name: getattr(module, name) for name in PLAIN},
        "default_status": module.default_status_id,
        "members": sorted(module.members.values_list("user_id", flat=True)),
        "turns": sorted(module.turns.values_list("user_id", flat=True)),
    }


def _wanted(module: Module, plan: ModulePlan) -> dict[str, Any]:
    found = asdict(plan)
    return {
        **{name: found[name] for name in PLAIN},
        "default_status": plan.default_status_id,
        "members": sorted(plan.members),
        "turns": sorted(plan.turns),
    }


def _set_people(module: Module, plan: ModulePlan) -> None:
    ModuleUser.objects.filter(module=module).exclude(user__in=plan.members).delete()
    ModuleUser.objects.bulk_create(
        [ModuleUser(module=module, user_id=pk) for pk in sorted(plan.members)],
        ignore_conflicts=True,
    )
    ModuleTurn.objects.filter(module=module).exclude(user__in=plan.turns).delete()
    ModuleTurn.objects.bulk_create(
        [ModuleTurn(module=module, user_id=pk) for pk in sorted(plan.turns)],
        ignore_conflicts=True,
    )
