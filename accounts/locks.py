"""Access that is being changed, and work that is being given: they exclude each other by user.

Whoever gives a user a todo or a datasheet *holds* that user until their transaction ends; whoever
takes access away *seizes* them first and so waits for all holders. Holding never waits: a holder
has a datasheet locked already, which the one who has seized the user is going to ask for.

On SQLite a transaction is the only writer anyway.
"""

from django.db import connection

from web import statements

_SPACE = 7331
"""Keeps these locks apart from other advisory ones."""


def hold(user_id: int) -> bool:
    """Keeps the access of the user as it is until the transaction ends; False: somebody is
    changing it at this moment.
    """
    if connection.vendor != "postgresql":
        return True
    with statements.cursor() as db:
        db.execute("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", [_SPACE, user_id])
        return bool(db.fetchone()[0])


def seize(user_id: int) -> None:
    """Waits until nobody holds the user, then keeps them to this transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as db:
            db.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, user_id])
