"""Who has access, and in which role. The last active administrator can't be lost."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import locks
from accounts.actions.sessions import end_sessions
from accounts.audit import record
from accounts.models import User
from accounts.roles import Role


class LastAdministrator(Exception):
    """Refused: afterwards nobody could change the settings."""

    message: str | Promise = _("This is the last administrator. Appoint another one first.")


def _locked_administrators(actor: User) -> dict[int, User]:
    """Locks every active administrator, in key order, so that two changes can't both be "not
    the last". Raises PermissionDenied unless `actor` still is one of them.

    Not against references: others go on writing records that name these users.
    """
    rows = User.objects.select_for_update(no_key=True)
    rows = rows.filter(role=Role.ADMINISTRATOR, is_active=True)
    administrators = {user.pk: user for user in rows.order_by("pk")}
    if actor.pk not in administrators:
        raise PermissionDenied(_("Only administrators may do this."))
    return administrators


def _refuse_last(user: User, administrators: dict[int, User]) -> None:
    if set(administrators) == {user.pk}:
        raise LastAdministrator


def lock_access(user: User, *, actor: User) -> None:
    """Reads `user` as they are now and keeps their access to this transaction.

    Raises PermissionDenied if `actor` is no administrator (any more).
    """
    _locked_administrators(actor)
    _lock(user)


def _lock(user: User) -> None:
    locks.seize(user.pk)
    user.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))


def deactivate(user: User, *, actor: User) -> None:
    """Takes the access of `user` away and ends their sessions at once; twice is as once.

    Raises LastAdministrator, or PermissionDenied if `actor` is no administrator (any more).
    Who takes over their work is settled by the caller, in the same transaction.
    """
    with transaction.atomic():
        _refuse_last(user, _locked_administrators(actor))
        _lock(user)
        if not user.is_active:
            return
        user.is_active = False
        user.left_at = timezone.now()
        user.version += 1
        user.save(update_fields=["is_active", "left_at", "version"])
        end_sessions(user)
        record(actor, "user.deactivated", user.full_name, {"user": user.pk})


def reactivate(user: User, *, actor: User) -> None:
    """Gives a former user access again, in the role they had. Raises PermissionDenied."""
    with transaction.atomic():
        _locked_administrators(actor)
        _lock(user)
        if user.is_active:
            return
        user.is_active = True
        user.left_at = None
        user.version += 1
        user.save(update_fields=["is_active", "left_at", "version"])
        record(actor, "user.reactivated", user.full_name, {"user": user.pk})


def change_role(user: User, role: Role, *, actor: User) -> None:
    """Gives `user` another role; it holds from their next click.

    Raises LastAdministrator, or PermissionDenied if `actor` is no administrator (any more).
    """
    with transaction.atomic():
        administrators = _locked_administrators(actor)
        if role != Role.ADMINISTRATOR:
            _refuse_last(user, administrators)
        _lock(user)
        before = user.role
        if before == role:
            return
        user.role = role
        user.version += 1
        user.save(update_fields=["role", "version"])
        record(
            actor,
            "user.role",
            user.full_name,
            {"user": user.pk, "from": before, "to": role.value},
        )
