"""Two-factor: who has it, which roles must, and what to do about a lost phone.

How it is set up and asked for is allauth's matter (accounts.views.two_factor).
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.actions.sessions import end_sessions
from accounts.audit import record
from accounts.models import Company, User
from accounts.roles import Role

FIRST_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are none: they only stand in for one of these."""

Way: TypeAlias = Literal["code", "recovery", "passkey"]


class ChangedMeanwhile(Exception):
    """Somebody else has set the roles in the meantime; `roles` are those of now."""

    def __init__(self, roles: list[str]) -> None:
        super().__init__()
        self.roles = roles


def has_two_factor(user: User) -> bool:
    """Whether an app or a passkey is asked for when `user` signs in."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FIRST_FACTORS).exists())


def needs_two_factor(user: User) -> bool:
    """Whether the company requires it of the role of `user`."""
    return Company.exists() and user.role in Company.current().two_factor_roles


def numbers() -> dict[str, tuple[int, int]]:
    """For each role: how many active users have two-factor, of how many."""
    theirs = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FIRST_FACTORS)
    rows = (
        User.objects.active()
        .annotate(protected=Exists(theirs))
        .values("role")
        .annotate(having=Count("pk", filter=Q(protected=True)), all=Count("pk"))
        .values_list("role", "having", "all")
    )
    counted = {role: (having, everybody) for role, having, everybody in rows}
    return {role.value: counted.get(role.value, (0, 0)) for role in Role}


def require_for(roles: Iterable[str], *, actor: User, before: Iterable[str] | None = None) -> None:
    """Requires two-factor of these roles and of no others; holds at the next click of each.

    `before` is what the form showed. Raises PermissionDenied, or ChangedMeanwhile if it is old.
    """
    wanted = [role.value for role in Role if role.value in set(roles)]
    with transaction.atomic():
        _administrator(actor)
        company = Company.objects.select_for_update().get(pk=1)
        old = list(company.two_factor_roles)
        if old == wanted:
            return
        if before is not None and set(before) != set(old):
            raise ChangedMeanwhile(old)
        company.two_factor_roles = wanted
        company.save(update_fields=["two_factor_roles"])
        record(actor, "company.two_factor", company.name, {"from": old, "to": wanted})


def remove_two_factor(user: User, *, actor: User) -> bool:
    """Takes app, passkeys and codes from a user who lost them, and ends their sessions, which
    whoever found the phone may have. False: there was nothing to take.

    Raises PermissionDenied unless `actor` is an administrator and somebody else: for oneself
    there is the profile, which asks who one is.
    """
    with transaction.atomic():
        _administrator(actor)
        if user.pk == actor.pk:
            raise PermissionDenied(_("Your own two-factor is on your profile."))
        user.refresh_from_db(from_queryset=User.objects.select_for_update())
        theirs = Authenticator.objects.filter(user_id=user.pk)
        kinds = sorted(theirs.values_list("type", flat=True))
        if not kinds:
            return False
        theirs.delete()
        end_sessions(user)
        record(actor, "user.two_factor_removed", user.full_name, {"user": user.pk, "kinds": kinds})
    return True


def note_refused(user: User | None, way: Way) -> None:
    """Writes a refused second step into the log: of whom and of which way, nothing of what was
    typed. ``user`` None: a passkey instead of the password, which names nobody.

    How many a minute there can be is limited where they are checked (allauth's rate limits).
    """
    if user is None:
        record(None, "login.passkey_unknown")
    else:
        record(None, f"login.{way}_failed", user.full_name, {"user": user.pk})


def _administrator(actor: User) -> None:
    """Asked of the database, inside the transaction: the role may have been taken meanwhile."""
    if not User.objects.active().filter(pk=actor.pk, role=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators may do this."))
