"""Which of a row's addresses each column is about, by the headings of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from importer.guesses import SURE, Guess, Heading
from importer.headings import BY_KEY, KINDS, POSTAL, kind_of, of_kind

PLACES: Final = frozenset({"address", *KINDS})
"""The groups of the fields of addresses."""


def apart(headings: Sequence[Heading], guesses: list[list[Guess]]) -> list[list[Guess]]:
    """The addresses of a row stay apart where its headings name more than one: a plain one (or
    that of the head office) beside the billing or the delivery address, or both of these. Beside
    a plain one a postal address is where things are delivered, unless the row tells that, too.
    The only one that they name is the client's main address, whatever it is called; of a second
    one of a kind ("Address 2 - Street") there is none.
    """
    whose = [
        "postal" if heading.words in POSTAL else kind_of(found[0].target.key)
        for heading, found in zip(headings, guesses, strict=True)
        if found
        and found[0].target.group in PLACES
        and found[0].score >= SURE
        and not heading.elsewhere
    ]
    becomes: dict[str, str | None] = {kind: kind for kind in whose}
    if "" in becomes:
        becomes["postal"] = None if "delivery" in becomes else "delivery"
    elif "postal" in becomes or len(becomes) == 1:
        becomes[whose[0] if len(becomes) == 1 else "postal"] = ""
    return [
        [moved for one in found if (moved := _moved(one, heading, becomes)) is not None]
        for heading, found in zip(headings, guesses, strict=True)
    ]


def _moved(one: Guess, heading: Heading, becomes: Mapping[str, str | None]) -> Guess | None:
    """The guess about the address that it is of in this table; None if about none of them."""
    if one.target.group not in PLACES:
        return one
    if heading.elsewhere:
        return None
    kind = "postal" if heading.words in POSTAL else kind_of(one.target.key)
    to = becomes.get(kind, kind)
    return None if to is None else replace(one, target=BY_KEY[of_kind(one.target.key, to)])


def streets(
    headings: Sequence[Heading], guesses: Sequence[list[Guess]], chosen: Mapping[int, Guess]
) -> dict[int, Guess]:
    """What becomes of the chosen: "Address" beside a town or a postcode of the same address is the
    street, and so is "Address 2", unless there is another town for it.
    """
    keys = {one.target.key for one in chosen.values()}
    found = dict(chosen)
    for kind in ("", *KINDS):
        whole, street = of_kind("address", kind), of_kind("street", kind)
        if not keys & {of_kind("town", kind), of_kind("postcode", kind)} or street in keys:
            continue
        seconds = {
            n: one[0]
            for n, one in enumerate(guesses)
            if one and headings[n].number > 1 and _is_of(one[0], kind)
        }
        if any(one.target.key != whole for one in seconds.values()):
            seconds = {}
        for n, one in {**seconds, **chosen}.items():
            if one.target.key == whole:
                found[n] = replace(one, target=BY_KEY[street])
    return found


def _is_of(one: Guess, kind: str) -> bool:
    return one.target.group in PLACES and kind_of(one.target.key) == kind
