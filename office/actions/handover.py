"""Giving away what somebody can't keep: datasheets and todos, in one transaction with history."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import locks
from accounts.actions.access import lock_access
from accounts.audit import record
from accounts.models import User
from crm import search
from crm.actions import counts
from crm.actions.counts import CountKey
from crm.actions.todos import todo_state
from crm.constants import EntryKind, TodoState
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry, Todo
from office.actions.dealing import UNFINISHED, Deal, Heirs, Sheet, Task, Work, deal, read_work
from office.actions.standing import Colleagues, Standing

CHUNK = 500
"""Rows of one statement: SQLite takes no longer lists of ids everywhere."""

T = TypeVar("T")


@dataclass(frozen=True)
class HandedOver:
    """How much was given away: live datasheets and open todos."""

    datasheets: int = 0
    todos: int = 0

    def __bool__(self) -> bool:
        return bool(self.datasheets or self.todos)


def hand_over_rest(user: User, heirs: Heirs, *, actor: User) -> HandedOver:
    """What a former user still has goes to the heirs. Raises Refused, PermissionDenied."""
    with transaction.atomic():
        lock_access(user, actor=actor)
        done = pass_on_unseen(user, heirs, actor=actor)
        if done:
            data = {"user": user.pk, "datasheets": done.datasheets, "todos": done.todos}
            record(actor, "user.handed_over", user.full_name, data)
    return done


def pass_on_unseen(
    user: User,
    heirs: Heirs | None = None,
    *,
    actor: User,
    among: Collection[int] | None = None,
) -> HandedOver:
    """Give away all that ``user``, as they stand now, is responsible for but can't see any more:
    the one mechanism for whatever takes their sight, and the one way the history tells of it.

    Within the transaction that has changed their access, after it has seized the user
    (:mod:`accounts.locks`). Without heirs datasheets become nobody's. ``among`` are ids of
    datasheets, where not all are to be passed on in one transaction. Raises Refused when an
    heir's own access is being changed at this moment.
    """
    heirs = heirs or {}
    _hold_heirs(heirs)
    colleagues = Colleagues()
    standing = Standing.of(user)
    work = _locked_work(standing, colleagues, among)
    dealt = deal(work, heirs, standing=standing, actor_id=actor.pk, colleagues=colleagues)
    _write(work, dealt, user, actor)
    total = work.total()
    return HandedOver(total.datasheets, total.todos)


def _hold_heirs(heirs: Heirs) -> None:
    for pk in sorted({pk for named in heirs.values() for pk in named}):
        if not locks.hold(pk):
            raise Refused(_("Somebody is changing the access of an heir just now. Try again."))


def _locked_work(standing: Standing, colleagues: Colleagues, among: Collection[int] | None) -> Work:
    """The work, on datasheets that are locked: all with an unfinished todo or in the user's name,
    so that whoever is about to give them one more has to wait and then sees what became of them.
    """
    locked: set[int] = set()
    while missing := _within(concerned(standing.user_id), among) - locked:
        for chunk in chunks(sorted(missing)):
            rows = Datasheet.objects.filter(pk__in=chunk).order_by("pk")
            list(rows.select_for_update(no_key=True).values_list("pk"))
        locked |= missing
    return read_work(standing, colleagues, among)


def _within(ids: set[int], among: Collection[int] | None) -> set[int]:
    return ids if among is None else ids & set(among)


def concerned(user_id: int, module_id: int | None = None) -> set[int]:
    """The datasheets in the user's name or with an unfinished todo of theirs, trashed ones too."""
    where = {"responsible": user_id} | ({} if module_id is None else {"module": module_id})
    sheets = Datasheet.objects.filter(**where).values_list("pk", flat=True)
    todos = Todo.objects.filter(**where, state__in=UNFINISHED)
    return {*sheets, *todos.values_list("datasheet_id", flat=True)}


# ---- Writing -----------------------------------------------------------------------------------


def _write(work: Work, dealt: Deal, user: User, actor: User) -> None:
    if not work:
        return
    before = _todos_before(work, dealt)
    for to, ids in _by_heir(dealt.sheets).items():
        for chunk in chunks(ids):
            rows = Datasheet.objects.filter(pk__in=chunk)
            rows.update(responsible=to, version=F("version") + 1)
    for doer, ids in _by_heir(dealt.todos).items():
        for chunk in chunks(ids):
            Todo.objects.filter(pk__in=chunk).update(responsible=doer, version=F("version") + 1)
    HistoryEntry.objects.bulk_create(_entries(work, dealt, before, user, actor), batch_size=CHUNK)
    counts.add(_moved(work.sheets, dealt, user.pk))
    for clients in chunks(sorted({sheet.client_id for sheet in work.sheets})):
        search.reindex(clients)  # who finds them has changed


def _by_heir(dealt: Mapping[int, T]) -> dict[T, list[int]]:
    found: dict[T, list[int]] = defaultdict(list)
    for pk, to in dealt.items():
        found[to].append(pk)
    return found


def _moved(sheets: Iterable[Sheet], dealt: Deal, user_id: int) -> Counter[CountKey]:
    changes: Counter[CountKey] = Counter()
    for sheet in sheets:
        place = (sheet.module_id, sheet.status_id, sheet.shelf)
        changes[CountKey(*place, user_id)] -= 1
        changes[CountKey(*place, dealt.sheets[sheet.id])] += 1
    return changes


def _todos_before(work: Work, dealt: Deal) -> dict[int, Todo]:
    """The open todos on datasheets of others, which get an entry of their own."""
    alone = [
        todo.id
        for todo in work.todos
        if todo.datasheet_id not in dealt.sheets and todo.state == TodoState.OPEN
    ]
    found: dict[int, Todo] = {}
    for chunk in chunks(alone):
        found |= Todo.objects.select_related("datasheet").in_bulk(chunk)
    return found


def _entries(
    work: Work, dealt: Deal, before: Mapping[int, Todo], user: User, actor: User
) -> Iterator[HistoryEntry]:
    now = timezone.now()
    along = _todos_along(work.todos, dealt.sheets)
    for sheet in work.sheets:
        yield HistoryEntry(
            client_id=sheet.client_id,
            datasheet_id=sheet.id,
            author=actor,
            at=now,
            kind=EntryKind.RESPONSIBLE,
            data={
                "from": user.pk,
                "to": dealt.sheets[sheet.id],
                "todos": {str(pk): user.pk for pk in along.get(sheet.id, ())},
            },
        )
    for pk, todo in before.items():
        state = todo_state(todo)
        yield HistoryEntry(
            client_id=todo.datasheet.client_id,
            datasheet_id=todo.datasheet_id,
            author=actor,
            at=now,
            kind=EntryKind.CHANGED_TODO,
            text=todo.text,
            todo=todo,
            data={
                "before": state,
                "after": {**state, "responsible": dealt.todos[pk]},
                "version": todo.version + 1,
            },
        )


def _todos_along(todos: Iterable[Task], sheets: Collection[int]) -> dict[int, list[int]]:
    """The open todos that go with their datasheet, by its id."""
    found: dict[int, list[int]] = defaultdict(list)
    for todo in todos:
        if todo.datasheet_id in sheets and todo.state == TodoState.OPEN:
            found[todo.datasheet_id].append(todo.id)
    return found


def chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
