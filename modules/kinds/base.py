"""The vocabulary of module kinds: frozen data, and the one interpreter of its rules.

Nothing here knows the database. A kind says which statuses a module starts with and, when they
are fixed, which facts lead to which status; `checks.py` proves at start-up that it can be true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise
FactValue: TypeAlias = str | int | bool | None

# DESIGN.md: paprika (late) and honey (broken chain) are never a status's colour.
HUES = ("slate", "indigo", "sky", "teal", "moss", "olive", "sand", "clay", "plum", "violet")
TODO_TYPES = ("call", "meeting", "email", "task")


class Meaning(StrEnum):
    """What standing in a status means for the todos of a datasheet."""

    OPEN = "open"
    NO_TODO = "no_todo"
    WON = "won"
    LOST = "lost"


class Sets(StrEnum):
    """What ticking a step of the sale does to its state (`customer`: nothing, it is won)."""

    IN_PROGRESS = "in_progress"
    WON = "won"
    CUSTOMER = "customer"


class Refused(Exception):
    """A kind's rules don't allow this; `reason` is for the user, in the current language."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)
