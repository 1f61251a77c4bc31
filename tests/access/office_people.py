"""Settings pages of office/urls/people.py in the role table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.actions.invitations import hash_of
from accounts.models import Invitation
from modules.models import Module
from tests.access.expect import MISSING, MOVED, OK, SENT, Page, Values, nothing, says
from tests.access.world import Record, World

ADMIN = ("administrator",)
UNPROCESSABLE = 422


def of_user(name: str) -> Values:
    return lambda world, record: {"pk": world.users[name].pk}


COLLEAGUE, FORMER = of_user("colleague"), of_user("former")


def invitation(world: World, record: Record) -> dict[str, Any]:
    found, _new = Invitation.objects.get_or_create(
        email="invited@example.com",
        defaults={
            "family_name": "Hívott",
            "given_name": "Hanna",
            "secret_hash": hash_of("invited"),
            "sent_at": timezone.now(),
            "created_by": world.users["administrator"],
        },
    )
    return {"pk": found.pk}


def accepting(world: World, record: Record) -> dict[str, Any]:
    invitation(world, record)
    return {"secret": "invited"}


def invitee(world: World, record: Record) -> dict[str, Any]:
    names = {"family_name": "Új", "given_name": "Elek", "email": "uj@example.com"}
    return {**names, "role": "normal", "language": "hu"}


def personal(world: World, record: Record) -> dict[str, Any]:
    user = world.users["colleague"]
    names = {"family_name": "Más", "given_name": "Név", "language": "en"}
    return {**names, "version": user.version}


def heirs(world: World, record: Record) -> dict[str, Any]:
    modules = Module.objects.values_list("pk", flat=True)
    heir = world.users["normal"].pk
    return {"how": "modules", **{f"heirs-{pk}": heir for pk in modules}}


def settings(args: Values = nothing, body: Values | None = None, **more: Any) -> Page:
    return Page(args, body, exists_for=ADMIN, **more)


def button(args: Values, **more: Any) -> Page:
    return settings(args, says(), post_only=True, **more)


PAGES: dict[str, Page] = {
    "office:users": settings(),
    "office:user_new": settings(body=invitee),
    "office:user": settings(COLLEAGUE, personal),
    "office:user_access": settings(
        COLLEAGUE, says(role="manager", sure="1", how="one", heirs="0"), get=(SENT,)
    ),
    "office:user_email": settings(
        COLLEAGUE, says(email="masik@example.com"), post=(OK, SENT, UNPROCESSABLE)
    ),
    "office:user_reset_password": button(COLLEAGUE, post=(SENT, 409)),
    "office:user_close": settings(COLLEAGUE, heirs),
    "office:user_hand_over": settings(FORMER, heirs),
    "office:user_reopen": button(FORMER),
    "office:user_picture": button(COLLEAGUE, post=(UNPROCESSABLE,)),
    "office:user_picture_crop": settings(COLLEAGUE, says(), get=(SENT,)),
    "office:user_picture_draft": settings(COLLEAGUE, get=(MISSING,)),
    "office:user_picture_cancel": button(COLLEAGUE),
    "office:user_picture_remove": button(COLLEAGUE),
    "office:user_see_as": button(COLLEAGUE),
    "office:security": settings(body=says(roles=["manager"], before="")),
    "office:user_two_factor_remove": settings(COLLEAGUE, says()),
    "office:invitation_resend": button(invitation),
    "office:invitation_link": button(invitation),
    "office:invitation_revoke": button(invitation),
    # Only for who is seeing as somebody else.
    "office:see_as_stop": Page(body=says(), post_only=True, post=(MISSING,)),
    "office:invitation": Page(
        accepting,
        says(password="correct horse battery staple", language="hu"),
        public=True,
        get=(OK,),
        post=(SENT, MOVED),
    ),
}
