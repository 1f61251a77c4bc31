"""The status tree of a module whose statuses are the company's own: groups, statuses, order.

Every edit locks the module's row first, so that two administrators never see half of each
other's tree; moving datasheets never waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from modules.models import Module, Status, StatusGroup

Order = Sequence[tuple[int, Sequence[int]]]
"""Each group's id with the ids of its statuses, all in order."""


@contextmanager
def shaping(module_id: int) -> Iterator[Module]:
    """The module, locked, whose tree is about to change; Refused where the kind fixes it."""
    with transaction.atomic():
        module = lock_module(module_id)
        if module.fixed:
            raise Refused(_("The statuses of this module belong to its kind."))
        yield module


def lock_module(module_id: int) -> Module:
    """The module as it is now, locked against other editors; Http404 when it is gone."""
    found = Module.objects.select_for_update(no_key=True).filter(pk=module_id).first()
    if found is None:
        raise Http404
    return found


def add_group(module_id: int, *, actor: User, name_hu: str, name_en: str) -> StatusGroup:
    """A new group, the last one, without statuses."""
    with shaping(module_id) as module:
        last = module.groups.aggregate(last=Max("order"))["last"]
        group = StatusGroup.objects.create(
            module=module,
            key=free_key(name_en or name_hu, set(module.groups.values_list("key", flat=True))),
            name_hu=name_hu,
            name_en=name_en,
            order=0 if last is None else last + 1,
        )
        record(actor, "group.added", _told(module, group), {"group": group.pk})
        return group


def rename_group(group_id: int, *, actor: User, name_hu: str, name_en: str) -> StatusGroup:
    """Other names for a group; the same ones change nothing."""
    with _group(group_id) as (module, group):
        before = {"hu": group.name_hu, "en": group.name_en}
        after = {"hu": name_hu, "en": name_en}
        if before != after:
            group.name_hu, group.name_en = name_hu, name_en
            group.save()
            data = {"group": group.pk, "from": before, "to": after}
            record(actor, "group.renamed", _told(module, group), data)
        return group


def remove_group(group_id: int, *, actor: User) -> int:
    """Take an empty group away; the module's id."""
    with _group(group_id) as (module, group):
        if group.statuses.exists():
            raise Refused(_("This group has statuses. Move them to another group first."))
        record(actor, "group.removed", _told(module, group), {"group": group.pk})
        group.delete()
        return module.pk


def reorder(module_id: int, order: Order, *, actor: User) -> None:
    """Put all groups and statuses into this order; a status may come to another group.

    Conflict when the tree isn't made of exactly these any more: somebody added or removed one.
    """
    with shaping(module_id) as module:
        groups = {one.pk: one for one in StatusGroup.objects.filter(module=module)}
        statuses = {one.pk: one for one in Status.objects.filter(module=module)}
        wanted = [pk for _group_id, pks in order for pk in pks]
        same_groups = sorted(pk for pk, _statuses in order) == sorted(groups)
        if not same_groups or sorted(wanted) != sorted(statuses):
            _refuse_old_tree(module)
        moved = []
        for place, (group_id, status_ids) in enumerate(order):
            if groups[group_id].order != place:
                StatusGroup.objects.filter(pk=group_id).update(order=place)
            for i, pk in enumerate(status_ids):
                if (statuses[pk].group_id, statuses[pk].order) != (group_id, i):
                    moved.append(pk)
                    Status.objects.filter(pk=pk).update(group=group_id, order=i)
        record(actor, "tree.ordered", module.name, {"module": module.pk, "statuses": moved})


def order_of(module: Module) -> list[tuple[int, list[int]]]:
    """The tree's present order, empty groups too."""
    found: dict[int, list[int]] = {
        pk: [] for pk in module.groups.order_by("order", "pk").values_list("pk", flat=True)
    }
    for pk, group_id in Status.objects.filter(module=module).in_order().values_list("pk", "group"):
        found[group_id].append(pk)
    return list(found.items())


def nudge_status(status_id: int, by: int, *, actor: User) -> int:
    """One place up (-1) or down (1), into the neighbouring group at the end; the module's id."""
    status = _status(status_id)
    order = order_of(status.module)
    at = next(i for i, (_pk, ids) in enumerate(order) if status_id in ids)
    ids = order[at][1]
    place = ids.index(status_id)
    ids.remove(status_id)
    if 0 <= place + by <= len(ids):
        ids.insert(place + by, status_id)
    elif 0 <= at + by < len(order):
        neighbours = order[at + by][1]
        neighbours.insert(0 if by > 0 else len(neighbours), status_id)
    else:
        ids.insert(place, status_id)
    reorder(status.module_id, order, actor=actor)
    return status.module_id


def nudge_group(group_id: int, by: int, *, actor: User) -> int:
    """A whole group one place up (-1) or down (1); the module's id."""
    group = StatusGroup.objects.select_related("module").filter(pk=group_id).first()
    if group is None:
        raise Http404
    order = order_of(group.module)
    place = next(i for i, (pk, _ids) in enumerate(order) if pk == group_id)
    moved = order.pop(place)
    order.insert(max(0, min(len(order), place + by)), moved)
    reorder(group.module_id, order, actor=actor)
    return group.module_id


def free_key(name: str, taken: set[str]) -> str:
    """A key for something new, made of its name."""
    base = slugify(name)[:32].strip("-_") or "x"
    key, n = base, 2
    while key in taken:
        key, n = f"{base}-{n}", n + 1
    return key


@contextmanager
def _group(group_id: int) -> Iterator[tuple[Module, StatusGroup]]:
    found = StatusGroup.objects.filter(pk=group_id).values_list("module_id", flat=True).first()
    if found is None:
        raise Http404
    with shaping(found) as module:
        group = StatusGroup.objects.filter(pk=group_id).first()
        if group is None:
            raise Http404
        yield module, group


def _status(status_id: int) -> Status:
    found: Status | None = Status.objects.select_related("module").filter(pk=status_id).first()
    if found is None:
        raise Http404
    return found


def _refuse_old_tree(module: Module) -> NoReturn:
    raise Conflict(
        _("Somebody changed the tree in the meantime. It is shown as it is now; move it again."),
        module,
    )


def _told(module: Module, part: Any) -> str:
    return f"{module.name}: {part.name}"
