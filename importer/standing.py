"""What a datasheet may say already that no import can make it say: its row is still right.

A list that was taken out names them, too. They are no choice (:mod:`importer.asking`), and a row
that would make a datasheet of them is wrong; of the datasheet whose number it has it says nothing.
"""

from __future__ import annotations

from accounts.models import User
from crm import access
from importer import statuses
from modules.models import Module, Status
from web.text import fold


def statuses_nobody_sets(module: Module) -> frozenset[str]:
    """Folded names of the module's statuses that follow from days and orders, or are going."""
    able = [status.pk for status in statuses.choices(module)]
    others = Status.objects.filter(module=module).exclude(pk__in=able).select_related("group")
    return frozenset(
        fold(name)
        for one in others
        for name in (
            *(one.name_hu, one.name_en),
            *(f"{one.group.name_hu} {one.name_hu}", f"{one.group.name_en} {one.name_en}"),
        )
    )


def people_of_before(module: Module) -> frozenset[str]:
    """Folded names and emails of users who can't be made responsible here any more."""
    able = access.possible_responsibles(module.pk).values("pk")
    return frozenset(
        fold(name)
        for user in User.objects.exclude(pk__in=able)
        for name in (
            *(user.email, f"{user.family_name} {user.given_name}"),
            f"{user.given_name} {user.family_name}",
        )
    )
