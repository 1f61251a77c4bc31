"""Who loses a module when it becomes one for a few, and what they have in it.

It is given away as all work is that somebody can't keep (:mod:`office.actions.handover`): few at
once, in the transaction that takes the module away, much of it by a job, in blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts import locks
from accounts.models import User
from accounts.roles import Role
from crm import access
from crm.constants import Shelf, TodoState
from crm.models import Datasheet, Todo
from jobs import runner
from jobs.models import Job
from jobs.runner import Beat
from modules.models import Module
from office.actions.handover import CHUNK, chunks, concerned, pass_on_unseen

JOB = "pass_on_module"

Heirs = Mapping[int, int | None]
"""Who takes over the datasheets of each user, by ids; None: nobody."""


@dataclass(frozen=True)
class Loss:
    """What a person has in a module that they are about to lose: what is shown of it."""

    user: User
    datasheets: int
    todos: int

    @property
    def any(self) -> bool:
        return bool(self.datasheets or self.todos)


def losers(module_id: int, *, limited: bool, members: Iterable[int]) -> dict[int, User]:
    """Who uses the module now and would not any more, by id."""
    if not limited:
        return {}
    users = access.possible_responsibles(module_id).exclude(role=Role.ADMINISTRATOR)
    return {user.pk: user for user in users.exclude(pk__in=list(members))}


def losses(module: Module, *, limited: bool, members: Iterable[int]) -> list[Loss]:
    """What each of them has in it; nobody who has nothing but in the trash."""
    losing = losers(module.pk, limited=limited, members=members)
    mine = {"module": module.pk, "responsible__in": list(losing)}
    sheets = _counted(Datasheet.objects.filter(**mine).exclude(shelf=Shelf.TRASH))
    todos = _counted(Todo.objects.filter(**mine, state=TodoState.OPEN))
    found = [Loss(user, sheets.get(pk, 0), todos.get(pk, 0)) for pk, user in losing.items()]
    return [loss for loss in found if loss.any]


def pass_on_or_start(module_id: int, heirs: Heirs, *, actor: User) -> Job | None:
    """Give away what these users have in a module that they have just lost, or begin to.

    In the transaction that took it from them and has seized them (:mod:`accounts.locks`).
    """
    many = sum(len(concerned(pk, module_id)) for pk in heirs)
    if many <= CHUNK:
        pass_on(module_id, heirs, actor)
        return None
    named = {str(user): heir for user, heir in heirs.items()}
    payload = {"module": module_id, "heirs": named}
    return runner.start(JOB, actor=actor, payload=payload, total=many)


def pass_on(module_id: int, heirs: Heirs, actor: User, beat: Beat | None = None) -> int:
    """Block by block, each in a transaction; how many datasheets were looked at. Can be run
    again: what somebody can't see any more they don't have any more.
    """
    done = 0
    for user in User.objects.filter(pk__in=list(heirs)).order_by("pk"):
        heir = heirs[user.pk]
        named = {} if heir is None else {module_id: [heir]}
        for block in chunks(sorted(concerned(user.pk, module_id))):
            with transaction.atomic():
                locks.seize(user.pk)
                pass_on_unseen(user, named, actor=actor, among=block)
            done += len(block)
            if beat is not None:
                beat(done)
    return done


def _counted(rows: QuerySet[Datasheet] | QuerySet[Todo]) -> dict[int, int]:
    counted = rows.order_by().values_list("responsible").annotate(n=Count("pk"))
    return {user: n for user, n in counted if user is not None}
