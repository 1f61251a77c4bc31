"""Writing the activity log. Call it inside the transaction of the change it tells about."""

from typing import Any

from accounts import origin
from accounts.models.audit import AuditEntry
from accounts.models.user import User


def record(
    actor: User | None, action: str, target_text: str = "", data: dict[str, Any] | None = None
) -> AuditEntry:
    """Appends one entry.

    `action` is a dotted verb such as `user.deactivated`; `actor` None means the system;
    `target_text` is cut at 200 characters; `data` is plain JSON without secrets. Where the
    request came from is added by itself.
    """
    source = origin.current()
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        target_text=target_text[:200],
        data=data or {},
        address=source.address,
        device=source.device,
    )
