"""Whose somebody's work becomes when they can't keep it: counted for a preview, or to be written.

Pure but for :func:`read_work`. The rules (DOMAIN, "Roles"):

* a datasheet goes to the module's heirs in turn, to nobody when none is named;
* its todos go with it, or to whoever makes the change when it becomes nobody's;
* a todo on a datasheet of somebody else goes to an heir who sees it, in turn, when the user
  leaves; otherwise, or without such an heir, to that datasheet's responsible, else to whoever
  makes the change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import NamedTuple

from crm.constants import Shelf, TodoState
from crm.models import Datasheet, Todo
from office.actions.standing import Colleagues, Standing

UNFINISHED = (TodoState.OPEN, TodoState.FROZEN)

Heirs = Mapping[int, Sequence[int]]
"""By module the users who take over, in turn. No entry: nobody."""


class Sheet(NamedTuple):
    """A datasheet whose responsible can't keep it."""

    id: int
    client_id: int
    module_id: int
    status_id: int
    shelf: int


class Task(NamedTuple):
    """An unfinished todo that its responsible can't keep, and its datasheet's responsible."""

    id: int
    datasheet_id: int
    module_id: int
    state: int
    responsible_id: int | None


@dataclass
class Work:
    """What a user would have to give up; trashed datasheets and frozen todos too."""

    sheets: list[Sheet] = field(default_factory=list)
    todos: list[Task] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.todos)

    def by_module(self) -> dict[int, Tally]:
        """What of it is shown: live datasheets and open todos."""
        found: dict[int, Tally] = defaultdict(Tally)
        for sheet in self.sheets:
            found[sheet.module_id].add_sheet(sheet)
        for todo in self.todos:
            found[todo.module_id].add_todo(todo)
        return {module_id: tally for module_id, tally in found.items() if tally}

    def total(self) -> Tally:
        tally = Tally()
        for sheet in self.sheets:
            tally.add_sheet(sheet)
        for todo in self.todos:
            tally.add_todo(todo)
        return tally


@dataclass
class Tally:
    """Live datasheets and open todos; what lies in the trash moves too but isn't told."""

    datasheets: int = 0
    todos: int = 0

    def __bool__(self) -> bool:
        return bool(self.datasheets or self.todos)

    def add_sheet(self, sheet: Sheet) -> None:
        self.datasheets += sheet.shelf != Shelf.TRASH

    def add_todo(self, todo: Task) -> None:
        self.todos += todo.state == TodoState.OPEN


@dataclass
class Deal:
    """The outcome: a new responsible for each datasheet (None: nobody) and each todo."""

    sheets: dict[int, int | None] = field(default_factory=dict)
    todos: dict[int, int] = field(default_factory=dict)

    def tallies(self, work: Work) -> dict[int | None, Tally]:
        """By who takes over (None: nobody) what they get."""
        found: dict[int | None, Tally] = defaultdict(Tally)
        for sheet in work.sheets:
            found[self.sheets[sheet.id]].add_sheet(sheet)
        for todo in work.todos:
            found[self.todos[todo.id]].add_todo(todo)
        return {who: tally for who, tally in found.items() if tally}


def read_work(
    standing: Standing, colleagues: Colleagues, among: Collection[int] | None = None
) -> Work:
    """What the user is responsible for but would not see, if they stood as ``standing`` says;
    ``among`` are the ids of the datasheets that are looked at, without it all.

    The most urgent first, so that each of several heirs gets as much of it.
    """
    used = {pk for pk, module in colleagues.modules.items() if standing.uses(module)}
    sheets = (
        Datasheet.objects.filter(responsible=standing.user_id)
        .exclude(module__in=used)
        .order_by("shelf", "next_due_at", "pk")
    )
    todos = (
        Todo.objects.filter(responsible=standing.user_id, state__in=UNFINISHED)
        .order_by("due_at", "pk")
        .values_list("pk", "datasheet_id", "module_id", "state", "datasheet__responsible_id")
    )
    if among is not None:
        sheets, todos = sheets.filter(pk__in=among), todos.filter(datasheet__in=among)
    if used and not standing.restricted:
        todos = todos.exclude(module__in=used)
    modules = colleagues.modules
    found = [Sheet(*row) for row in sheets.values_list(*_SHEET)]
    tasks = [Task(*row) for row in todos.iterator(chunk_size=2000)]
    return Work(
        found, [t for t in tasks if not standing.sees(modules[t.module_id], t.responsible_id)]
    )


_SHEET = ("pk", "client_id", "module_id", "status_id", "shelf")


def deal(
    work: Work, heirs: Heirs, *, standing: Standing, actor_id: int, colleagues: Colleagues
) -> Deal:
    """Who gets what. ``heirs`` who have no access or don't use their module are passed over."""
    dealer = _Dealer(heirs, standing, actor_id, colleagues)
    made = Deal({sheet.id: dealer.next_for(sheet.module_id) for sheet in work.sheets})
    for todo in work.todos:
        made.todos[todo.id] = dealer.doer(todo, made.sheets)
    return made


class _Dealer:
    def __init__(
        self, heirs: Heirs, standing: Standing, actor_id: int, colleagues: Colleagues
    ) -> None:
        self.standing, self.actor_id, self.colleagues = standing, actor_id, colleagues
        self.able = {module_id: self._able(module_id, named) for module_id, named in heirs.items()}
        # Not everywhere the same one first: many small modules would all be theirs.
        self.turns: dict[int, Iterator[int]] = {
            module_id: cycle(able[at % len(able) :] + able[: at % len(able)])
            for at, (module_id, able) in enumerate(sorted(self.able.items()))
            if able
        }

    def _able(self, module_id: int, named: Sequence[int]) -> list[int]:
        module, leaving = self.colleagues.modules[module_id], self.standing.user_id
        standings = {pk: self.colleagues.standing(pk) for pk in named if pk != leaving}
        return [pk for pk, standing in standings.items() if standing and standing.uses(module)]

    def next_for(self, module_id: int) -> int | None:
        turn = self.turns.get(module_id)
        return next(turn) if turn else None

    def doer(self, todo: Task, sheets: Mapping[int, int | None]) -> int:
        if todo.datasheet_id in sheets:
            return sheets[todo.datasheet_id] or self.actor_id
        if not self.standing.active and (heir := self._who_sees(todo)) is not None:
            return heir
        return self._responsible(todo) or self.actor_id

    def _who_sees(self, todo: Task) -> int | None:
        """The next heir who sees the datasheet; nobody is asked twice for one todo."""
        for _each in self.able.get(todo.module_id, ()):
            heir = next(self.turns[todo.module_id])
            if self._sees(heir, todo):
                return heir
        return None

    def _responsible(self, todo: Task) -> int | None:
        found = todo.responsible_id
        if found is None or found == self.standing.user_id or not self._sees(found, todo):
            return None
        return found

    def _sees(self, user_id: int, todo: Task) -> bool:
        standing = self.colleagues.standing(user_id)
        module = self.colleagues.modules[todo.module_id]
        return standing is not None and standing.sees(module, todo.responsible_id)
