"""Another type for a field, without losing a value.

A field never changes its type: a new one takes its place (its label, group, rules), the old one
steps behind it with all its values, and what can be a value of the new type is brought over
(:mod:`office.actions.fields_fill`). Changed back, the old one comes to the front again, with the
values that had no form in between.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Refused
from crm.models import FieldValue
from jobs import runner
from jobs.models import Job, State
from modules.actions.fields import FieldChanged, shaping
from modules.fieldtypes import choices_of, kind_named, type_of
from modules.fieldtypes.change import LISTS, convert
from modules.models import Field, FieldChoice
from office.actions.fields_fill import chain_of, fill, finish
from office.actions.fields_survey import names_for, values_in_order

FEW = 2000
"""So many values are brought over at once, more in the background."""
JOB = "fill_field"
SHARED = (
    *("about", "module_id", "group_id", "order", "label_hu", "label_en", "help_hu", "help_en"),
    *("required", "required_from_id", "seen_by", "in_list", "next_number"),
)


def change_type(
    field_id: int, new_type: str, *, actor: User, version: int
) -> tuple[Field, Job | None]:
    """The field of the new type, and the job when its values come later.

    Raises Field.DoesNotExist, FieldChanged, and Refused while values are still being brought over.
    """
    where = Field.objects.values_list("about", "module_id").get(pk=field_id)
    with shaping(*where):
        old = Field.objects.live().select_for_update().get(pk=field_id)
        if old.type == new_type:
            return old, None
        if old.version != version:
            raise FieldChanged(old)
        if old.filled_from_id:
            raise Refused(_("The values of this field are still being brought over."))
        order = _order(old)
        new = _take_place(old, new_type)
        _bring_choices(old, new)
        _default(old, new)
        _step_behind(old, new, actor)
        data = {"field": new.pk, "was": old.pk, "from": old.type, "to": new_type}
        record(actor, "field.type", new.label, data)
        many = _count(order)
        payload = _payload(new, order)
        job = runner.start(JOB, actor=actor, payload=payload, total=many) if many > FEW else None
    # Not under the field's lock: who edits a record holds that and waits for the field.
    if job is None:
        fill(new, chain_of(new, order))
        finish(new)
    return new, job


def go_on(field_id: int, *, actor: User) -> Job | None:
    """The job that brings the values over: the one that runs, or another when it was stopped."""
    where = Field.objects.values_list("about", "module_id").get(pk=field_id)
    with shaping(*where):
        field = Field.objects.live().select_for_update().get(pk=field_id)
        if field.filled_from_id is None:
            return None
        last = job_of(field)
        if last is not None and not last.is_finished:
            return last
        order = last.payload["order"] if last is not None else _order(field)[1:]
        return runner.start(JOB, actor=actor, payload=_payload(field, order), total=_count(order))


def job_of(field: Field) -> Job | None:
    """The last job that brought values to the field."""
    return Job.objects.filter(kind=JOB, payload__field=field.pk).order_by("-pk").first()


def running() -> bool:
    """Whether any values are being brought over; costs one look at an index."""
    return Job.objects.filter(kind=JOB, state__in=[State.QUEUED, State.RUNNING]).exists()


def _order(front: Field) -> list[int]:
    """The field in front and those behind it, the last one first: see :func:`fields_fill.says`."""
    behind = front.earlier.order_by("-removed_at", "-pk").values_list("pk", flat=True)
    return [front.pk, *behind]


def _take_place(old: Field, new_type: str) -> Field:
    """The field that was of this type before, else a new one."""
    before = old.earlier.filter(type=new_type).order_by("-removed_at").first()
    new = before or Field(type=new_type)
    for name in SHARED:
        setattr(new, name, getattr(old, name))
    new.options = {**new.options, **old.options}
    new.version = old.version + 1
    new.removed_at = new.removed_by = new.replaced_by = None
    new.filled_from = old
    new.save()
    return new


def _bring_choices(old: Field, new: Field) -> None:
    """Choices by the names of the old one's, or of its values. Those it has already it keeps."""
    if new.type not in LISTS:
        return
    has = {(choice.name_hu, choice.name_en) for choice in new.choices.all()}
    if old.type in LISTS:
        wanted = choices_of(old)
    else:
        named = names_for(old, new.type, (value for _owner, value in values_in_order(old)))
        folded = {name for pair in has for name in pair}
        wanted = [FieldChoice(name_hu=name) for name in named if name not in folded]
    last: int = new.choices.aggregate(last=Max("order"))["last"] or 0
    FieldChoice.objects.bulk_create(
        FieldChoice(
            field=new,
            name_hu=one.name_hu,
            name_en=one.name_en,
            hue=one.hue,
            order=last + n,
            removed_at=one.removed_at,
        )
        for n, one in enumerate(wanted, 1)
        if (one.name_hu, one.name_en) not in has
    )


def _default(old: Field, new: Field) -> None:
    value = convert(type_of(old).load(old, old.default), old, new)
    new.default = kind_named(new.type).dump(value)
    new.save(update_fields=["default"])


def _step_behind(old: Field, new: Field, actor: User) -> None:
    """One field of each earlier type waits behind the one that is shown."""
    Field.objects.filter(replaced_by=old).exclude(pk=new.pk).update(replaced_by=new)
    old.replaced_by, old.removed_at, old.removed_by = new, timezone.now(), actor
    old.version += 1
    old.save(update_fields=["replaced_by", "removed_at", "removed_by", "version"])


def _payload(new: Field, order: list[int]) -> dict[str, Any]:
    return {"field": new.pk, "module": new.module_id, "about": new.about, "order": order}


def _count(order: list[int]) -> int:
    return FieldValue.objects.filter(field__in=order).count()
