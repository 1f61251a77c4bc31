"""How the role table says what an address answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.world import ROLES, Record, World

Values = Callable[[World, Record], dict[str, Any]]
OK, SENT, NONE, MOVED, FORBIDDEN, MISSING, NOT_ALLOWED, REFUSED = (
    200, 303, 204, 302, 403, 404, 405, 409,
)  # fmt: skip
DONE = (OK, NONE, SENT, MOVED)


def nothing(world: World, record: Record) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """An address, its arguments and a valid body (None: it takes no POST), and who it exists for.

    ``exists_for`` are the roles for which there is such a page at all. ``of_record``: it shows or
    changes a record, so that a restricted user gets 404 for another's. ``allowed`` are the roles
    that may do it on a record they see; the others get 403. ``shown_to_allowed``: on GET too.
    """

    args: Values = nothing
    body: Values | None = None
    get: tuple[int, ...] = (OK,)
    post: tuple[int, ...] = DONE
    exists_for: tuple[str, ...] = ROLES
    allowed: tuple[str, ...] = ROLES
    of_record: bool = False
    public: bool = False
    post_only: bool = False
    shown_to_allowed: bool = False

    def expected(self, role: str, owner: str, *, posting: bool) -> tuple[int, ...]:
        if self.post_only and not posting:
            return (NOT_ALLOWED, MISSING)
        if role not in self.exists_for:
            return (MISSING,)
        if self.of_record and role == "restricted" and owner == "another's":
            return (MISSING,)
        if (posting or self.shown_to_allowed) and role not in self.allowed:
            return (FORBIDDEN,)
        return self.post if posting else self.get


def of(name: str) -> Values:
    """The argument ``pk`` from a record: ``of("datasheet")``."""
    return lambda world, record: {"pk": getattr(record, name).pk}


def of_fixed(kind: str) -> Values:
    """The argument ``pk``: the record's datasheet of a fixed kind."""
    return lambda world, record: {"pk": record.fixed[kind].pk}


def says(**values: Any) -> Values:
    """A body of constants."""
    return lambda world, record: dict(values)
