"""What an action answers when it can't be done. Each message is for the person who asked."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The change is not possible; the text says why and what to do. Nothing was changed."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Forbidden(Refused):
    """The record is visible, but this user may not do this with it (403)."""


class Conflict(Refused):
    """Somebody else saved in the meantime; ``current`` is the record as it stands now (409)."""

    def __init__(self, message: str, current: Any) -> None:
        super().__init__(message)
        self.current = current
