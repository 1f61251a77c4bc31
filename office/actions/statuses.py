"""A status of a custom tree: added, and changed with what that means for its datasheets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from crm.errors import Conflict, Refused
from jobs.models import Job
from modules.models import Module, Status, StatusGroup
from office.actions.settling import settle_later, settle_status
from office.actions.tree import free_key, shaping

OPEN = "open"


@dataclass(frozen=True)
class StatusPlan:
    """What a status is to be."""

    group_id: int
    name_hu: str
    name_en: str
    hue: str
    meaning: str
    what_hu: str
    what_en: str


def add_status(module_id: int, plan: StatusPlan, *, actor: User) -> Status:
    """A new status, the last one of its group."""
    with shaping(module_id) as module:
        _check_group(module, plan.group_id)
        last = Status.objects.filter(group=plan.group_id).aggregate(last=Max("order"))["last"]
        keys = set(Status.objects.filter(module=module).values_list("key", flat=True))
        status = Status.objects.create(
            module=module,
            key=free_key(plan.name_en or plan.name_hu, keys),
            order=0 if last is None else last + 1,
            **asdict(plan),
        )
        data = {"status": status.pk, "to": asdict(plan)}
        record(actor, "status.added", f"{module.name}: {status.name}", data)
        return status


def change_status(
    status_id: int, plan: StatusPlan, *, actor: User, version: int
) -> tuple[Status, Job | None]:
    """Change a status; the job, when that brings many datasheets onto another shelf.

    Conflict when somebody saved it since the form was filled. Refused for the last open status
    that would be none any more.
    """
    module_id = Status.objects.filter(pk=status_id).values_list("module_id", flat=True).first()
    if module_id is None:
        raise Http404
    with shaping(module_id) as module:
        # Waits for everybody who is moving a datasheet into it, see crm.actions.holding.
        status = Status.objects.select_for_update().filter(pk=status_id).first()
        if status is None:
            raise Http404
        before = {name: getattr(status, name) for name in asdict(plan)}
        changed = {name: value for name, value in asdict(plan).items() if before[name] != value}
        if not changed:
            return status, None
        if version != status.version:
            raise Conflict(
                _("Somebody changed this status while you were editing. Look, then save again."),
                status,
            )
        _check_group(module, plan.group_id)
        _keep_one_open(module, status, plan.meaning)
        if "group_id" in changed:
            last = Status.objects.filter(group=plan.group_id).aggregate(last=Max("order"))["last"]
            status.order = 0 if last is None else last + 1
        was_final = status.is_final
        for name, value in changed.items():
            setattr(status, name, value)
        status.version += 1
        status.save()
        told = f"{module.name}: {status.name}"
        record(actor, "status.changed", told, _diff(before, changed, status))
        turned = status.is_final != was_final
        job = settle_later(status, actor=actor) if turned else None
    if turned and job is None:
        # Not while the status is locked: who changes a datasheet in it needs it to finish.
        settle_status(status.pk)
    return status, job


def keeps_one_open(module: Module, but: int, meaning: str = "") -> bool:
    """Whether an open status stays when this one becomes something else, or goes."""
    others = Status.objects.filter(module=module, meaning=OPEN).staying().exclude(pk=but)
    return meaning == OPEN or others.exists()


def _keep_one_open(module: Module, status: Status, meaning: str) -> None:
    if not keeps_one_open(module, status.pk, meaning):
        raise Refused(
            _("This is the last open status. Work must be able to stand somewhere."),
            field="meaning",
        )


def _check_group(module: Module, group_id: int) -> None:
    if not StatusGroup.objects.filter(pk=group_id, module=module).exists():
        raise Refused(_("There is no such group any more."), field="group")


def _diff(before: dict[str, Any], changed: dict[str, Any], status: Status) -> dict[str, Any]:
    return {
        "status": status.pk,
        "from": {name: before[name] for name in changed},
        "to": changed,
    }
