"""The rows of a block that change clients who are here, written within the block's transaction.

The clients are read again and locked, and what changes is found out once more: somebody may have
been faster. Columns, values, contacts and channels are written in bulk
(:mod:`importer.change_writer`), what a row moves of a datasheet by the actions of :mod:`crm`
(:mod:`importer.moving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from crm.actions.field_changes import refuse_while_filled
from crm.errors import Refused
from importer import snapshot
from importer.change_writer import Update, Writer
from importer.changes import changes_of, contact_of, sheet_of
from importer.draft import Draft
from importer.models import Import
from importer.moving import MOVES, move
from importer.plan import Result, RowPlan
from importer.rules import Rules
from importer.snapshot import Held
from importer.values import Wrong


def apply(source: Import, plans: Sequence[RowPlan], *, actor: User) -> list[Update]:
    """Write what these rows change; within the transaction of their block.

    A row that changes nothing any more, or that can't be done any more, is planned otherwise by
    the end. The search index is the caller's, who makes the datasheets that are missing.
    """
    updates = _begin(source, plans, actor) if plans else []
    if not updates:
        return []
    writer = Writer(source, actor, updates)
    for one in updates:
        writer.add(one)
    writer.flush()
    for one in updates:
        _move(one, actor, writer.last_entry)
    return updates


def _begin(source: Import, plans: Sequence[RowPlan], actor: User) -> list[Update]:
    """The clients as they are now, locked, and what the rows change of them."""
    drafts = [plan.draft for plan in plans if plan.draft is not None]
    rules = next((plan.rules for plan in plans if plan.rules), None) or Rules.of(source, actor)
    _hold_fields(rules, drafts)
    here = snapshot.read(
        {plan.client_id for plan in plans if plan.client_id is not None},
        user=actor,
        module=source.module,
        fields=rules.fields,
        statuses=rules.statuses,
        notes={draft.history_note for draft in drafts if draft.history_note},
        lock=True,
    )
    found = [_again(plan, here.get(plan.client_id or 0), rules) for plan in plans]
    return [one for one in found if one is not None]


def _hold_fields(rules: Rules, drafts: Iterable[Draft]) -> None:
    """Who changes a field's type waits; one that is being changed already gets no values."""
    used = {pk for draft in drafts for pk in draft.values}
    used |= {pk for draft in drafts for person in draft.people for pk in person.values}
    for pk in sorted(used & rules.fields.keys()):
        try:
            refuse_while_filled(rules.fields[pk])
        except Refused:
            del rules.fields[pk]


def _again(plan: RowPlan, held: Held | None, rules: Rules) -> Update | None:
    draft = plan.draft
    if draft is None:
        return None
    if held is None:
        plan.refuse(Wrong(_("Its client is not here any more.")))
        return None
    try:
        plan.update(changes_of(held, draft, rules, sheet_only=plan.sheet_only))
        sheet = sheet_of(held, draft) if rules.module is not None else None
    except Wrong as wrong:
        plan.refuse(wrong)
        return None
    if plan.result != Result.UPDATE:
        return None
    plan.datasheet_id = sheet.pk if sheet is not None else None
    return Update(plan, draft, held, sheet, contact_of(held, draft, rules), rules.fields)


def _move(one: Update, actor: User, last_entry: int) -> None:
    """Its datasheet, where the row moves it; what was refused is not counted as changed."""
    if one.sheet is None:
        return
    wanted = [change for change in one.plan.changes if change.what in MOVES]
    done = move(one.sheet, wanted, actor=actor, after=last_entry) if wanted else None
    if done is None:
        return
    one.ops += done.ops
    one.entries += done.entries
    one.plan.changes_to([c for c in one.plan.changes if c not in done.refused])
