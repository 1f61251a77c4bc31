"""The verbs of the activity log: what kind of thing each is, and the sentence that tells it.

In a sentence ``{who}`` did it and ``{what}`` is the record's name as it was then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind to filter by; ``verbs`` are the beginnings of its actions."""

    label: str | Promise
    icon: str
    verbs: tuple[str, ...]


KINDS: Final[dict[str, Kind]] = {
    "logins": Kind(_("Logins"), "log-in", ("login", "logout", "session")),
    "see_as": Kind(_("Seen as another"), "eye", ("see_as",)),
    "access": Kind(
        _("Users and access"),
        "user-round-cog",
        ("user.", "invitation.", "two_factor.", "password."),
    ),
    "imports": Kind(_("Imports"), "upload", ("import.",)),
    "exports": Kind(_("Exports"), "download", ("export.", "activity.exported")),
    "personal": Kind(_("Personal data"), "shield-user", ("personal_data.",)),
    "deletions": Kind(
        _("Deletions"),
        "trash-2",
        ("client.trashed", "client.restored", "client.purged", "datasheet.", "trash.", "log."),
    ),
    "settings": Kind(_("Settings"), "settings", ()),
}
"""In this order; what no kind claims belongs to the last one."""


def kind_of(action: str) -> str:
    """The key of the kind that an action belongs to."""
    for key, kind in KINDS.items():
        if action.startswith(kind.verbs):
            return key
    return "settings"


def of_kind(key: str) -> Q:
    """The entries of a kind."""
    if key != "settings":
        return _claimed(KINDS[key])
    others = Q()
    for kind in KINDS.values():
        others |= _claimed(kind)
    return ~others


def _claimed(kind: Kind) -> Q:
    claimed = Q()
    for verb in kind.verbs:
        claimed |= Q(action__startswith=verb)
    return claimed


VERBS: Final[dict[str, str | Promise]] = {
    "login": _("{who} signed in"),
    "login.failed": _("Somebody failed to sign in as {what}"),
    "logout": _("{who} signed out"),
    "user.profile": _("{who} changed their own profile"),
    "user.deactivated": _("{who} closed the account of {what}"),
    "user.reactivated": _("{who} let {what} back in"),
    "user.role": _("{who} gave {what} another role"),
    "company.set_up": _("{who} set up {what}"),
    "company.changed": _("{who} changed the company's settings"),
    "company.logo": _("{who} changed the company's logo"),
    "company.logo_removed": _("{who} removed the company's logo"),
    "company.mail_tested": _("{who} tested the mail server {what}"),
    "import.started": _("{who} started to import {what}"),
    "import.finished": _("The import of {what} by {who} is finished"),
    "import.failed": _("The import of {what} by {who} failed"),
    "import.files_forgotten": _("The files of old imports were deleted"),
    "activity.exported": _("{who} exported the activity log"),
    "personal_data.exported": _("{who} took out all data of {what}"),
    "personal_data.erased": _("{who} erased the personal data of {what}"),
    "client.trashed": _("{who} moved the client {what} to the trash"),
    "client.restored": _("{who} brought the client {what} back from the trash"),
    "client.purged": _("{who} deleted the client {what} for good"),
    "datasheet.purged": _("{who} deleted the datasheet {what} for good"),
    "trash.emptied": _("What was in the trash for too long was deleted"),
    "log.forgotten": _("Old entries of this log were deleted"),
}
