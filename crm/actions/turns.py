"""New datasheets given to a module's chosen users in turn."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from accounts.models import User
from crm import access
from modules.models import Module, ModuleTurn

NEVER = datetime.min.replace(tzinfo=UTC)


def next_in_turn(module: Module) -> User | None:
    """Who has waited longest of those who may use the module; it is their turn now.

    Within a transaction: the module's turns are locked until it ends, so that two new datasheets
    at the same moment go to two people. None: nobody of them may use the module (any more).
    """
    turns = list(ModuleTurn.objects.filter(module=module).order_by("pk").select_for_update())
    able = access.possible_responsibles(module.pk).in_bulk([turn.user_id for turn in turns])
    waiting = [turn for turn in turns if turn.user_id in able]
    if not waiting:
        return None
    turn = min(waiting, key=lambda one: (one.last_at or NEVER, one.pk))
    turn.last_at = timezone.now()
    turn.save(update_fields=["last_at"])
    found: User = able[turn.user_id]
    return found
