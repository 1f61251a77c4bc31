"""What a row changes of a client's addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crm.constants import AddressKind
from crm.models import Address
from importer.draft import Draft
from importer.headings import of_kind
from importer.places import PARTS, Place
from importer.rules import Change, Rules, What
from importer.snapshot import Held
from web.text import fold


def changes_of_addresses(held: Held, draft: Draft, rules: Rules) -> list[Change]:
    """Each address of the row against the client's of the same kind; one that the client has
    none of is added, unless its main address or that of its head office says as much. What the
    row tells beside its main address never changes the client's main one, by which it is known.
    """
    places = draft.places
    found: list[Change] = []
    lacking: list[Place] = []
    for n, place in enumerate(places):
        one = _meant(held.addresses, place, alone=len(places) == 1)
        if n > 0 and one is not None and one is held.addresses[0] and not place.is_said_by(one):
            one = _meant(held.addresses[1:], place, alone=False)
        if one is None:
            lacking.append(place)
        else:
            found += _compared(one, place, rules)
    said = _said(held.addresses, found) if lacking else []
    for n, place in enumerate(lacking, 1):
        if any(place.is_said_by(one) for one in said):
            continue
        if not place.kind or not said:
            said.append(place)
        found += [
            Change(of_kind(name, place.kind), "", new, What.ADDRESS, "address", -n, name, new)
            for name, new in place.parts.items()
        ]
    return found


def _meant(here: Sequence[Address], place: Place, *, alone: bool) -> Address | None:
    """Which of the client's addresses (the default first) the row's is: one of that kind, a plain
    one that the row tells alone any; of several the one that says as much, else the one in its
    town, else the first.
    """
    of_any_kind = alone and not place.kind
    free = [one for one in here if of_any_kind or one.kind == place.stored_kind]
    town = fold(place.town)
    return (
        next((one for one in free if place.is_said_by(one)), None)
        or next((one for one in free if town and one.folded_town == town), None)
        or next(iter(free), None)
    )


def _compared(one: Address, place: Place, rules: Rules) -> list[Change]:
    """Columns are filled in only where the rest of the address doesn't contradict."""
    parts = place.parts
    agrees = all(
        not getattr(one, name) or fold(getattr(one, name)) == fold(new)
        for name, new in parts.items()
    )
    if not agrees and not rules.overwrite:
        return []
    return [
        Change(
            of_kind(name, place.kind), getattr(one, name), new,
            about="address", pk=one.pk, column=name, value=new,
        )
        for name, new in parts.items()
        if rules.differs(getattr(one, name), new)
    ]  # fmt: skip


def _said(here: Sequence[Address], changes: Iterable[Change]) -> list[Place]:
    """The client's main address and those of its head office, as they will be."""
    found: list[Place] = []
    for n, one in enumerate(here):
        if n == 0 or one.kind == AddressKind.HEAD_OFFICE:
            will_be = {name: getattr(one, name) for name in PARTS}
            will_be |= {c.column: c.value for c in changes if c.pk == one.pk}
            found.append(Place(**will_be))
    return found
