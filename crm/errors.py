"""What an action answers when it can't be done. Each message is for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _


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


class Missing(Refused):
    """The datasheet can't come to that status without the values of some fields, by their ids."""

    def __init__(self, datasheet: Any, fields: Sequence[int]) -> None:
        super().__init__(_("Fill in first what this status asks for."))
        self.datasheet = datasheet
        self.fields = fields
