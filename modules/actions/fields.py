"""Fields added, changed, ordered, removed and restored. Their values stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as also
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.audit import record
from accounts.models import Company, User
from modules.models import Field, FieldChoice, FieldGroup, FieldType, Module, Required
from web.text import fold

KEPT = timedelta(days=30)
"""How long a removed field can be restored."""
LISTS = (FieldType.CHOICE, FieldType.CHOICES)
Order = list[tuple[int | None, list[int]]]
"""Each group's id (None: those without a group) with the ids of its fields, all in order."""


class FieldChanged(Exception):
    """The field isn't any more what the form was made from; ``current`` is what it is now."""

    def __init__(self, current: Field) -> None:
        super().__init__()
        self.current = current


@dataclass(frozen=True)
class ChoicePlan:
    """A choice as it is to be; without ``pk`` it is a new one."""

    name_hu: str
    name_en: str
    hue: str = "slate"
    pk: int | None = None
    default: bool = False


@dataclass(frozen=True)
class FieldPlan:
    """What a field is to be. With a name for a new group it goes there.

    ``default`` is in the serialised form of the type; of choices it is what they say themselves.
    """

    label_hu: str
    label_en: str
    help_hu: str = ""
    help_en: str = ""
    group_id: int | None = None
    group_hu: str = ""
    group_en: str = ""
    options: dict[str, Any] = also(default_factory=dict)
    default: Any = None
    required: str = Required.NEVER
    required_from_id: int | None = None
    seen_by: tuple[str, ...] = ()
    in_list: bool = False
    choices: tuple[ChoicePlan, ...] = ()


def add_field(
    about: str, module_id: int | None, type_: str, plan: FieldPlan, *, actor: User
) -> Field:
    """A new field, the last one of its group. It asks nothing of the records that there are."""
    with shaping(about, module_id):
        made = Field(about=about, module_id=module_id, type=type_)
        _put(made, plan)
        made.order = _next_order(about, module_id, made.group_id)
        made.next_number = _start(plan)
        made.save()
        _put_choices(made, plan)
        record(actor, "field.added", _where(made), {"field": made.pk, "to": _state(made)})
    return made


def change_field(field_id: int, plan: FieldPlan, *, actor: User, version: int) -> Field:
    """Changes all of a field but its type. Sending the same form twice is no conflict.

    Raises Field.DoesNotExist for a removed one, FieldChanged when somebody saved it meanwhile.
    """
    with transaction.atomic():
        changed = _lock(field_id)
        stale, before = changed.version != version, _state(changed)
        with transaction.atomic():
            _put(changed, plan)
            changed.next_number = max(changed.next_number, _start(plan))
            changed.version += 1
            changed.save()
            _put_choices(changed, plan)
            after = _state(changed)
            # A conflict leaves no new group and no new choice behind.
            transaction.set_rollback(stale or after == before)
        if after == before:
            return _lock(field_id)
        if stale:
            raise FieldChanged(_lock(field_id))
        keys = [key for key in after if after[key] != before[key]]
        data = {name: {key: state[key] for key in keys} for name, state in
                (("from", before), ("to", after))}  # fmt: skip
        record(actor, "field.changed", _where(changed), {"field": field_id, **data})
    return changed


def add_choice(field_id: int, name: str, *, hungarian: bool, actor: User) -> tuple[int, bool]:
    """The id of the field's choice of this name in either language, and whether it is new: a
    removed one comes back, else it is the last one.

    Raises Field.DoesNotExist for a removed field and for one without choices.
    """
    with transaction.atomic():
        changed, wanted = _lock_list(field_id), fold(name)
        named = [
            one
            for one in changed.choices.order_by("order", "pk")
            if wanted in (fold(one.name_hu), fold(one.name_en))
        ]
        live = next((one for one in named if one.removed_at is None), None)
        if live is not None:
            return live.pk, False
        before = _state(changed)
        made = named[0] if named else FieldChoice(field=changed)
        if not named:
            made.name_hu, made.name_en = (name, "") if hungarian else ("", name)
        made.order = (changed.choices.aggregate(last=Max("order"))["last"] or 0) + 1
        made.removed_at = None
        made.save()
        _note_choices(changed, before, actor)
    return made.pk, True


def drop_choice(choice_id: int, *, actor: User) -> None:
    """Takes a choice away; values that have it keep it. One that is gone already stays gone."""
    with transaction.atomic():
        gone = FieldChoice.objects.filter(pk=choice_id, removed_at=None).first()
        changed = Field.objects.live().filter(pk=gone.field_id).first() if gone else None
        if gone is None or changed is None:
            return
        changed = _lock_list(changed.pk)
        before = _state(changed)
        FieldChoice.objects.filter(pk=choice_id).update(removed_at=timezone.now())
        _note_choices(changed, before, actor)


def _lock_list(field_id: int) -> Field:
    return Field.objects.live().filter(type__in=LISTS).select_for_update().get(pk=field_id)


def _note_choices(changed: Field, before: dict[str, Any], actor: User) -> None:
    changed.version += 1
    changed.save(update_fields=["version"])
    told = {"from": before["choices"], "to": _state(changed)["choices"]}
    data = {name: {"choices": choices} for name, choices in told.items()}
    record(actor, "field.changed", _where(changed), {"field": changed.pk, **data})


def show_in_list(field_id: int, shown: bool, *, actor: User) -> Field:
    """Whether it is a column of the module's list; no conflict, the last one who says it wins."""
    with transaction.atomic():
        changed = _lock(field_id)
        if changed.in_list != shown:
            changed.in_list = shown
            changed.version += 1
            changed.save(update_fields=["in_list", "version"])
            data = {"field": field_id, "from": not shown, "to": shown}
            record(actor, "field.list", _where(changed), data)
    return changed


def order_fields(about: str, module_id: int | None, order: Order, *, actor: User) -> None:
    """Groups in this order with these fields in this order. Strangers among them are left out."""
    with shaping(about, module_id):
        groups = groups_of(about, module_id).in_bulk([pk for pk, _ids in order if pk])
        ours = Field.objects.live().of(about, module_id).order_by("pk").select_for_update()
        found = ours.in_bulk()
        moved = False
        for place, (group_id, ids) in enumerate(order):
            if group_id is not None and group_id not in groups:
                continue
            if group_id is not None and groups[group_id].order != place:
                moved = True
                FieldGroup.objects.filter(pk=group_id).update(order=place)
            for n, one in enumerate(found.pop(pk) for pk in ids if pk in found):
                if (one.order, one.group_id) != (n, group_id):
                    moved = True
                    Field.objects.filter(pk=one.pk).update(order=n, group=group_id)
        if moved:
            data = {"to": [[group_id, list(ids)] for group_id, ids in order]}
            record(actor, "field.ordered", _place(about, module_id), data)


def move_field(field_id: int, by: int, *, actor: User) -> None:
    """One place up (-1) or down (1); at the edge of its group into the next one."""
    one = Field.objects.live().get(pk=field_id)
    groups = columns(one.about, one.module_id)
    at = next(n for n, (_group, fields) in enumerate(groups) if field_id in fields)
    fields = groups[at][1]
    place = fields.index(field_id) + by
    if 0 <= place < len(fields):
        fields.remove(field_id)
        fields.insert(place, field_id)
    elif 0 <= at + by < len(groups):
        fields.remove(field_id)
        beside = groups[at + by][1]
        beside.insert(len(beside) if by < 0 else 0, field_id)
    order_fields(one.about, one.module_id, groups, actor=actor)


def columns(about: str, module_id: int | None) -> Order:
    """The ids of the live fields of each group in order; those without a group come first."""
    groups: dict[int | None, list[int]] = {None: []}
    for pk in groups_of(about, module_id).values_list("pk", flat=True):
        groups[pk] = []
    for one in Field.objects.live().of(about, module_id).order_by("order", "pk"):
        groups[one.group_id].append(one.pk)
    return list(groups.items())


def remove_field(field_id: int, *, actor: User) -> Field:
    """Takes the field away with its data, which comes back with it within 30 days."""
    with transaction.atomic():
        removed = Field.objects.select_for_update().get(pk=field_id)
        if removed.removed_at is None:
            removed.removed_at, removed.removed_by = timezone.now(), actor
            removed.version += 1
            removed.save(update_fields=["removed_at", "removed_by", "version"])
            record(actor, "field.removed", _where(removed), {"field": field_id})
    return removed


def restore_field(field_id: int, *, actor: User) -> Field:
    """Brings a removed field back, as the last one of its group; DoesNotExist after 30 days."""
    with transaction.atomic():
        since = timezone.now() - KEPT
        mine = Field.objects.removed().filter(removed_at__gte=since)
        back = mine.select_for_update().get(pk=field_id)
        back.removed_at = back.removed_by = None
        back.order = _next_order(back.about, back.module_id, back.group_id)
        back.version += 1
        back.save(update_fields=["removed_at", "removed_by", "order", "version"])
        record(actor, "field.restored", _where(back), {"field": field_id})
    return back


def rename_group(group_id: int, name_hu: str, name_en: str, *, actor: User) -> FieldGroup:
    """Another name of a heading."""
    with transaction.atomic():
        group = FieldGroup.objects.select_for_update().get(pk=group_id)
        before = [group.name_hu, group.name_en]
        if before != [name_hu, name_en]:
            group.name_hu, group.name_en = name_hu, name_en
            group.save(update_fields=["name_hu", "name_en"])
            data = {"from": before, "to": [name_hu, name_en]}
            record(actor, "field.group", _place(group.about, group.module_id), data)
    return group


def groups_of(about: str, module_id: int | None) -> Any:
    """The headings of a module's, of the clients' or of the contacts' fields, in order."""
    return FieldGroup.objects.filter(about=about, module=module_id).order_by("order", "pk")


@contextmanager
def shaping(about: str, module_id: int | None) -> Iterator[None]:
    """One at a time changes which fields there are: two who add or order wait for each other."""
    with transaction.atomic():
        if module_id is None:
            list(Company.objects.select_for_update(no_key=True).filter(pk=1).values_list("pk"))
        else:
            list(
                Module.objects.select_for_update(no_key=True).filter(pk=module_id).values_list("pk")
            )
        yield


def _lock(field_id: int) -> Field:
    return Field.objects.live().select_for_update().get(pk=field_id)


def _put(target: Field, plan: FieldPlan) -> None:
    target.label_hu, target.label_en = plan.label_hu, plan.label_en
    target.help_hu, target.help_en = plan.help_hu, plan.help_en
    target.options = plan.options
    target.required = plan.required
    from_status = plan.required == Required.FROM
    target.required_from_id = plan.required_from_id if from_status else None
    target.seen_by = list(plan.seen_by)
    target.in_list = plan.in_list
    group_id = _group(target, plan)
    if target.pk and group_id != target.group_id:
        target.order = _next_order(target.about, target.module_id, group_id)
    target.group_id = group_id
    if target.type not in LISTS:
        target.default = plan.default


def _group(target: Field, plan: FieldPlan) -> int | None:
    """The group of the plan, made when it is new; one of the same name is the same group."""
    if not (plan.group_hu or plan.group_en):
        return plan.group_id
    groups = groups_of(target.about, target.module_id)
    same = groups.filter(name_hu=plan.group_hu, name_en=plan.group_en).first()
    if same:
        return int(same.pk)
    last = groups.aggregate(last=Max("order"))["last"]
    made = FieldGroup.objects.create(
        about=target.about,
        module_id=target.module_id,
        name_hu=plan.group_hu,
        name_en=plan.group_en,
        order=0 if last is None else last + 1,
    )
    return made.pk


def _put_choices(target: Field, plan: FieldPlan) -> None:
    """Choices in the plan's order; one that is no more in it stays on the values that have it."""
    if target.type not in LISTS:
        return
    had = {choice.pk: choice for choice in target.choices.order_by("pk").select_for_update()}
    defaults = []
    for order, wanted in enumerate(plan.choices):
        choice = had.pop(wanted.pk or 0, None) or FieldChoice(field=target)
        choice.name_hu, choice.name_en = wanted.name_hu, wanted.name_en
        choice.hue, choice.order, choice.removed_at = wanted.hue, order, None
        choice.save()
        if wanted.default:
            defaults.append(choice.pk)
    gone = [pk for pk, choice in had.items() if choice.removed_at is None]
    FieldChoice.objects.filter(pk__in=gone).update(removed_at=timezone.now())
    several = target.type == FieldType.CHOICES
    target.default = (defaults or None) if several else next(iter(defaults), None)
    Field.objects.filter(pk=target.pk).update(default=target.default)


def _state(of: Field) -> dict[str, Any]:
    """All that an administrator says about a field, as the activity log has it."""
    names = (
        *("type", "label_hu", "label_en", "help_hu", "help_en", "options", "default"),
        *("required", "required_from_id", "seen_by", "in_list", "group_id", "next_number"),
    )
    choices = of.choices.filter(removed_at=None).order_by("order", "pk")
    return {name: getattr(of, name) for name in names} | {
        "choices": [[one.pk, one.name_hu, one.name_en, one.hue] for one in choices]
    }


def _next_order(about: str, module_id: int | None, group_id: int | None) -> int:
    same = Field.objects.live().of(about, module_id).filter(group=group_id)
    last: int | None = same.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _start(plan: FieldPlan) -> int:
    start = plan.options.get("start")
    return start if isinstance(start, int) and start > 0 else 1


def _where(of: Field) -> str:
    return f"{_place(of.about, of.module_id)}: {of.label}"


def _place(about: str, module_id: int | None) -> str:
    """What the activity log calls the page."""
    if module_id is None:
        return "clients" if about == "client" else "contacts"
    return Module.objects.get(pk=module_id).name
