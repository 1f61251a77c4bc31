"""A module as a copy of another: its tree, suggestions, steps and fields, without a datasheet."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models, transaction

from modules.actions.start import create_module
from modules.models import (
    Field,
    FieldChoice,
    FieldGroup,
    Module,
    Status,
    StatusGroup,
    Step,
    Suggestion,
)

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def copy_module(other: Module, *, name_hu: str, name_en: str) -> Module:
    """A module of the same kind that begins as ``other`` is now.

    Raises ``Refused`` for a kind of which there is only one. Who may use it, who is responsible
    and the icon are copied too; nobody's turn is, nor what is being removed.
    """
    module = create_module(other.kind, name_hu=name_hu, name_en=name_en)
    _clear(module)
    statuses = _tree(other, module)
    _suggestions(statuses)
    for step in other.steps.in_order():
        _again(step, module=module)
    _fields(other, module, statuses)
    module.icon = other.icon
    module.limited = other.limited
    module.forgotten_after_days = other.forgotten_after_days
    module.default_status = statuses.get(other.default_status_id or 0)
    module.save()
    module.users.set(other.users.all())
    return module


def _again(one: M, **changes: Any) -> M:
    """A fresh row with the same values but these."""
    values = {
        field.attname: getattr(one, field.attname)
        for field in one._meta.concrete_fields
        if not field.primary_key
    }
    for name, value in changes.items():
        field = one._meta.get_field(name)
        values[getattr(field, "attname", name)] = getattr(value, "pk", value)
    return type(one)._default_manager.create(**values)


def _clear(module: Module) -> None:
    Status.objects.filter(module=module).delete()
    StatusGroup.objects.filter(module=module).delete()
    Step.objects.filter(module=module).delete()


def _tree(other: Module, module: Module) -> dict[int, Status]:
    """The copied statuses, by the ids of the originals."""
    copies: dict[int, Status] = {}
    for group in other.groups.order_by("order", "pk"):
        new = _again(group, module=module)
        for status in Status.objects.filter(group=group).staying():
            copies[status.pk] = _again(status, module=module, group=new, version=1)
    return copies


def _suggestions(statuses: dict[int, Status]) -> None:
    for one in Suggestion.objects.filter(status__in=list(statuses)).in_order():
        _again(one, status=statuses[one.status_id], moves_to=statuses.get(one.moves_to_id or 0))


def _fields(other: Module, module: Module, statuses: dict[int, Status]) -> None:
    groups = {group.pk: _again(group, module=module) for group in _groups(other)}
    for field in Field.objects.filter(module=other).live():
        copy = _again(
            field,
            module=module,
            group=groups.get(field.group_id or 0),
            required_from=statuses.get(field.required_from_id or 0),
            next_number=1,
            version=1,
        )
        for choice in FieldChoice.objects.filter(field=field, removed_at=None):
            _again(choice, field=copy)


def _groups(other: Module) -> models.QuerySet[FieldGroup]:
    return FieldGroup.objects.filter(module=other)
