"""What people leave behind in a module that they may not use any more (DOMAIN, "Roles").

The datasheets that they are responsible for go to a chosen person or to nobody; their open todos
go to the datasheet's responsible, or to the administrator where there is none. All of it with
history, by the actions of one datasheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.roles import Role
from crm import access
from crm.actions.base import changing, record
from crm.actions.datasheets import hand_over, pass_on_todos
from crm.actions.todos import todo_state
from crm.constants import EntryKind, Shelf, TodoState
from crm.errors import Refused
from crm.models import Datasheet, Todo
from jobs import runner
from jobs.models import Job
from jobs.runner import Beat
from modules.models import Module

FEW = 100
JOB = "pass_on_module"

Heirs = Mapping[int, int | None]
"""Who takes over the datasheets of each user, by ids; None: nobody."""


@dataclass(frozen=True)
class Loss:
    """What a person has in a module that they are about to lose."""

    user: User
    datasheets: int
    todos: int

    @property
    def any(self) -> bool:
        return bool(self.datasheets or self.todos)


def losses(module: Module, *, limited: bool, members: Iterable[int]) -> list[Loss]:
    """Of those who would lose the module, what each has in it; nobody who has nothing."""
    if not limited:
        return []
    users = access.possible_responsibles(module.pk).exclude(role=Role.ADMINISTRATOR)
    losing = {user.pk: user for user in users.exclude(pk__in=list(members))}
    sheets = _counted(_datasheets(module.pk, losing))
    todos = _counted(_todos(module.pk, losing))
    found = [Loss(user, sheets.get(pk, 0), todos.get(pk, 0)) for pk, user in losing.items()]
    return [loss for loss in found if loss.any]


def pass_on_or_start(module_id: int, heirs: Heirs, *, actor: User) -> Job | None:
    """Few are passed on at once; for many the job. Call it when the access is gone already."""
    many = _datasheets(module_id, heirs).count() + _todos(module_id, heirs).count()
    if many <= FEW:
        pass_on(module_id, heirs, actor)
        return None
    named = {str(user): heir for user, heir in heirs.items()}
    payload = {"module": module_id, "heirs": named}
    return runner.start(JOB, actor=actor, payload=payload, total=many)


def pass_on(module_id: int, heirs: Heirs, actor: User, beat: Beat | None = None) -> int:
    """Datasheet by datasheet, each in a transaction of its own; how many moved. Can be run again:
    what has moved is not found any more.
    """
    done = 0
    for pk, user_id in _datasheets(module_id, heirs).values_list("pk", "responsible_id"):
        done += _one(pk, heirs[user_id], actor)
        if beat is not None:
            beat(done)
    for pk in _todos(module_id, heirs).values_list("datasheet", flat=True).distinct().order_by():
        done += _todos_of(pk, actor)
        if beat is not None:
            beat(done)
    return done


def _one(datasheet_id: int, heir: int | None, actor: User) -> int:
    try:
        hand_over(datasheet_id, heir, actor=actor)
    except Http404:  # trashed or purged in the meantime
        return 0
    except Refused:  # the heir has lost the module too
        hand_over(datasheet_id, None, actor=actor)
    return 1


def _todos_of(datasheet_id: int, actor: User) -> int:
    try:
        with changing(datasheet_id, actor=actor) as datasheet:
            open_todos = datasheet.todos.filter(state=TodoState.OPEN)
            before = {str(todo.pk): todo_state(todo) for todo in open_todos}
            moved = pass_on_todos(datasheet, heir=datasheet.responsible or actor)
            for todo in open_todos.filter(pk__in=moved).select_related("type"):
                data = {
                    "before": before[str(todo.pk)],
                    "after": todo_state(todo),
                    "version": todo.version,
                }
                record(
                    EntryKind.CHANGED_TODO,
                    datasheet,
                    actor=actor,
                    text=todo.text,
                    todo=todo,
                    data=data,
                )
            return len(moved)
    except Http404:
        return 0


def _datasheets(module_id: int, users: Iterable[int]) -> QuerySet[Datasheet]:
    found = Datasheet.objects.filter(module=module_id, responsible__in=list(users))
    return found.exclude(shelf=Shelf.TRASH).order_by("pk")


def _todos(module_id: int, users: Iterable[int]) -> QuerySet[Todo]:
    return Todo.objects.filter(
        module=module_id, responsible__in=list(users), state=TodoState.OPEN
    ).order_by("pk")


def _counted(rows: QuerySet[Datasheet] | QuerySet[Todo]) -> dict[int, int]:
    counted = rows.order_by().values_list("responsible").annotate(n=Count("pk"))
    return {user: n for user, n in counted if user is not None}
