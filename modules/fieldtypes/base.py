"""What every type of field can do, and the form field that all of them share.

A type is one stateless object. Nothing else knows how its values are typed, kept and shown, so a
new type is one class and one line in :mod:`modules.fieldtypes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from modules.models.field import Field, FieldChoice, FieldType

if TYPE_CHECKING:
    from django.forms.widgets import Widget

DIGITS = 15
"""Significant digits of a number: more than these SQLite, which counts in doubles, loses."""
PLACES = 4
"""Decimals that can be kept."""

TEXTUAL = ("is", "is_not", "contains", "empty", "not_empty")
MEASURED = ("is", "is_not", "between", "empty", "not_empty")
CHOSEN = ("is", "is_not", "one_of", "empty", "not_empty")


class FieldKind:
    """One type of field.

    ``column`` is the column of crm.models.FieldValue that holds its values ("text", "number",
    "day", "moment", "choice", "person", "file"); ``several``: a record may have several rows of
    it. A value is never falsy and meaningful by accident: None alone means empty.
    """

    key: ClassVar[FieldType]
    icon: ClassVar[str]
    column: ClassVar[str]
    several: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = TEXTUAL
    hint: ClassVar[str | Promise] = ""

    @property
    def name(self) -> str | Promise:
        """What the company reads on the card of the type."""
        return self.key.label

    def form_field(
        self, field: Field, *, required: bool = False, current: Any = None
    ) -> forms.Field:
        """A form field whose cleaned data is the value, None when it is empty.

        ``current`` is the value that the record has now: a removed choice is offered to those
        who have it already.
        """
        return ValueField(self, field, required=required, current=current)

    def widget(self, field: Field, current: Any = None) -> Widget:
        """The control; the form gives it its class."""
        return forms.TextInput()

    def clean(self, field: Field, raw: Any) -> Any:
        """The value of what a person typed (or of a value), None when there is nothing.

        Raises ValidationError in words that say what would be right.
        """
        raise NotImplementedError

    def edit(self, field: Field, value: Any) -> Any:
        """What stands in the control for this value: :meth:`clean` of it is the value again."""
        return value

    def dump(self, value: Any) -> Any:
        """The value as JSON has it: text, number, truth, or a list of choices."""
        return value

    def load(self, field: Field, json: Any) -> Any:
        """The value of what :meth:`dump` gave; None when it is no value of this field any more."""
        try:
            return self.clean(field, json)
        except ValidationError:
            return None

    def display(self, field: Field, value: Any) -> str:
        """The value as a person reads it, in the current language; empty for None."""
        return "" if value is None else str(value)

    def fold(self, value: Any) -> str:
        """What filters compare of a text, at most 200 characters; empty for the other columns."""
        return ""

    def survives(
        self, value: Any, old: Field, new_type: str, choices: Sequence[FieldChoice]
    ) -> Any:
        """What a value of ``old`` becomes in the new type, None when it can't be one."""
        from modules.fieldtypes.change import convert, draft

        return convert(value, old, draft(old, new_type, choices))


class ValueField(forms.Field):
    """The form field of every type but files: it asks the type for everything."""

    def __init__(self, kind: FieldKind, field: Field, *, required: bool, current: Any) -> None:
        self.kind, self.of, self.current = kind, field, current
        super().__init__(
            required=required,
            label=field.label,
            help_text=field.help,
            initial=current,
            widget=kind.widget(field, current),
        )

    def clean(self, value: Any) -> Any:
        """The value; raises ValidationError."""
        cleaned = self.kind.clean(self.of, value)
        if cleaned is None and self.required:
            raise ValidationError(_("Fill this in."), code="required")
        self.refuse_removed(cleaned)
        return cleaned

    def prepare_value(self, value: Any) -> Any:
        """A value as it is edited; what was typed wrong comes back as it was typed."""
        return self.kind.edit(self.of, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.kind.clean(self.of, data) != initial)
        except ValidationError:
            return True

    def refuse_removed(self, value: Any) -> None:
        """A removed choice can be kept, not chosen anew."""
        if self.kind.column != "choice" or value is None:
            return
        had = self.current if isinstance(self.current, tuple) else (self.current,)
        chosen = value if isinstance(value, tuple) else (value,)
        gone = {choice.pk for choice in choices_of(self.of) if choice.removed_at}
        if gone & set(chosen) - set(had):
            raise ValidationError(_("This choice has been removed. Choose another one."))


def choices_of(field: Field) -> list[FieldChoice]:
    """The field's choices in order, removed ones too; no query where they were prefetched."""
    drafted: list[FieldChoice] | None = getattr(field, "drafted_choices", None)
    if drafted is not None:
        return drafted
    if field._state.adding:
        return []
    return sorted(field.choices.all(), key=lambda choice: (choice.order, choice.pk))


def one_text(raw: Any) -> str:
    """What was typed, without characters that no database keeps and blanks around it."""
    text = "" if raw is None else str(raw)
    kept = (char for char in text if char in "\n\t" or char.isprintable() or char.isspace())
    return "".join(kept).replace("\x00", "").strip()
