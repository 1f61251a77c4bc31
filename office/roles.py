"""The four roles as cards that say what each can do (DOMAIN, "Roles")."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.roles import Capability, has

_SAY: dict[str, str | Promise] = {
    Role.ADMINISTRATOR: _("Everything, including these settings."),
    Role.MANAGER: _("Everything except settings."),
    Role.NORMAL: _("All datasheets. No reports, no settings."),
    Role.RESTRICTED: _("Only datasheets assigned to them or to nobody."),
}
CHIPS: tuple[tuple[str | Promise, Capability | None], ...] = (
    (_("Own and unassigned"), None),
    (_("All datasheets"), Capability.SEE_EVERYTHING),
    (_("Reports"), Capability.REPORTS),
    (_("Settings"), Capability.SETTINGS),
)


@dataclass(frozen=True)
class Chip:
    """Something a role can do, or can't."""

    name: str | Promise
    has: bool


@dataclass(frozen=True)
class RoleCard:
    """A role to choose."""

    value: str
    name: str | Promise
    say: str | Promise
    chips: list[Chip]
    checked: bool


def role_cards(chosen: str) -> list[RoleCard]:
    """From the most to the least; ``chosen`` is the value of the ticked one."""
    return [
        RoleCard(
            role.value,
            role.label,
            _SAY[role],
            [Chip(name, what is None or has(role, what)) for name, what in CHIPS],
            role.value == chosen,
        )
        for role in Role
    ]


CAPABILITY_NAMES: dict[Capability, str | Promise] = {
    Capability.REPORTS: _("reports"),
    Capability.EXPORT: _("exports"),
    Capability.BULK: _("changes to many at once"),
    Capability.IMPORT: _("imports"),
    Capability.SETTINGS: _("settings"),
}
"""Those worth telling when a role changes."""
