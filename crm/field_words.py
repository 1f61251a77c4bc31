"""Tests of fields in words, for the chips above a list and for the form that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.field_filters import Test
from modules.fieldtypes import kind_named, type_of
from modules.models import FieldType

if TYPE_CHECKING:
    from crm.filters import Filters

OPERATORS = {
    "is": pgettext_lazy("a field compared", "is"),
    "is_not": pgettext_lazy("a field compared", "is not"),
    "one_of": pgettext_lazy("a field compared", "is one of"),
    "contains": pgettext_lazy("a field compared", "contains"),
    "between": pgettext_lazy("a field compared", "is between"),
    "empty": pgettext_lazy("a field compared", "is empty"),
    "not_empty": pgettext_lazy("a field compared", "is filled in"),
}
_SAID = {
    "is": gettext_lazy("{value}"),
    "is_not": gettext_lazy("not {value}"),
    "one_of": gettext_lazy("{value}"),
    "contains": gettext_lazy("contains “{value}”"),
    "between": gettext_lazy("{value} – {until}"),
    "empty": gettext_lazy("is empty"),
    "not_empty": gettext_lazy("is filled in"),
}


@dataclass(frozen=True)
class Chip:
    """A test that narrows the list: what it says, where it is changed, the list without it."""

    label: str
    said: str
    change_url: str
    off_url: str
    in_dialog: bool = True


def chips(filters: Filters) -> list[Chip]:
    """Where the datasheets of a list came from, and its tests in the order of the address."""
    if filters.narrowed is None:
        return []
    found = []
    if (origin := filters.narrowed.origin) is not None:
        off = filters.but(narrowed=filters.narrowed.from_anywhere()).address()
        found.append(Chip(origin.label, origin.said, origin.url, off, in_dialog=False))
    return found + [
        Chip(
            test.field.label,
            said(test),
            change_address(filters, test.field.pk),
            filters.but(narrowed=filters.narrowed.without(test.field.pk)).address(),
        )
        for test in filters.narrowed.tests
    ]


def change_address(filters: Filters, field_id: int) -> str:
    """Where the test of a field is made or changed."""
    url = reverse("crm:field_filter", args=[filters.module.slug, field_id])
    return f"{url}?{filters.encoded()}"


def said(test: Test) -> str:
    """ "Oak, oiled", "not 34", "10 – 20", "is empty"."""
    values = [shown(test, value) for value in _values(test)]
    if test.operator == "one_of":
        values = [_(" or ").join(values)]
    value, until = [*values, "", ""][:2]
    return str(_SAID[test.operator]).format(value=value or "…", until=until or "…")


def _values(test: Test) -> list[Any]:
    """What was said, not as it is folded for the database."""
    if type_of(test.field).column in ("text", "file"):
        return list(test.said)
    return test.values()


def shown(test: Test, value: Any) -> str:
    """One value of a test as a person reads it."""
    field, kind = test.field, type_of(test.field)
    if value is None:
        return ""
    if field.type == FieldType.YES_NO:
        return kind.display(field, bool(value))
    if field.type == FieldType.MOMENT:
        return kind_named("date").display(field, value)
    if field.type == FieldType.CHOICES:
        return kind.display(field, (value,))
    return kind.display(field, value)
