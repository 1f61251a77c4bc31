"""Who may do what, as plain data. The table is the one of the domain ("Roles").

Row scopes and verbs on records live in `crm.access`; here is only what a role *has*.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The four roles, from the most to the least."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    NORMAL = "normal", _("Normal user")
    RESTRICTED = "restricted", _("Restricted")


class Capability(StrEnum):
    """Something that a role has or hasn't, whatever the record."""

    SEE_EVERYTHING = "see_everything"
    """All datasheets, clients and todos, not only one's own and nobody's."""
    REPORTS = "reports"
    EXPORT = "export"
    BULK = "bulk"
    IMPORT = "import"
    RESTORE = "restore"
    """Take others' datasheets out of the trash."""
    TRASH_CLIENTS = "trash_clients"
    PURGE = "purge"
    SETTINGS = "settings"
    EVERY_MODULE = "every_module"


_NORMAL = frozenset({Capability.SEE_EVERYTHING})
_MANAGER = _NORMAL | {
    Capability.REPORTS,
    Capability.EXPORT,
    Capability.BULK,
    Capability.IMPORT,
    Capability.RESTORE,
    Capability.TRASH_CLIENTS,
}

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.ADMINISTRATOR.value: frozenset(Capability),
    Role.MANAGER.value: _MANAGER,
    Role.NORMAL.value: _NORMAL,
    Role.RESTRICTED.value: frozenset(),
}


def has(role: str, capability: Capability) -> bool:
    """Whether `role` has `capability`; an unknown role has nothing."""
    return capability in CAPABILITIES.get(role, frozenset())
