"""Whole numbers, decimals, money, and numbers that count by themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Widget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from modules.fieldtypes.base import MEASURED, PLACES, FieldKind, one_text
from modules.fieldtypes.typed_numbers import NBSP, fit, format_number, read_number
from modules.models.field import Field, FieldType
from web.dates import language

SYMBOLS = {"HUF": "Ft", "EUR": "€", "USD": "$", "GBP": "£"}
BEFORE = ("€", "$", "£")
"""English writes these before the amount."""


class NumberKind(FieldKind):
    """What the numbers share: a column, a parser, a unit."""

    column = "number"
    operators = MEASURED
    mode: ClassVar[str] = "decimal"

    def places(self, field: Field) -> int:
        """Decimals that may be typed, 0 to 4."""
        given = field.options.get("decimals")
        return min(max(int(given), 0), PLACES) if isinstance(given, int) else 2

    def units(self, field: Field) -> tuple[str, ...]:
        """What may stand beside the number."""
        return (str(field.options.get("unit") or ""),)

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.TextInput(attrs={"inputmode": self.mode, "autocomplete": "off"})

    def clean(self, field: Field, raw: Any) -> Any:
        places = self.places(field)
        if isinstance(raw, Decimal | int) and not isinstance(raw, bool):
            return self.number(fit(Decimal(raw), places))
        text = one_text(raw)
        if not text:
            return None
        return self.number(self.read(field, text, places))

    def read(self, field: Field, text: str, places: int) -> Decimal:
        return read_number(text, places=places, units=self.units(field))

    def number(self, number: Decimal) -> Any:
        """The value's own type."""
        return number

    def edit(self, field: Field, value: Any) -> Any:
        return format_number(value) if isinstance(value, Decimal | int) else value

    def dump(self, value: Any) -> Any:
        return None if value is None else f"{value:f}"

    def load(self, field: Field, json: Any) -> Any:
        """Of a text in plain digits: that of the current language could read otherwise."""
        try:
            return self.number(fit(Decimal(str(json)), PLACES)) if json is not None else None
        except (ArithmeticError, ValidationError):
            return None

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        unit = str(field.options.get("unit") or "")
        return f"{format_number(value)}{NBSP}{unit}" if unit else format_number(value)


class DecimalKind(NumberKind):
    key = FieldType.DECIMAL
    icon = "diff"
    hint = gettext_lazy("12.5 kg, 1.75 m")


class WholeKind(NumberKind):
    key = FieldType.WHOLE
    icon = "hash"
    mode = "numeric"
    hint = gettext_lazy("Pieces, people, kilograms")

    def places(self, field: Field) -> int:
        return 0

    def number(self, number: Decimal) -> int:
        return int(number)

    def dump(self, value: Any) -> Any:
        return value


class MoneyKind(NumberKind):
    key = FieldType.MONEY
    icon = "banknote"
    hint = gettext_lazy("An amount with its currency")

    def places(self, field: Field) -> int:
        return 2

    def units(self, field: Field) -> tuple[str, ...]:
        code = currency(field)
        return (SYMBOLS.get(code, code), code)

    def read(self, field: Field, text: str, places: int) -> Decimal:
        return read_number(text, places=places, units=self.units(field), words=True)

    def edit(self, field: Field, value: Any) -> Any:
        return amount(value) if isinstance(value, Decimal | int) else value

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        symbol = self.units(field)[0]
        if language() == "en" and symbol in BEFORE:
            sign = "-" if value < 0 else ""
            return f"{sign}{symbol}{amount(abs(value))}"
        return f"{amount(value)}{NBSP}{symbol}"


class AutoNumberKind(NumberKind):
    """Given by the system (:func:`crm.value_rows.take_numbers`), never typed."""

    key = FieldType.NUMBER
    icon = "list-ordered"
    mode = "numeric"
    hint = gettext_lazy("Counts by itself: A-0001, A-0002")

    def places(self, field: Field) -> int:
        return 0

    def number(self, number: Decimal) -> int:
        if number < 0:
            raise ValidationError(_("A number of this field can't be negative."))
        return int(number)

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.TextInput(attrs={"readonly": True})

    def clean(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, str):
            prefix = str(field.options.get("prefix") or "")
            raw = one_text(raw)
            raw = raw.removeprefix(prefix.strip()) if prefix else raw
        return super().clean(field, raw)

    def edit(self, field: Field, value: Any) -> Any:
        return self.display(field, value) if isinstance(value, int) else value

    def dump(self, value: Any) -> Any:
        return value

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        width = field.options.get("width")
        padded = str(value).zfill(min(width, 12)) if isinstance(width, int) else str(value)
        return f"{field.options.get('prefix') or ''}{padded}"


def currency(field: Field) -> str:
    """The field's own currency, else the company's."""
    given = str(field.options.get("currency") or "")
    if given:
        return given
    return Company.current().currency if Company.exists() else "HUF"


def amount(value: Decimal | int) -> str:
    """Cents are written in full or not at all."""
    number = Decimal(value)
    return format_number(number, least=0 if number == number.to_integral_value() else 2)
