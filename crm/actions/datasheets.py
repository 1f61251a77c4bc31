"""Datasheets: made, named, handed over, put into the trash and brought back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm import access, keeping, search
from crm.actions import counts
from crm.actions.base import changing, lock_first, record, settle
from crm.actions.following import follow
from crm.actions.giving import heir_on, held, may_keep
from crm.actions.holding import hold
from crm.actions.rules import follow_orders
from crm.actions.todos import TodoPlan, add_todo
from crm.actions.turns import next_in_turn
from crm.constants import EntryKind, Qualification, SaleState, Shelf, TodoState
from crm.errors import Conflict, Forbidden, Refused
from crm.models import Client, Contact, Datasheet, HistoryEntry
from crm.value_rows import Values, start
from modules.models import Module, Status
from modules.registry import kind_of


@dataclass(frozen=True)
class DatasheetPlan:
    """What a new datasheet is to be. ``status`` for custom kinds, the facts for the fixed ones."""

    module: Module
    responsible: User | None
    name: str = ""
    status: Status | None = None
    main_contact: Contact | None = None
    qualification: str = ""
    sale_state: str = SaleState.DISCOVERY
    decided: bool = False
    document_type: str = ""
    registered_on: date | None = None
    # Instead of ``responsible``: whoever of the module's chosen users is next.
    in_turn: bool = False
    values: Values = field(default_factory=dict)


def create_datasheet(
    client_id: int, plan: DatasheetPlan, *, actor: User, todo: TodoPlan | None = None
) -> Datasheet:
    """A new datasheet of a client that the actor sees, perhaps with its first todo."""
    with transaction.atomic():
        client = Client.objects.visible_to(actor).select_for_update().filter(pk=client_id).first()
        if client is None:
            raise Http404
        return make_datasheet(client, plan, actor=actor, todo=todo)


def make_datasheet(
    client: Client, plan: DatasheetPlan, *, actor: User, todo: TodoPlan | None = None
) -> Datasheet:
    """As :func:`create_datasheet`, for a client that the caller has locked or just made."""
    if not Module.objects.for_user(actor).filter(pk=plan.module.pk).exists():
        raise Refused(_("Choose a module that you use."), field="module")
    if plan.in_turn:
        plan = replace(plan, responsible=next_in_turn(plan.module))
        todo = todo and replace(todo, responsible=plan.responsible or actor)
    check_responsible(plan.responsible, plan.module.pk)
    datasheet = Datasheet(
        client=client,
        module=plan.module,
        name=plan.name,
        main_contact=plan.main_contact,
        responsible=plan.responsible,
        qualification=plan.qualification,
        sale_state=plan.sale_state,
        decided=plan.decided,
        document_type=plan.document_type,
        registered_on=plan.registered_on,
        created_by=actor,
    )
    datasheet.status = _first_status(datasheet, plan)
    datasheet.save()
    start(datasheet, plan.values)
    record(EntryKind.CREATED, datasheet, actor=actor, data={"status": datasheet.status_id})
    if todo is not None:
        add_todo(datasheet, todo, actor=actor)
    settle(datasheet)
    counts.moved(None, counts.key_of(datasheet))
    search.reindex([client.pk])
    return datasheet


def rename(datasheet_id: int, name: str, *, actor: User, was: str | None = None) -> None:
    """Give a name; an empty one brings back "Company (main contact)".

    ``was`` is the name that was seen; when it is another one by now, Conflict.
    """
    with changing(datasheet_id, actor=actor) as datasheet:
        if name.strip() == datasheet.name:
            return
        if was is not None and was.strip() != datasheet.name:
            raise Conflict(_("Somebody renamed it in the meantime."), datasheet)
        data = {"field": "name", "from": datasheet.name, "to": name.strip()}
        datasheet.name = name.strip()
        record(EntryKind.CHANGED, datasheet, actor=actor, data=data)
        datasheet.save()
        search.reindex([datasheet.client_id])


def set_main_contact(datasheet_id: int, contact_id: int | None, *, actor: User) -> None:
    with changing(datasheet_id, actor=actor) as datasheet:
        contact = Contact.objects.filter(client=datasheet.client_id, pk=contact_id or 0).first()
        if contact is None and contact_id is not None:
            raise Refused(_("Choose a contact of this client."), field="contact")
        if contact == datasheet.main_contact:
            return
        data = {
            "field": "main_contact",
            "from": str(datasheet.main_contact or ""),
            "to": str(contact or ""),
        }
        datasheet.main_contact = contact
        record(EntryKind.CHANGED, datasheet, actor=actor, data=data)


def hand_over(
    datasheet_id: int, to_id: int | None, *, actor: User, was: int | None = None
) -> HistoryEntry | None:
    """Make somebody (or nobody) responsible.

    Open todos of those who no longer see the datasheet go to the new responsible, or to the
    actor when there is none (DOMAIN, "Roles"). ``was`` is the id that was seen (0: nobody); when
    it is another one by now, Conflict. None: nothing changed.
    """
    with changing(datasheet_id, actor=actor) as datasheet:
        if was is not None and (datasheet.responsible_id or 0) not in (was, to_id or 0):
            raise Conflict(_("Somebody handed it over in the meantime."), datasheet)
        to = User.objects.filter(pk=to_id).first() if to_id is not None else None
        if to is None and to_id is not None:
            raise Refused(_("There is no such user."), field="responsible")
        check_responsible(to, datasheet.module_id)
        if to == datasheet.responsible:
            return None
        came_from = datasheet.responsible_id
        datasheet.responsible = to
        moved = pass_on_todos(datasheet, heir=to or actor)
        data = {"from": came_from, "to": to_id, "todos": moved}
        return record(EntryKind.RESPONSIBLE, datasheet, actor=actor, data=data)


def pass_on_todos(datasheet: Datasheet, *, heir: User) -> dict[str, int]:
    """Give open todos of those who can't see the datasheet to ``heir``: {todo id: from whom}."""
    moved = {}
    for todo in datasheet.todos.filter(state=TodoState.OPEN).select_related("responsible"):
        if not may_keep(todo.responsible, datasheet):
            moved[str(todo.pk)] = todo.responsible_id
            todo.responsible = heir
            todo.version += 1
            todo.save()
    return moved


def trash(datasheet_id: int, *, actor: User) -> HistoryEntry:
    """Into the trash: out of every list, count, badge and search, its todos frozen."""
    with changing(datasheet_id, actor=actor) as datasheet:
        datasheet.shelf = Shelf.TRASH
        datasheet.trashed_at, datasheet.trashed_by = timezone.now(), actor
        _restate(datasheet, TodoState.OPEN, TodoState.FROZEN)
        entry = record(EntryKind.TRASHED, datasheet, actor=actor)
        datasheet.save()
        follow_orders(datasheet)
        search.reindex([datasheet.client_id])
        return entry


def restore(datasheet_id: int, *, actor: User) -> Datasheet:
    """Out of the trash: by administrators and managers for a while, by who put it there at once."""
    with transaction.atomic():
        datasheet = _lock_trashed(datasheet_id, actor)
        by_oneself = datasheet.trashed_by_id == actor.pk
        allowed = access.may(actor, "restore", datasheet)
        if not by_oneself and not allowed:
            raise Forbidden(allowed.reason)
        if datasheet.trashed_at is not None and datasheet.trashed_at < keeping.trash_limit():
            raise Refused(keeping.too_late())
        before = counts.key_of(datasheet)
        datasheet.shelf = Shelf.OPEN
        datasheet.trashed_at = datasheet.trashed_by = None
        _restate(datasheet, TodoState.FROZEN, TodoState.OPEN)
        _release_from_who_left(datasheet, actor)
        pass_on_todos(datasheet, heir=heir_on(datasheet, actor))
        datasheet.status = follow(datasheet)
        record(EntryKind.RESTORED, datasheet, actor=actor)
        settle(datasheet)
        counts.moved(before, counts.key_of(datasheet))
        follow_orders(datasheet)
        search.reindex([datasheet.client_id])
        return datasheet


def _release_from_who_left(datasheet: Datasheet, actor: User) -> None:
    """Who can't see the datasheet any more doesn't stay responsible for it: it is nobody's."""
    left = datasheet.responsible
    if left is None or access.can_see(held(left), datasheet):
        return
    datasheet.responsible = None
    moved = pass_on_todos(datasheet, heir=actor)
    data = {"from": left.pk, "to": None, "todos": moved}
    record(EntryKind.RESPONSIBLE, datasheet, actor=actor, data=data)


def _lock_trashed(datasheet_id: int, actor: User) -> Datasheet:
    return lock_first(Datasheet.objects.trashed_for(actor), datasheet_id)


def _restate(datasheet: Datasheet, old: TodoState, new: TodoState) -> None:
    datasheet.todos.filter(state=old).update(state=new)


def check_responsible(user: User | None, module_id: int) -> None:
    """Refuse somebody who doesn't use the module, or not any more."""
    if user is None:
        return
    if not access.possible_responsibles(module_id).filter(pk=held(user).pk).exists():
        raise Refused(
            _("%(name)s doesn't use this module. Choose somebody who does.")
            % {"name": user.full_name},
            field="responsible",
        )


def first_status(module: Module) -> Status:
    """Where a new datasheet of a kind with chosen statuses stands unless said otherwise."""
    staying = Status.objects.filter(module=module).staying()
    default = staying.filter(pk=module.default_status_id or 0).first()
    found: Status = default or staying.in_order()[0]
    return found


def _first_status(datasheet: Datasheet, plan: DatasheetPlan) -> Status:
    statuses = Status.objects.filter(module=plan.module)
    kind = kind_of(plan.module)
    if not kind.fixed:
        if plan.status is not None and plan.status.module_id != plan.module.pk:
            raise Refused(_("There is no such status in this module."), field="status")
        return hold((plan.status or first_status(plan.module)).pk, plan.module.pk)
    ended = plan.sale_state in (SaleState.WON, SaleState.LOST)
    if kind.key == "sales" and plan.qualification == Qualification.NONE and ended:
        raise Refused(
            _("Qualify the lead first: is it in the target group, VIP, or not?"),
            field="qualification",
        )
    datasheet.status = statuses.get(key=kind.first_key(plan.document_type))
    return follow(datasheet)
