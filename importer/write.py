"""The records of a block of planned rows, written in bulk.

``QuerySet`` writes have no say here: the derived columns, the history, the due key, the counts
and the search index are filled by hand, in the transaction of the block, and are what the actions
of :mod:`crm` would have made (a test holds the two together).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from accounts.models import User
from crm import search
from crm.actions import counts
from crm.actions.giving import able_to_take
from crm.actions.holding import hold_or_follow
from crm.actions.turns import take_turns
from crm.bulk import insert, insert_rows, next_ids
from crm.models import HistoryEntry
from crm.value_rows import starting_rows
from importer import making
from importer.change_writer import Update
from importer.draft import Draft
from importer.making import Batch, Made
from importer.models import Import, ImportedRow
from importer.plan import Result, RowPlan
from importer.rules import What
from importer.updating import apply
from modules.models import About, Module, Status

Take = Callable[[type[models.Model], int], list[int]]


@dataclass
class Standing:
    """What the rows of a block refer to, as it is now.

    ``statuses``: by the id of the one that rows were planned for, the one that they stand in.
    ``able``: who of those that were ``asked`` about can be made responsible.
    """

    statuses: dict[int, Status]
    asked: frozenset[int]
    able: frozenset[int]

    def __or__(self, other: Standing) -> Standing:
        return Standing(
            self.statuses | other.statuses, self.asked | other.asked, self.able | other.able
        )

    def is_as(self, before: Standing) -> bool:
        """Whether what was made by that one can be written now."""
        now, then = (
            {planned: (found.pk, found.meaning) for planned, found in one.statuses.items()}
            for one in (self, before)
        )
        return now == then and self.able == before.able


class StaleError(Exception):
    """Something that a block refers to has changed since it was made."""


@dataclass
class Ready:
    """A block that was made before its transaction, and what it was made by."""

    made: Made
    standing: Standing


def write(source: Import, plans: Sequence[RowPlan], *, actor: User) -> None:
    """Write the rows that create or update; within the transaction of their block."""
    updates = apply(source, [p for p in plans if p.result == Result.UPDATE], actor=actor)
    creating = _creating(plans)
    lacking = [update.draft for update in updates if update.wants_sheet]
    drafts = [*creating.values(), *lacking]
    standing = _hold(source.module, _statuses(drafts), ())
    _give_turns(source.module, [draft for draft in drafts if draft.in_turn])
    _settle(drafts, standing | _hold(source.module, (), _people(drafts)))
    wanted = making.needed([*creating.values()], lacking)
    wanted[ImportedRow] += len(updates)
    batch = Batch(source, actor, _ids(wanted, next_ids))
    for number, draft in creating.items():
        making.add(batch, number, draft)
    for update in updates:
        _add_update(batch, update)
    _put(Made.of(batch), source.module)
    search.reindex([one.held.client.pk for one in updates if one.is_found_otherwise])


def make(source: Import, plans: Sequence[RowPlan], *, actor: User, take: Take) -> Ready | None:
    """The block as :func:`write` would make it, for :func:`put`; ``take`` gives fresh ids.

    Outside of a transaction. None: what becomes of these rows is only known in it.
    """
    creating = _creating(plans)
    drafts = [*creating.values()]
    if any(draft.in_turn for draft in drafts) or any(p.result == Result.UPDATE for p in plans):
        return None
    standing = _hold(source.module, _statuses(drafts), _people(drafts))
    _settle(drafts, standing)
    wanted = making.needed(drafts)
    batch = Batch(source, actor, _ids(wanted, take))
    for number, draft in creating.items():
        making.add(batch, number, draft)
    return Ready(Made.of(batch), standing)


def put(ready: Ready, module: Module | None) -> None:
    """Write a block that was made before; within its transaction. Raises StaleError."""
    before = ready.standing
    if not _hold(module, before.statuses, before.asked).is_as(before):
        raise StaleError
    _put(ready.made, module)


def _put(made: Made, module: Module | None) -> None:
    for table in made.tables:
        insert_rows(*table)
    _insert_values(made, module)
    counts.add(made.counts)


def _creating(plans: Sequence[RowPlan]) -> dict[int, Draft]:
    """The drafts of the rows that make a client, by the rows' numbers."""
    return {
        plan.number: plan.draft
        for plan in plans
        if plan.result == Result.CREATE and plan.draft is not None
    }


def _ids(wanted: Mapping[type[models.Model], int], take: Take) -> dict[Any, Iterator[int]]:
    return {model: iter(take(model, n)) for model, n in wanted.items() if n}


def _give_turns(module: Module | None, drafts: Sequence[Draft]) -> None:
    """Rows that name nobody go to the module's chosen users in turn, else to nobody."""
    if module is not None and drafts:
        for draft, user in zip(drafts, take_turns(module, len(drafts)), strict=False):
            draft.responsible_id = user.pk


def _statuses(drafts: Sequence[Draft]) -> set[int]:
    return {draft.status.pk for draft in drafts if draft.status is not None}


def _people(drafts: Sequence[Draft]) -> set[int]:
    return {draft.responsible_id for draft in drafts if draft.responsible_id is not None}


def _hold(module: Module | None, statuses: Iterable[int], people: Iterable[int]) -> Standing:
    """As they are now, and stay until the transaction ends."""
    asked = frozenset(people)
    if module is None:
        return Standing({}, asked, frozenset())
    held = {pk: hold_or_follow(pk, module.pk) for pk in sorted(statuses)}
    return Standing(held, asked, frozenset(able_to_take(asked, module.pk) if asked else ()))


def _settle(drafts: Sequence[Draft], standing: Standing) -> None:
    """Rows of a status that is being removed go where its datasheets go. Whoever has lost access
    since it was asked who is responsible gets nothing more: what was to be theirs is nobody's.
    """
    for draft in drafts:
        if draft.status is not None and draft.status.pk in standing.statuses:
            draft.status = standing.statuses[draft.status.pk]
        if draft.responsible_id not in standing.able:
            draft.responsible_id = None


def _insert_values(made: Made, module: Module | None) -> None:
    """The rows' values, the defaults and the automatic numbers of the company's fields; in the
    order of their locks.
    """
    for about, owners in made.owners.items():
        if about != About.DATASHEET or module is not None:
            of = module.pk if about == About.DATASHEET and module is not None else None
            insert(starting_rows(about, of, owners, made.values[about]))


def _add_update(batch: Batch, update: Update) -> None:
    """The journal of a row whose client is changed, and the datasheet that it lacks."""
    sheet, last_entry, draft = update.sheet, max(update.entries, default=0), update.draft
    if update.wants_sheet:
        if not any(change.what == What.NOTE for change in update.plan.changes):
            draft = replace(draft, history_note="")
        sheet = making.datasheet(batch, update.held.client, update.contact, draft)
        told = len(batch.made[HistoryEntry])
        last_entry = making.history(batch, update.plan.number, update.held.client.pk, sheet, draft)
        new = batch.made[HistoryEntry][told:]
        update.ops += [["new", "crm.historyentry", entry.id] for entry in new]
    if update.wants_sheet and sheet is not None:
        batch.values[About.DATASHEET][sheet.id] = draft.values
        update.ops.append(["new", "crm.datasheet", sheet.id])
    batch.new(
        ImportedRow,
        source_id=batch.source.id,
        number=update.plan.number,
        client_id=update.held.client.pk,
        datasheet_id=sheet.pk if sheet is not None else None,
        created=False,
        changes=update.ops,
        cells=update.plan.changed,
        last_entry=last_entry,
    )
