"""Doing a thing once, however often its form is sent: double click, resend, back button."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from crm.models import Once


def run_once(token: UUID | None, make: Callable[[], str], *, actor: User) -> str:
    """Call ``make`` unless this token was used by the actor; the address of the result either way.

    Two requests at the same moment wait for each other on the token's key, so that the second
    finds what the first has made. Another user's token counts as none.
    """
    if token is None:
        return make()
    with transaction.atomic():
        used, new = Once.objects.get_or_create(token=token, defaults={"user": actor, "url": ""})
        if not new and used.user_id == actor.pk:
            return used.url
        url = make()
        if new:
            used.url = url
            used.save(update_fields=["url"])
        return url
