"""What a value becomes when its field gets another type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from modules.fieldtypes.base import choices_of
from modules.models.field import Field, FieldChoice, FieldType

NUMBERS = (FieldType.WHOLE, FieldType.DECIMAL, FieldType.MONEY, FieldType.NUMBER)
TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LINK)
LISTS = (FieldType.CHOICE, FieldType.CHOICES)

SAFE = {
    (FieldType.TEXT, FieldType.LONG_TEXT),
    (FieldType.LINK, FieldType.LONG_TEXT),
    (FieldType.WHOLE, FieldType.DECIMAL),
    (FieldType.WHOLE, FieldType.MONEY),
    (FieldType.NUMBER, FieldType.WHOLE),
    (FieldType.NUMBER, FieldType.DECIMAL),
    (FieldType.DATE, FieldType.MOMENT),
    *((one, FieldType.TEXT) for one in (*NUMBERS, FieldType.DATE, FieldType.MOMENT)),
    *((one, FieldType.LONG_TEXT) for one in (*NUMBERS, FieldType.DATE, FieldType.MOMENT)),
    (FieldType.YES_NO, FieldType.TEXT),
    (FieldType.CHOICE, FieldType.TEXT),
    (FieldType.CHOICE, FieldType.CHOICES),
}
"""Changes that every value survives: nothing needs to be looked through before them."""


def draft(old: Field, new_type: str, choices: Sequence[FieldChoice]) -> Field:
    """The field as it would be with the new type; it is not saved."""
    new = Field(about=old.about, type=new_type, options=dict(old.options))
    new.drafted_choices = list(choices)  # type: ignore[attr-defined]
    return new


def convert(value: Any, old: Field, new: Field) -> Any:
    """The value of ``old`` as one of ``new``, None when it would lose what it says.

    A moment becomes a date only at midnight, a decimal a whole number only without decimals.
    """
    from modules.fieldtypes import type_of

    if value is None or old.type == FieldType.FILE or new.type == FieldType.FILE:
        return value if old.type == new.type else None
    kind = type_of(new)
    try:
        return kind.clean(new, _raw(value, old, new))
    except ValidationError:
        return None


def _raw(value: Any, old: Field, new: Field) -> Any:
    """Something that the new type can read, None when there is no such thing."""
    if old.type in LISTS and new.type in LISTS:
        return _choices(value, old, new)
    if old.type in NUMBERS and new.type in (*NUMBERS, FieldType.YES_NO):
        return _number(value, new)
    if old.type == FieldType.YES_NO and new.type in NUMBERS:
        return int(value)
    if old.type == FieldType.MOMENT and new.type == FieldType.DATE:
        return _midnight(value)
    if old.type == new.type or (old.type, new.type) == (FieldType.DATE, FieldType.MOMENT):
        return value
    return _text(value, old, new)


def _text(value: Any, old: Field, new: Field) -> Any:
    """Through words, where one of the two is made of words."""
    from modules.fieldtypes import type_of

    worded = (*TEXTS, *LISTS, FieldType.USER)
    if old.type not in worded and new.type not in worded:
        return None
    if old.type in (*TEXTS, FieldType.LINK):
        return value
    if new.type == FieldType.USER or (new.type == FieldType.LINK and old.type in NUMBERS):
        return None
    return type_of(old).display(old, value)


def _number(value: Any, new: Field) -> Any:
    if new.type != FieldType.YES_NO:
        return Decimal(value)
    return bool(value) if value in (0, 1) else None


def _midnight(value: Any) -> Any:
    local = timezone.localtime(value)
    return local.date() if local.time() == time() else None


def _choices(value: Any, old: Field, new: Field) -> Any:
    """Choices of the new field by the names of the old one's."""
    chosen = value if isinstance(value, tuple) else (value,)
    names = {
        choice.pk: (choice.name_hu, choice.name_en, str(choice.pk)) for choice in choices_of(old)
    }
    theirs = {(choice.name_hu, choice.name_en): choice.pk for choice in choices_of(new)}
    same = {choice.pk for choice in choices_of(new)}
    found = [pk if pk in same else theirs.get(names.get(pk, ("", "", ""))[:2]) for pk in chosen]
    if None in found:
        return None
    return found if new.type == FieldType.CHOICES else (found[0] if len(found) == 1 else None)
