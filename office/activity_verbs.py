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
        ("user.", "invitation.", "two_factor.", "company.two_factor"),
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
    "login.code_failed": _("Somebody gave a wrong two-factor code for {what}"),
    "login.recovery_failed": _("Somebody gave a wrong recovery code for {what}"),
    "login.passkey_failed": _("A passkey that was shown for {what} was refused"),
    "login.passkey_unknown": _("Somebody failed to sign in with a passkey"),
    "logout": _("{who} signed out"),
    "see_as.started": _("{who} began to see the product as {what}"),
    "see_as.ended": _("{who} stopped seeing the product as {what}"),
    # Users and access
    "user.profile": _("{who} changed their own profile"),
    "user.changed": _("{who} changed the data of {what}"),
    "user.deactivated": _("{who} closed the account of {what}"),
    "user.reactivated": _("{who} let {what} back in"),
    "user.role": _("{who} gave {what} another role"),
    "user.modules": _("{who} changed which modules {what} uses"),
    "user.handed_over": _("{who} handed over the work of {what}"),
    "user.email_asked": _("{who} asked for another email for {what}"),
    "user.email": _("{what} signs in with another email"),
    "user.picture": _("{who} changed the picture of {what}"),
    "user.picture_removed": _("{who} removed the picture of {what}"),
    "user.password": _("{who} changed their password"),
    "user.password_set": _("{who} set a new password by a link"),
    "user.password_reset": _("{who} sent {what} a link to set a new password"),
    "user.two_factor_removed": _("{who} took two-factor off {what}"),
    "two_factor.app_added": _("{who} added an app for two-factor"),
    "two_factor.app_removed": _("{who} removed the app for two-factor"),
    "two_factor.codes_made": _("{who} made new recovery codes"),
    "two_factor.passkey_added": _("{who} added a passkey"),
    "two_factor.passkey_removed": _("{who} removed a passkey"),
    "invitation.sent": _("{who} invited {what}"),
    "invitation.sent_again": _("{who} sent the invitation of {what} again"),
    "invitation.revoked": _("{who} took back the invitation of {what}"),
    "invitation.accepted": _("{what} accepted the invitation"),
    "company.two_factor": _("{who} changed which roles need two-factor"),
    # The company
    "company.set_up": _("{who} set up {what}"),
    "company.changed": _("{who} changed the company's settings"),
    "company.logo": _("{who} changed the company's logo"),
    "company.logo_removed": _("{who} removed the company's logo"),
    "company.mail_tested": _("{who} tested the mail server {what}"),
    # Modules, their statuses and steps
    "module.added": _("{who} added the module {what}"),
    "module.changed": _("{who} changed the module {what}"),
    "module.archived": _("{who} archived the module {what}"),
    "module.restored": _("{who} brought the module {what} back"),
    "module.deleted": _("{who} deleted the module {what}"),
    "modules.ordered": _("{who} changed the order of the modules"),
    "group.added": _("{who} added the group {what}"),
    "group.renamed": _("{who} renamed the group {what}"),
    "group.removed": _("{who} removed the group {what}"),
    "status.added": _("{who} added the status {what}"),
    "status.changed": _("{who} changed the status {what}"),
    "status.removing": _("{who} began to remove the status {what}"),
    "status.removed": _("The status {what} was removed for {who}"),
    "status.kept": _("{who} kept the status {what} after all"),
    "tree.ordered": _("{who} changed the order of the statuses of {what}"),
    "suggestion.added": _("{who} added a suggested todo to {what}"),
    "suggestion.changed": _("{who} changed a suggested todo of {what}"),
    "suggestion.removed": _("{who} removed a suggested todo of {what}"),
    "suggestions.ordered": _("{who} changed the order of the suggested todos of {what}"),
    "step.added": _("{who} added the step {what}"),
    "step.changed": _("{who} changed the step {what}"),
    "step.removed": _("{who} removed the step {what}"),
    "steps.ordered": _("{who} changed the order of the steps of {what}"),
    # Types of todo, fields
    "type.added": _("{who} added the type of todo {what}"),
    "type.changed": _("{who} changed the type of todo {what}"),
    "type.archived": _("{who} archived the type of todo {what}"),
    "type.restored": _("{who} brought the type of todo {what} back"),
    "types.ordered": _("{who} changed the order of the types of todo"),
    "field.added": _("{who} added the field {what}"),
    "field.changed": _("{who} changed the field {what}"),
    "field.type": _("{who} gave the field {what} another type"),
    "field.list": _("{who} changed whether {what} is a column of the list"),
    "field.ordered": _("{who} changed the order of the fields of {what}"),
    "field.group": _("{who} changed a group of fields of {what}"),
    "field.removed": _("{who} removed the field {what}"),
    "field.restored": _("{who} brought the field {what} back"),
    "field.purged": _("The data of the removed field {what} were deleted"),
    # Data
    "import.started": _("{who} started to import {what}"),
    "import.finished": _("The import of {what} by {who} is finished"),
    "import.undo_started": _("{who} started to take back the import of {what}"),
    "import.undone": _("The import of {what} is taken back"),
    "import.files_forgotten": _("The files of old imports were deleted"),
    "export.made": _("{who} exported the list of {what}"),
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
