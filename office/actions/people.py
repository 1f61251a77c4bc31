"""What an administrator changes about a user: data, role and modules, access."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import access, invitations
from accounts.actions.profile import ChangedMeanwhile
from accounts.audit import record
from accounts.models import Invitation, Role, User
from accounts.roles import Capability
from crm.errors import Conflict, Refused
from modules.models import Module, ModuleUser
from office.actions.dealing import Heirs
from office.actions.handover import HandedOver, pass_on_unseen

PERSONAL = ("family_name", "given_name", "position", "phone", "language")


def save_person(user: User, values: dict[str, Any], *, version: int, actor: User) -> User:
    """Saves personal data (keys of PERSONAL) and returns the fresh user.

    ``version`` is the one that the form showed. Raises ChangedMeanwhile if it is old and the
    outcome would differ.
    """
    if not actor.has(Capability.SETTINGS):
        raise PermissionDenied(_("Only administrators may do this."))
    with transaction.atomic():
        kept = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        changes = {
            name: {"from": getattr(kept, name), "to": values[name]}
            for name in PERSONAL
            if getattr(kept, name) != values[name]
        }
        if not changes:
            return kept
        if kept.version != version:
            raise ChangedMeanwhile(kept)
        for name in changes:
            setattr(kept, name, values[name])
        kept.version += 1
        kept.save(update_fields=[*changes, "version"])
        record(actor, "user.changed", kept.full_name, {"user": kept.pk, "fields": changes})
    return kept


def change_access(
    user: User,
    role: Role,
    modules: Collection[int],
    heirs: Heirs,
    *,
    actor: User,
    was: str | None = None,
) -> HandedOver:
    """Another role or other limited modules; what the user no longer sees is given away.

    ``was`` is the role that the form showed: another one now is a Conflict. Raises
    LastAdministrator, PermissionDenied (also for oneself), Refused.
    """
    if user.pk == actor.pk:
        raise PermissionDenied(_("Nobody changes their own role. Ask another administrator."))
    with transaction.atomic():
        access.lock_access(user, actor=actor)
        if not user.is_active:
            raise Refused(_("This is a former user. Let them back in first."))
        if was is not None and user.role != was and user.role != role:
            raise Conflict(_("Somebody changed the role in the meantime. Look again."), user)
        access.change_role(user, role, actor=actor)
        set_modules(user, modules, actor=actor)
        return pass_on_unseen(user, heirs, actor=actor)


def set_modules(user: User, modules: Collection[int], *, actor: User) -> None:
    """Which of the limited modules the user is in. Others keep whom they have."""
    limited = {module.pk: module for module in Module.objects.filter(limited=True)}
    wanted = limited.keys() & set(modules)
    rows = ModuleUser.objects.filter(user=user, module__in=limited)
    present = set(rows.values_list("module_id", flat=True))
    if wanted == present:
        return
    rows.exclude(module__in=wanted).delete()
    ModuleUser.objects.bulk_create(
        (ModuleUser(module_id=pk, user=user) for pk in sorted(wanted - present)),
        ignore_conflicts=True,
    )
    names = {
        "from": [limited[pk].name for pk in sorted(present)],
        "to": [limited[pk].name for pk in sorted(wanted)],
    }
    record(actor, "user.modules", user.full_name, {"user": user.pk, **names})


def close(user: User, heirs: Heirs, *, actor: User) -> HandedOver:
    """Takes the access away and gives all the user's work to the heirs, at once.

    A second time does nothing. Raises LastAdministrator, PermissionDenied, Refused.
    """
    with transaction.atomic():
        access.deactivate(user, actor=actor)
        invitations.revoke_for(user.email, actor=actor)
        done = pass_on_unseen(user, heirs, actor=actor)
        if done:
            data = {"user": user.pk, "datasheets": done.datasheets, "todos": done.todos}
            record(actor, "user.handed_over", user.full_name, data)
    return done


def join(secret: str, *, password: str, language: str) -> User:
    """Accepts an invitation: the user, in the modules they were invited into. Raises Gone."""
    with transaction.atomic():
        user, invitation = invitations.accept(secret, password=password, language=language)
        set_modules(user, _modules_of(invitation), actor=user)
    return user


def _modules_of(invitation: Invitation) -> list[int]:
    return [pk for pk in invitation.modules if isinstance(pk, int)]
