"""Holding on to the status that a datasheet is about to stand in.

A status may be removed, or get another meaning, while somebody moves a datasheet into it. Whoever
moves one in holds the status until their transaction ends, and whoever removes or changes it waits
for all of them (:mod:`office.actions.removing`, :mod:`office.actions.statuses`).
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from crm.errors import Refused
from modules.models import Former, Status
from web import statements
from web.prepared import Prepared

# Holders don't wait for each other, nor for a change of the tree's order.
_HOLD = "SELECT id FROM modules_status WHERE id = %s FOR KEY SHARE"


def hold(status_id: int, module_id: int) -> Status:
    """The status as it is now, safe from removal until the transaction ends.

    On SQLite the transaction is the only writer anyway. Refused when the module has no such
    status, or when it is being removed.
    """
    status = _read(status_id, module_id)
    if status is None:
        raise Refused(_("There is no such status in this module."), field="status")
    if status.leaving_to is not None:
        raise Refused(
            _("%(status)s is being removed. Choose another one, such as %(other)s.")
            % {"status": status.name, "other": status.leaving_to.name},
            field="status",
        )
    return status


def _read(status_id: int, module_id: int) -> Status | None:
    if connection.vendor == "postgresql":
        with statements.cursor() as db:
            db.execute(_HOLD, [status_id])
    return _STATUS.first(status_id, module_id)


_STATUS: Prepared[Status] = Prepared(
    lambda status, module: Status.objects.filter(pk=status, module=module).select_related(
        "group", "leaving_to"
    )
)


def hold_or_follow(status_id: int, module_id: int) -> Status:
    """As :func:`hold`; of one that is being removed, or is gone, the status that takes over."""
    status = _read(status_id, module_id)
    while status is None or status.leaving_to_id is not None:
        following = _heir(status_id) if status is None else status.leaving_to_id
        if following is None:
            raise Refused(_("There is no such status in this module."), field="status")
        status_id = following
        status = _read(status_id, module_id)
    return status


def _heir(status_id: int) -> int | None:
    former = Former.objects.filter(what=Former.STATUS, number=status_id).first()
    return former.went_to or None if former else None
