"""What the file leaves open: values that name a status or a user, and a guess at what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

from accounts.models import User
from crm import access
from importer import rows, statuses, values
from importer.headings import TARGETS, Target
from importer.models import Import
from modules.models import Module, Status
from web.text import fold

# The targets whose values are mapped one by one.
MAPPED: Final = ("status", "responsible")
# A column with more different values than this is no column of statuses or people.
MOST_VALUES: Final = 200
_OF_DATASHEETS: Final = frozenset({"datasheet", "todo", "history"})


@dataclass(frozen=True)
class Value:
    """A value as it stands first in the file, its folded form, and in how many rows it stands."""

    text: str
    folded: str
    rows: int

    @property
    def key(self) -> str:
        """A short name for it, the same whatever else stands in the column."""
        return blake2s(self.folded.encode(), digest_size=6).hexdigest()


def targets(module: Module | None) -> list[Target]:
    """The fields that columns can go to. Without a module there are no datasheets; where nobody
    sets a status (the Webshop's follow from orders) none can be given.
    """
    found = [t for t in TARGETS if module is not None or t.group not in _OF_DATASHEETS]
    if module is not None and not statuses.choices(module):
        found = [t for t in found if t.key != "status"]
    return found


def found_values(source: Import, chosen: Sequence[str]) -> dict[str, list[Value]]:
    """The different values of the columns that go to a status or a user; the commonest first."""
    columns = {target: chosen.index(target) for target in MAPPED if target in chosen}
    texts: dict[str, dict[str, str]] = {target: {} for target in columns}
    counts: dict[str, Counter[str]] = {target: Counter() for target in columns}
    for _number, cells in rows.read(source.pk) if columns else ():
        for target, column in columns.items():
            text = values.text(cells[column]) if column < len(cells) else ""
            if text:
                folded = fold(text)
                texts[target].setdefault(folded, text)
                counts[target][folded] += 1
    return {
        target: [Value(texts[target][f], f, n) for f, n in counts[target].most_common()]
        for target in columns
    }


def guess_statuses(found: Iterable[Value], choices: Iterable[Status]) -> dict[str, int]:
    """Values that are the name of exactly one status, in either language: folded value -> id."""
    names: dict[str, set[int]] = {}
    for status in choices:
        group = status.group
        for name in (
            *(status.name_hu, status.name_en, status.key.replace("_", " ")),
            f"{group.name_hu} {status.name_hu}",
            f"{group.name_en} {status.name_en}",
        ):
            names.setdefault(_bare(name), set()).add(status.pk)
    return _only_ones(found, names)


def guess_users(found: Iterable[Value], users: Iterable[User]) -> dict[str, int]:
    """Values that are one user's email or name, whole or with an initial ("Szűcs R.")."""
    names: dict[str, set[int]] = {}
    for user in users:
        family, given = user.family_name, user.given_name
        for name in (
            *(user.email, f"{family} {given}", f"{given} {family}"),
            *(f"{family} {given[:1]}", f"{given[:1]} {family}"),
        ):
            names.setdefault(_bare(name), set()).add(user.pk)
    return _only_ones(found, names)


def _bare(name: str) -> str:
    return " ".join(fold(name).replace(".", " ").replace(",", " ").split())


def _only_ones(found: Iterable[Value], names: dict[str, set[int]]) -> dict[str, int]:
    hits = ((value.folded, names.get(_bare(value.folded), set())) for value in found)
    return {folded: next(iter(ids)) for folded, ids in hits if len(ids) == 1}


def people(module: Module | None) -> list[User]:
    """Those who can be made responsible."""
    return list(access.possible_responsibles(module.pk)) if module is not None else []
