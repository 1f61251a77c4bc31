"""Which cells of a row stand behind a field, to be mended where something is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from importer import values
from importer.fields import id_of
from importer.headings import BY_KEY, split
from importer.models import Import
from importer.places import PARTS
from importer.readers.base import Cell
from modules.models import About, Field

# Where a field has no column of its own, it comes from one of these.
_INSTEAD: Final = {
    "company_name": ("full_name", "family_name", "given_name"),
    "full_name": ("family_name", "given_name"),
    "family_name": ("full_name",),
    "given_name": ("full_name",),
    "email": ("company_email",),
    "phone": ("company_phone",),
    **dict.fromkeys(PARTS, ("address",)),
    "todo_text": ("todo_due",),
}


def columns_of(targets: Sequence[str], target: str) -> list[int]:
    """The columns (from 0) that the field comes from; none for what no column says."""
    base, dot, of = target.partition(".")
    for key in (base, *_INSTEAD.get(base, ())):
        wanted = f"{key}{dot}{of}"
        found = [column for column, one in enumerate(targets) if one == wanted and one]
        if found:
            return found
    return []


def to_mend(
    source: Import, number: int, cells: Sequence[Cell], wanted: Iterable[str]
) -> dict[int, str]:
    """The texts of the cells behind these fields, by column; what was mended already as it is now.

    Of several columns of one field the empty ones are left out, unless all are.
    """
    by_hand = source.mended.get(str(number), {}).get("cells", {})
    texts = [
        by_hand.get(str(column), values.text(cells[column]) if column < len(cells) else "")
        for column in range(len(source.targets))
    ]
    found: dict[int, str] = {}
    for target in wanted:
        columns = columns_of(source.targets, target)
        filled = [column for column in columns if texts[column]]
        found |= {column: texts[column] for column in filled or columns[:1]}
    return found


def label_of(target: str, fields: Mapping[int, Field]) -> str:
    """What the field is called: "Phone", "Phone 2" of the second contact, "Billing address: Town",
    the company's own.
    """
    base, person = split(target) if target else ("", 1)
    own = fields.get(id_of(target) or 0)
    known = BY_KEY.get(target) or BY_KEY.get(base)
    label = own.label if own is not None else known.name if known is not None else base
    return f"{label} {person}" if person > 1 else label


def group_of(target: str, fields: Mapping[int, Field]) -> str:
    """Whose field it is: client, contact, address, datasheet, todo or history."""
    own = fields.get(id_of(target) or 0)
    if own is not None:
        return _GROUPS[About(own.about)]
    known = BY_KEY.get(split(target)[0]) if target else None
    return known.group if known is not None else "client"


_GROUPS: Final = {
    About.CLIENT: "client",
    About.CONTACT: "contact",
    About.DATASHEET: "datasheet",
}
