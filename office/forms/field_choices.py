"""The choices of a field in its form: rows that are added, moved and taken out by buttons.

Each row is one element of the lists ``choice_id``, ``choice_hu``, ``choice_en``, ``choice_hue``;
``choice_default`` holds numbers of rows. A button ``do`` with "more", "up-2", "down-2" or "drop-2"
sends the whole form, which comes back with its rows so changed and nothing saved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from modules.actions.fields import ChoicePlan
from modules.kinds.base import HUES
from modules.models import Field
from office.forms.status import HUE_NAMES
from web.text import fold

EMPTY_ROWS = 3
MOST = 200
LONGEST = 80


@dataclass(frozen=True)
class Row:
    """A row as it stands in the form; without an id the choice doesn't exist yet."""

    id: str = ""
    hu: str = ""
    en: str = ""
    hue: str = "slate"
    default: bool = False

    @property
    def name(self) -> str:
        return self.hu.strip() or self.en.strip()

    @property
    def hues(self) -> list[tuple[str, str | Promise]]:
        return [(hue, HUE_NAMES[hue]) for hue in HUES]


def rows_of(field: Field | None) -> list[Row]:
    """The rows of a saved field; some empty ones for a new field."""
    if field is None:
        return empty_rows(EMPTY_ROWS)
    default = field.default if isinstance(field.default, list) else [field.default]
    choices = field.choices.filter(removed_at=None).order_by("order", "pk")
    return [
        Row(str(one.pk), one.name_hu, one.name_en, one.hue, one.pk in default) for one in choices
    ]


def empty_rows(n: int, after: int = 0) -> list[Row]:
    """Empty rows, each in another colour than the one before."""
    return [Row(hue=HUES[(after + i) % len(HUES)]) for i in range(n)]


def rows_sent(data: QueryDict) -> list[Row]:
    """The rows as they were sent, with what a button asked for done to them."""
    lists = [data.getlist(f"choice_{name}") for name in ("id", "hu", "en", "hue")]
    defaults = set(data.getlist("choice_default"))
    rows = [
        Row(pk, hu, en, hue if hue in HUES else "slate", str(n) in defaults)
        for n, (pk, hu, en, hue) in enumerate(zip(*lists, strict=False))
    ][:MOST]
    return _done(rows, str(data.get("do", "")))


def _done(rows: list[Row], do: str) -> list[Row]:
    if do == "more":
        return [*rows, *empty_rows(EMPTY_ROWS, len(rows))][:MOST]
    verb, _dash, number = do.partition("-")
    at = int(number) if number.isdecimal() else -1
    if not 0 <= at < len(rows):
        return rows
    row = rows.pop(at)
    if verb in ("up", "down"):
        rows.insert(max(0, at + (-1 if verb == "up" else 1)), row)
    return rows


def plans(rows: list[Row], *, several: bool) -> tuple[ChoicePlan, ...]:
    """The choices that the rows describe; empty rows are none. Of one choice one is the default."""
    made = []
    for row in rows:
        if row.name:
            plan = ChoicePlan(
                name_hu=row.hu.strip()[:LONGEST],
                name_en=row.en.strip()[:LONGEST],
                hue=row.hue,
                pk=int(row.id) if row.id.isdecimal() else None,
                default=row.default,
            )
            made.append(plan)
    if not several:
        first = next((n for n, plan in enumerate(made) if plan.default), -1)
        made = [replace(plan, default=n == first) for n, plan in enumerate(made)]
    return tuple(made)


def wrong_with(rows: list[Row]) -> str:
    """Why these can't be the choices of a field; empty when they can."""
    named = [row for row in rows if row.name]
    if not named:
        return _("Give at least one choice.")
    for of in ("hu", "en"):
        names = [fold(text) for row in named if (text := getattr(row, of).strip())]
        twice: Any = next((name for name in names if names.count(name) > 1), None)
        if twice:
            return _("Two choices have the same name: “%(name)s”.") % {"name": twice}
    return ""
