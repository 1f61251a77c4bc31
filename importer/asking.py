"""What the file leaves open: values that name a status, a user or a choice, and what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, Final

from accounts.models import User
from crm import access
from importer import fields, rows, statuses, values
from importer.findings import findings
from importer.headings import GROUPS, MOST_PEOPLE, TARGETS, Target, of_person
from importer.models import Import
from modules.models import Field, FieldType, Module, Status
from web.text import fold

# The targets whose values are mapped one by one.
MAPPED: Final = ("status", "responsible")
# A column with more different values than this is no column of statuses or people.
MOST_VALUES: Final = 200
# So many different values of a column are told apart at all.
_COUNTED: Final = 2_000
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


def targets(module: Module | None, fields_: Iterable[Field] = (), people: int = 1) -> list[Target]:
    """The fields that columns can go to, those of the company and of several contacts included.

    Without a module there are no datasheets; where nobody sets a status (the Webshop's follow
    from orders) none can be given.
    """
    found = [t for t in TARGETS if module is not None or t.group not in _OF_DATASHEETS]
    if module is not None and not statuses.choices(module):
        found = [t for t in found if t.key != "status"]
    found += map(fields.target_of, fields_)
    ordered = [t for group in GROUPS for t in found if t.group == group]
    contact = [t for t in found if t.group == "contact"]
    at = max(n for n, t in enumerate(ordered) if t.group == "contact") + 1
    more = [of_person(t, n) for n in range(2, min(people, MOST_PEOPLE) + 1) for t in contact]
    return [*ordered[:at], *more, *ordered[at:]]


def found_values(
    source: Import, chosen: Sequence[str], fields_: Iterable[Field] = ()
) -> dict[str, list[Value]]:
    """The different values of the columns that go to a status or a user, and those of the
    company's own choices and users that are none of them; the commonest first, by target.

    What a choice of several contacts says is decided for all of them.
    """
    lists = {f"f{field.pk}": field for field in fields_ if field.type in fields.ASKED}
    columns = _asked(chosen, lists)
    keys = [_values_key(column) for several in columns.values() for column in several]
    known = findings(source.pk, keys, lambda missing: _read(source.pk, missing))
    found: dict[str, list[Value]] = {}
    for target, several in columns.items():
        each = [Value(*one) for column in several for one in known[_values_key(column)]]
        found[target] = _unknown(lists[target], each) if target in lists else each
    return found


def prepare(source: Import) -> None:
    """Find all of this out while the file is being read, so that its page needn't."""
    own = fields.offered(source.created_by, source.module)
    lists = [f"f{field.pk}" for field in own if field.type in fields.ASKED]
    columns = _asked(source.targets, lists)
    keys = [_values_key(column) for several in columns.values() for column in several]
    keys.append(_bare_key(source.targets))
    findings(source.pk, keys, lambda missing: _read(source.pk, missing))


def _asked(chosen: Sequence[str], lists: Container[str]) -> dict[str, list[int]]:
    """The columns whose values are asked about, by what they go to."""
    columns: dict[str, list[int]] = {}
    for column, target in enumerate(chosen):
        if target in MAPPED or fields.base_of(target) in lists:
            columns.setdefault(fields.base_of(target), []).append(column)
    return columns


def _values_key(column: int) -> str:
    return f"values:{column}"


def _bare_key(chosen: Sequence[str]) -> str:
    columns = [n for n, target in enumerate(chosen) if target in ("todo_text", "todo_due")]
    return "bare:" + ",".join(map(str, columns))


def _unknown(field: Field, found: Iterable[Value]) -> list[Value]:
    """What stands in the cells of a choice and is none of its options, or names no user.

    Users are looked up one by one: of a column with too many values to be one of users all are.
    """
    texts: dict[str, str] = {}
    counts: Counter[str] = Counter()
    found = list(found)
    if field.type == FieldType.USER and len({one.folded for one in found}) > MOST_VALUES:
        return found
    for value in found:
        for piece in fields.pieces(field, value.text):
            if fields.option_of(field, piece) is None:
                texts.setdefault(fold(piece), piece)
                counts[fold(piece)] += value.rows
    return [Value(texts[folded], folded, n) for folded, n in counts.most_common()]


def rows_without_todo(source: Import, chosen: Sequence[str]) -> int:
    """How many rows that hold anything say nothing of a todo."""
    key = _bare_key(chosen)
    found = findings(source.pk, [key], lambda missing: _read(source.pk, missing))
    return int(found[key])


def _read(import_id: int, keys: Sequence[str]) -> dict[str, Any]:
    """What is asked of whole columns, in one reading of the rows."""
    texts: dict[int, dict[str, str]] = {}
    counts: dict[int, Counter[str]] = {}
    bare: dict[tuple[int, ...], int] = {}
    for key in keys:
        kind, _colon, about = key.partition(":")
        if kind == "values":
            texts[int(about)], counts[int(about)] = {}, Counter()
        else:
            bare[tuple(int(one) for one in about.split(",") if one)] = 0
    for _number, cells in rows.read(import_id):
        for column in texts:
            if column < len(cells) and (text := values.text(cells[column])):
                _count(texts[column], counts[column], text)
        for columns in bare:
            filled = any(n < len(cells) and cells[n] not in (None, "") for n in columns)
            bare[columns] += not filled and any(cell not in (None, "") for cell in cells)
    found: dict[str, Any] = {
        f"values:{column}": [[texts[column][f], f, n] for f, n in counts[column].most_common()]
        for column in texts
    }
    return found | {"bare:" + ",".join(map(str, one)): n for one, n in bare.items()}


def _count(texts: dict[str, str], counts: Counter[str], text: str) -> None:
    folded = fold(text)
    if folded in texts or len(texts) < _COUNTED:
        texts.setdefault(folded, text)
        counts[folded] += 1


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
