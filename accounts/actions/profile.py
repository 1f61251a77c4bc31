"""What a user changes about themselves."""

from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import Theme, User

OWN_FIELDS = (
    "family_name",
    "given_name",
    "position",
    "phone",
    "language",
    "theme",
    "keyboard_letters",
    "signature",
)


class ChangedMeanwhile(Exception):
    """The profile isn't any more what the form was made from; `current` is what it is now."""

    def __init__(self, current: User) -> None:
        super().__init__()
        self.current = current


def save_profile(*, actor: User, version: int, values: dict[str, Any]) -> User:
    """Saves the actor's own `values` (keys of OWN_FIELDS) and returns the fresh user.

    `version` is the one that the form showed. Raises ChangedMeanwhile if it is old and the
    outcome would differ: sending the same form twice is no conflict.
    """
    unknown = set(values) - set(OWN_FIELDS)
    if unknown:
        raise ValueError(f"Not one's own to change: {sorted(unknown)}")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.pk)
        changed = sorted(name for name, value in values.items() if getattr(user, name) != value)
        if not changed:
            return user
        if user.version != version:
            raise ChangedMeanwhile(user)
        for name in changed:
            setattr(user, name, values[name])
        user.version += 1
        user.save(update_fields=[*changed, "version"])
        record(actor, "user.profile", user.full_name, {"user": user.pk, "fields": changed})
    return user


def switch_theme(*, actor: User, theme: Theme) -> None:
    """Sets the actor's theme, from the user menu; no other tab needs to know."""
    User.objects.filter(pk=actor.pk).update(theme=theme)
    actor.theme = theme
