"""What a client was known by before imports changed it: so a file finds at its second load what it
changed at the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from crm.bulk import among
from importer.match import Key
from importer.models import ImportedRow
from web.text import digits, fold

Op = list[Any]


def changes_of(client_ids: Collection[int]) -> dict[int, list[Op]]:
    """All that imports changed of these clients, as their journals say (:attr:`changes`)."""
    rows = ImportedRow.objects.filter(client__in=among(client_ids), created=False)
    found: dict[int, list[Op]] = {}
    for pk, ops in rows.values_list("client_id", "changes"):
        found.setdefault(pk, []).extend(ops)
    return found


def keys_of(ops: Iterable[Op], now: Iterable[Key]) -> list[Key]:
    """What such changes have taken away from a client that is known by the keys of ``now``."""
    names, towns, keys = set[str](), set[str](), list[Key]()
    for _name, name, town in (key for key in now if key[0] == "name"):
        names.add(name)
        towns.add(town)
    for verb, what, *told in ops:
        if (verb, what) == ("new", "crm.address"):
            towns.add("")
        elif verb == "set" and what in ("crm.client", "crm.address"):
            was = {column: str(old) for column, (old, _new) in told[1].items()}
            names |= {fold(was["name"])} if "name" in was else set()
            towns |= {fold(was["town"])[:100]} if "town" in was else set()
            if was.get("tax_number"):
                keys.append(("tax", digits(was["tax_number"])[:8]))
    return keys + [("name", name, town) for name in names for town in towns]
