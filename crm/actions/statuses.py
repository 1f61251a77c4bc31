"""Moving a datasheet: chosen statuses, and those that follow from what is on the datasheet.

Custom kinds have their status chosen. Of the fixed kinds it follows from rules: Sales from its
facts and steps, Orders and Invoicing from named moves, Webshop from the client's orders (DOMAIN,
"Module kinds"). The rules run in the transaction of the change that caused them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm.actions.base import changing, record
from crm.actions.field_changes import fill
from crm.actions.following import COUNTED_ORDERS, follow
from crm.actions.holding import hold
from crm.actions.rules import follow_orders
from crm.actions.todos import cancel_open_todos
from crm.constants import DocumentType, EntryKind, Qualification, SaleState
from crm.errors import Conflict, Refused
from crm.models import Datasheet, HistoryEntry, StepTick
from crm.value_rows import Values
from modules.kinds.base import Refused as KindRefused
from modules.models import Status, Step
from modules.registry import kind_of

SALES_FACTS = ("qualification", "sale_state", "decided", "forgotten")


@dataclass(frozen=True)
class Sale:
    """New facts of a sale; None leaves one as it is."""

    qualification: str | None = None
    sale_state: str | None = None
    decided: bool | None = None


def move_to(
    datasheet_id: int,
    status_id: int,
    *,
    actor: User,
    keep_todos: bool = False,
    was: int | None = None,
    values: Values | None = None,
) -> HistoryEntry | None:
    """Choose a status of a custom module. A final one cancels the open todos unless kept.

    ``values`` are of the company's fields; Missing when the status asks for more of them.

    ``was`` is the status that the chooser saw; when it stands elsewhere by now, Conflict. None:
    it stood there already.
    """
    with changing(datasheet_id, actor=actor) as datasheet:
        if was is not None and datasheet.status_id not in (was, status_id):
            raise Conflict(_("Somebody moved it in the meantime."), datasheet)
        return change_status(
            datasheet, status_id, actor=actor, keep_todos=keep_todos, values=values
        )


def change_status(
    datasheet: Datasheet,
    status_id: int,
    *,
    actor: User,
    keep_todos: bool = False,
    values: Values | None = None,
) -> HistoryEntry | None:
    """As :func:`move_to`, on a datasheet that the caller has locked and will settle."""
    if kind_of(datasheet.module).fixed:
        raise Refused(_("In this module the status follows from what happens on the datasheet."))
    if status_id == datasheet.status_id:
        return None
    status = hold(status_id, datasheet.module_id)
    return _arrive(datasheet, status, actor=actor, keep_todos=keep_todos, values=values)


def change_sale(
    datasheet_id: int,
    sale: Sale,
    *,
    actor: User,
    keep_todos: bool = False,
    version: int | None = None,
    values: Values | None = None,
) -> HistoryEntry | None:
    """Qualify a lead, set the state of the sale, or whether they have decided to buy."""
    with changing(datasheet_id, actor=actor, version=version) as datasheet:
        _only(datasheet, "sales")
        before = _facts(datasheet)
        for name, value in vars(sale).items():
            if value is not None:
                setattr(datasheet, name, value)
        _check_sale(datasheet)
        if _facts(datasheet) == before:
            return None
        return _follow_with_entry(
            datasheet, before, actor=actor, keep_todos=keep_todos, values=values
        )


def tick_step(
    datasheet_id: int,
    step_id: int,
    *,
    actor: User,
    reopen: bool = False,
    keep_todos: bool = False,
    values: Values | None = None,
) -> HistoryEntry | None:
    """Tick a step of the sale with today's date; it moves the state forward, never back.

    The first step makes the sale in progress, the last one won, which cancels the open todos
    unless they are kept. On a lost sale ``reopen`` must be asked first. None: it was ticked.
    """
    with changing(datasheet_id, actor=actor) as datasheet:
        _only(datasheet, "sales")
        step = Step.objects.filter(pk=step_id, module=datasheet.module_id).first()
        if step is None:
            raise Refused(_("There is no such step in this module."))
        if datasheet.sale_state == SaleState.LOST and not reopen:
            raise Refused(_("This sale was lost. Reopen it first."), field="reopen")
        tick, new = StepTick.objects.get_or_create(
            datasheet=datasheet,
            step=step,
            defaults={"on": timezone.localdate(), "by": actor},
        )
        if not new:
            return None
        before = _facts(datasheet)
        datasheet.sale_state = _state_after(datasheet, step)
        _check_sale(datasheet)
        data: dict[str, Any] = {"step": step.pk, "ticked": True, "tick": tick.pk}
        if _facts(datasheet) != before:
            moved = _follow_with_entry(
                datasheet, before, actor=actor, keep_todos=keep_todos, values=values
            )
            data["moved"] = moved.pk if moved else None  # taken back together with the tick
        return record(EntryKind.STEP, datasheet, actor=actor, data=data)


def untick_step(datasheet_id: int, step_id: int, *, actor: User) -> None:
    """Take a tick away; the state of the sale stays where it is."""
    with changing(datasheet_id, actor=actor) as datasheet:
        gone, _rows = StepTick.objects.filter(datasheet=datasheet, step=step_id).delete()
        if gone:
            data = {"step": step_id, "ticked": False}
            record(EntryKind.STEP, datasheet, actor=actor, data=data)


def make_move(
    datasheet_id: int,
    verb: str,
    *,
    actor: User,
    keep_todos: bool = False,
    values: Values | None = None,
) -> HistoryEntry | None:
    """One of the named moves of Orders or Invoicing; any other is refused with the reason."""
    with changing(datasheet_id, actor=actor) as datasheet:
        kind = kind_of(datasheet.module)
        try:
            key = kind.move(datasheet.status.key, verb, datasheet.document_type)
        except KindRefused as refused:
            raise Refused(str(refused)) from refused
        status = Status.objects.get(module=datasheet.module_id, key=key)
        if status.key in COUNTED_ORDERS and datasheet.completed_on is None:
            datasheet.completed_on = timezone.localdate()
        entry = _arrive(datasheet, status, actor=actor, keep_todos=keep_todos, values=values)
        datasheet.save()  # the buyer's status counts this order
        follow_orders(datasheet)
        return entry


def set_document_type(
    datasheet_id: int, document_type: str, *, actor: User, values: Values | None = None
) -> None:
    """Say what an Invoicing datasheet is about, as long as nothing has been sent or issued."""
    with changing(datasheet_id, actor=actor) as datasheet:
        _only(datasheet, "invoicing")
        if document_type not in DocumentType.values or not document_type:
            raise Refused(_("Choose offer, proforma invoice or invoice."), field="document_type")
        first = kind_of(datasheet.module).first_key(document_type)
        was_first = kind_of(datasheet.module).first_key(datasheet.document_type)
        if datasheet.status.key != was_first:
            raise Refused(_("It has been sent or issued: its type can't change any more."))
        datasheet.document_type = document_type
        status = Status.objects.get(module=datasheet.module_id, key=first)
        _arrive(datasheet, status, actor=actor, values=values)


def set_shop_facts(
    datasheet_id: int, *, actor: User, registered_on: date | None, unsubscribed: bool
) -> None:
    """What a buyer's status follows from besides their orders."""
    with changing(datasheet_id, actor=actor) as datasheet:
        _only(datasheet, "webshop")
        if registered_on != datasheet.registered_on:
            day = registered_on.isoformat() if registered_on else ""
            datasheet.registered_on = registered_on
            data = {"field": "registered_on", "to": day}
            record(EntryKind.CHANGED, datasheet, actor=actor, data=data)
        if unsubscribed != datasheet.unsubscribed:
            datasheet.unsubscribed = unsubscribed
            data = {"field": "unsubscribed", "to": "1" if unsubscribed else ""}
            record(EntryKind.CHANGED, datasheet, actor=actor, data=data)


def _arrive(
    datasheet: Datasheet,
    status: Status,
    *,
    actor: User | None,
    keep_todos: bool = False,
    facts: dict[str, Any] | None = None,
    values: Values | None = None,
) -> HistoryEntry | None:
    """Stand in ``status`` from now on, with the entry that can take it back.

    Who moves it fills in what the status asks for; what the system moves is never held up.
    """
    if actor is not None:
        moves = status.pk != datasheet.status_id
        fill(datasheet, values or {}, actor=actor, status=status if moves else None)
    if status.pk == datasheet.status_id and facts is None:
        return None
    came_from, since = datasheet.status, datasheet.status_since
    datasheet.status = status
    if status.pk != came_from.pk:
        datasheet.status_since = timezone.now()
    cancelled: list[int] = []
    if status.is_final and not came_from.is_final and not keep_todos:
        cancelled = cancel_open_todos(datasheet, actor=actor)
    data = {
        "from": came_from.pk,
        "to": status.pk,
        "since": since.isoformat(),
        "cancelled": cancelled,
    }
    if facts is not None:
        data["facts"] = facts
        data["facts_after"] = _facts(datasheet)
    return record(EntryKind.STATUS, datasheet, actor=actor, data=data)


def _follow_with_entry(
    datasheet: Datasheet,
    before: dict[str, Any],
    *,
    actor: User,
    keep_todos: bool = False,
    values: Values | None = None,
) -> HistoryEntry | None:
    status = follow(datasheet)
    return _arrive(
        datasheet, status, actor=actor, keep_todos=keep_todos, facts=before, values=values
    )


def _state_after(datasheet: Datasheet, step: Step) -> str:
    order = [SaleState.DISCOVERY, SaleState.IN_PROGRESS, SaleState.WON]
    reached = {"in_progress": SaleState.IN_PROGRESS, "won": SaleState.WON}.get(
        step.sets, SaleState.WON
    )
    if datasheet.sale_state == SaleState.LOST:
        return reached
    return max(reached, SaleState(datasheet.sale_state), key=order.index)


def _check_sale(datasheet: Datasheet) -> None:
    if datasheet.qualification not in Qualification.values:
        raise Refused(_("There is no such qualification."), field="qualification")
    if datasheet.sale_state not in SaleState.values:
        raise Refused(_("There is no such state of a sale."), field="sale_state")
    if not datasheet.qualification and datasheet.sale_state in (SaleState.WON, SaleState.LOST):
        raise Refused(
            _("Qualify the lead first: is it in the target group, VIP, or not?"),
            field="qualification",
        )


def _only(datasheet: Datasheet, kind: str) -> None:
    if datasheet.module.kind != kind:
        raise Refused(_("This can't be done in this module."))


def _facts(datasheet: Datasheet) -> dict[str, Any]:
    return {name: getattr(datasheet, name) for name in SALES_FACTS}
