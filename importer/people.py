"""The contacts of a row: who they are, and how each is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models.company import name_order


@dataclass
class Person:
    """A contact of a row; without a name it stands for the company's own phones and emails.

    ``values`` are of the company's fields of contacts, by the field's id, as they are stored.
    """

    family_name: str = ""
    given_name: str = ""
    position: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    values: dict[int, Any] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        return bool(self.family_name or self.given_name)

    @property
    def full_name(self) -> str:
        """The name in the company's order of names."""
        parts = [self.family_name, self.given_name]
        return " ".join(filter(None, parts if name_order() != "given_first" else reversed(parts)))
