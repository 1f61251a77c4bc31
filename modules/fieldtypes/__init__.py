"""Types of fields: how each is typed, kept, filtered and shown."""

from __future__ import annotations

from modules.fieldtypes.base import DIGITS, FieldKind, ValueField, choices_of
from modules.fieldtypes.choices import ChoiceKind, ChoicesKind, YesNoKind
from modules.fieldtypes.dates import DateKind, MomentKind
from modules.fieldtypes.files import FileKind, StoredFile
from modules.fieldtypes.numbers import AutoNumberKind, DecimalKind, MoneyKind, WholeKind
from modules.fieldtypes.people import UserKind
from modules.fieldtypes.texts import LinkKind, LongTextKind, TextKind
from modules.models.field import Field

__all__ = [
    "ALL",
    "DIGITS",
    "FieldKind",
    "StoredFile",
    "ValueField",
    "choices_of",
    "kind_named",
    "type_of",
]

ALL: tuple[FieldKind, ...] = (
    TextKind(),
    LongTextKind(),
    WholeKind(),
    DecimalKind(),
    MoneyKind(),
    DateKind(),
    MomentKind(),
    YesNoKind(),
    ChoiceKind(),
    ChoicesKind(),
    LinkKind(),
    FileKind(),
    UserKind(),
    AutoNumberKind(),
)
"""Every type, in the order in which the company chooses among them."""

_BY_KEY = {str(kind.key.value): kind for kind in ALL}


def type_of(field: Field) -> FieldKind:
    """The type of a field."""
    return _BY_KEY[field.type]


def kind_named(key: str) -> FieldKind:
    """The type of this name; KeyError when there is none."""
    return _BY_KEY[key]
