"""Doing a thing once, however often its form is sent: double click, resend, back button."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from crm.models import Once
from web import statements


def run_once(token: UUID | None, make: Callable[[], str], *, actor: User, url: str = "") -> str:
    """Call ``make`` unless this token was used by the actor; the address of the result either way.

    Two requests at the same moment wait for each other on the token's key, so that the second
    finds what the first has made. Another user's token counts as none. ``url`` is the address of
    the result where it is known beforehand.
    """
    if token is None:
        return make()
    with transaction.atomic():
        new = _take(token, actor, url)
        if not new and (used := Once.objects.get(token=token)).user_id == actor.pk:
            return used.url
        made = make()
        if new and made != url:
            Once.objects.filter(token=token).update(url=made)
        return made


def _take(token: UUID, actor: User, url: str) -> bool:
    """Write the token down; False when it is there, also by somebody who was waited for.

    One statement, where the ORM takes four: it looks first, then writes within a savepoint.
    """
    with statements.cursor() as db:
        db.execute(
            "INSERT INTO crm_once (token, user_id, url, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (token) DO NOTHING",
            [
                Once._meta.pk.get_db_prep_value(token, connection),
                actor.pk,
                url,
                connection.ops.adapt_datetimefield_value(timezone.now()),
            ],
        )
        return bool(db.rowcount == 1)
