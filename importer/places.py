"""The addresses of a row: the main one, and those of another kind beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from crm.constants import AddressKind
from crm.models import Address
from importer import values
from importer.headings import KINDS, kind_of, of_kind
from importer.mapped import Mapped
from web.text import fold

PARTS: Final = ("country", "postcode", "town", "street")


@dataclass(slots=True)
class Place:
    """An address of a row. ``kind`` is "billing", "delivery" or "" for a plain one, which is
    that of the head office.
    """

    kind: str = ""
    country: str = ""
    postcode: str = ""
    town: str = ""
    street: str = ""

    @property
    def stored_kind(self) -> str:
        return self.kind or AddressKind.HEAD_OFFICE.value

    @property
    def parts(self) -> dict[str, str]:
        """What it says; an empty part says nothing."""
        return {name: text for name in PARTS if (text := getattr(self, name))}

    def is_said_by(self, other: Place | Address) -> bool:
        """Whether it says nothing that the other one in the same town doesn't."""
        said = {"town": self.town, **self.parts}
        return all(fold(getattr(other, name)) == fold(text) for name, text in said.items())


@cache
def _keys_of(kind: str) -> tuple[tuple[str, str], ...]:
    """The parts of an address with the targets that fill them; the whole one last."""
    return tuple((name, of_kind(name, kind)) for name in (*PARTS, "address"))


def kinds_in(targets: Iterable[str]) -> list[str]:
    """The kinds of addresses that the columns tell of beside the plain one."""
    told = {kind_of(target) for target in targets}
    return [kind for kind in KINDS if kind in told]


def fill(one: Any, mapped: Mapped, kind: str) -> None:
    """Put the address of a kind into the columns of ``one``; what the row says of a part alone
    goes before what it says of the whole.
    """
    *parts, (_name, key) = _keys_of(kind)
    whole = mapped.joined(key)
    if whole:
        one.postcode, one.town, one.street = values.place(whole)
    for name, key in parts:
        if text := mapped.joined(key):
            setattr(one, name, text)
