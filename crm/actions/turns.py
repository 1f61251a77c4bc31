"""New datasheets given to a module's chosen users in turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from crm import access
from modules.models import Module, ModuleTurn

NEVER = datetime.min.replace(tzinfo=UTC)


def next_in_turn(module: Module) -> User | None:
    """Who has waited longest of those who may use the module; it is their turn now.

    Within a transaction. None: nobody of them may use the module (any more).
    """
    return next(iter(take_turns(module, 1)), None)


def take_turns(module: Module, n: int) -> list[User]:
    """The next ``n`` turns, each the one who has waited longest; empty when nobody can have one.

    Within a transaction: the module's turns are locked until it ends, so that two new datasheets
    at the same moment go to two people.
    """
    turns = list(ModuleTurn.objects.filter(module=module).order_by("pk").select_for_update())
    able = access.possible_responsibles(module.pk).in_bulk([turn.user_id for turn in turns])
    waiting = [turn for turn in turns if turn.user_id in able]
    if not waiting or not n:
        return []
    waiting.sort(key=lambda one: (one.last_at or NEVER, one.pk))
    now = timezone.now()
    for i, turn in enumerate(waiting[:n]):
        # who came round again last has waited least
        rounds = (n - 1 - i) // len(waiting)
        turn.last_at = now + timedelta(microseconds=rounds * len(waiting) + i)
        turn.save(update_fields=["last_at"])
    return [able[waiting[i % len(waiting)].user_id] for i in range(n)]
