"""Names that mean exactly one status or user, also when they come in again."""

from __future__ import annotations

from collections import Counter

from accounts.models import User
from modules.models import Module, Status
from web.text import fold


def status_names(module: Module) -> dict[int, str]:
    """The module's statuses by id: the name, with its group where several bear it (Sales' VIP)."""
    statuses = list(Status.objects.filter(module=module).select_related("group"))
    borne = Counter(name for status in statuses for name in _names(status))
    return {
        status.pk: status.name
        if borne[fold(status.name)] == 1
        else f"{status.group.name} {status.name}"
        for status in statuses
    }


def _names(status: Status) -> set[str]:
    return {fold(status.name_hu), fold(status.name_en), fold(status.key.replace("_", " "))} - {""}


def user_names() -> dict[int, str]:
    """All users by id: the full name, of namesakes the email."""
    users = list(User.objects.all())
    borne = Counter(_words(user) for user in users)
    return {user.pk: user.full_name if borne[_words(user)] == 1 else user.email for user in users}


def _words(user: User) -> tuple[str, ...]:
    return tuple(sorted(fold(user.full_name).split()))
