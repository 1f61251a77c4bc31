"""Values of the company's own fields as cells, many records at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.export.names import user_names
from crm.models import FieldValue
from modules.fieldtypes import type_of
from modules.models import About, Field, FieldChoice, FieldType

# What a row of a value holds: whose it is, the field, and the columns of which one is filled.
_COLUMNS = ("field_id", "text", "number", "day", "moment", "choice_id", "person_id")
Value = tuple[Any, ...]
Told = Callable[[Field, list[Value]], Any]


class OwnFields:
    """The chosen fields, with the names of all choices and users that a value may be."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = {one.pk: one for one in fields}
        choices = FieldChoice.objects.filter(field__in=self.fields).order_by("order", "pk")
        self.choices = {one.pk: one.name for one in choices}
        self.places = {pk: at for at, pk in enumerate(self.choices)}
        has_users = any(one.type == FieldType.USER for one in fields)
        self.users = user_names() if has_users else {}
        self.yes, self.no = _("Yes"), _("No")
        self.told: dict[str, Told] = {
            FieldType.WHOLE: lambda field, rows: int(rows[0][3]),
            FieldType.DECIMAL: lambda field, rows: _decimal(rows[0][3]),
            FieldType.MONEY: lambda field, rows: _decimal(rows[0][3]),
            FieldType.NUMBER: lambda field, rows: type_of(field).display(field, int(rows[0][3])),
            FieldType.YES_NO: lambda field, rows: self.yes if rows[0][3] else self.no,
            FieldType.DATE: lambda field, rows: rows[0][4],
            FieldType.MOMENT: lambda field, rows: _local(rows[0][5]),
            FieldType.CHOICE: lambda field, rows: self.choices.get(rows[0][6], ""),
            FieldType.CHOICES: lambda field, rows: self._several(rows),
            FieldType.USER: lambda field, rows: self.users.get(rows[0][7], ""),
        }

    def of_datasheets(self, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """By datasheet, the cells of its filled fields by their columns' keys; one query."""
        return self._of(About.DATASHEET, "datasheet_id", Q(datasheet__in=list(ids)))

    def of_clients(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        return self._of(About.CLIENT, "client_id", Q(client__in=ids, contact=None))

    def of_contacts(self, client_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """By contact, of all contacts of these clients."""
        return self._of(About.CONTACT, "contact_id", Q(client__in=client_ids, contact__gt=0))

    def _of(self, about: About, owner: str, whose: Q) -> dict[int, dict[str, Any]]:
        wanted = [pk for pk, field in self.fields.items() if field.about == about]
        if not wanted:
            return {}
        held: dict[tuple[int, int], list[Value]] = {}
        rows = FieldValue.objects.filter(whose, field__in=wanted).order_by()
        for row in rows.values_list(owner, *_COLUMNS):
            held.setdefault((row[0], row[1]), []).append(row)
        found: dict[int, dict[str, Any]] = {}
        for (pk, field_id), values in held.items():
            cell = self._cell(self.fields[field_id], values)
            if cell is not None and cell != "":
                found.setdefault(pk, {})[f"f{field_id}"] = cell
        return found

    def _cell(self, field: Field, rows: list[Value]) -> Any:
        tell = self.told.get(field.type)
        return tell(field, rows) if tell else rows[0][2]

    def _several(self, rows: list[Value]) -> str:
        chosen = sorted((row[6] for row in rows), key=lambda pk: self.places.get(pk, 0))
        return ", ".join(filter(None, (self.choices.get(pk, "") for pk in chosen)))


def _decimal(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _local(moment: Any) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None)
