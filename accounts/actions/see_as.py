"""An administrator looks at the product as another user sees it: read only, and recorded.

Which user that is stands in the administrator's own session. What the middleware makes of it is
in :mod:`accounts.seeing`.
"""

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import User
from accounts.roles import Capability

KEY = "see_as"


def start(session: SessionBase, target: User, *, actor: User) -> None:
    """From the next request on `actor` sees what `target` sees.

    Raises PermissionDenied for oneself, a former user, or when the actor is no administrator.
    """
    if not actor.has(Capability.SETTINGS):
        raise PermissionDenied(_("Only administrators may do this."))
    if target.pk == actor.pk or not target.is_active:
        raise PermissionDenied(_("You can see as another user who has access."))
    with transaction.atomic():
        record(actor, "see_as.started", target.full_name, {"user": target.pk})
        session[KEY] = target.pk


def stop(session: SessionBase, *, actor: User, why: str = "stopped") -> None:
    """Back to oneself; nothing happens when one isn't seeing as anybody."""
    target_id = session.pop(KEY, None)
    if target_id is None:
        return
    target = User.objects.filter(pk=target_id).first()
    name = target.full_name if target else ""
    record(actor, "see_as.ended", name, {"user": target_id, "why": why})


def seen_as(session: SessionBase, actor: User) -> User | None:
    """Whom `actor` is to see as now; ends it when either of them has lost what it takes."""
    target_id = session.get(KEY)
    if target_id is None:
        return None
    target = User.objects.active().filter(pk=target_id).first()
    if target is None or not actor.has(Capability.SETTINGS):
        stop(session, actor=actor, why="access_lost")
        return None
    return target
