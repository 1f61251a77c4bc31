"""Yes or no, one choice, several choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Widget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.fieldtypes.base import CHOSEN, FieldKind, choices_of, one_text
from modules.models.field import Field, FieldChoice, FieldType
from web.text import fold

YES = ("1", "yes", "y", "true", "on", "igen", "i", "igaz", "x")
NO = ("0", "no", "n", "false", "off", "nem", "hamis")


class YesNoKind(FieldKind):
    """Three states: yes, no, and nobody has said."""

    key = FieldType.YES_NO
    icon = "toggle-left"
    column = "number"
    operators = ("is", "empty", "not_empty")
    hint = gettext_lazy("A question with two answers")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.Select(choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))])

    def clean(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, bool):
            return raw
        text = fold(one_text(raw))
        if not text:
            return None
        if text in YES or text in NO:
            return text in YES
        raise ValidationError(_("Say yes or no."))

    def edit(self, field: Field, value: Any) -> Any:
        return ("1" if value else "0") if isinstance(value, bool) else value

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        return _("Yes") if value else _("No")


class ChoiceKind(FieldKind):
    key = FieldType.CHOICE
    icon = "circle-chevron-down"
    column = "choice"
    operators = CHOSEN
    hint = gettext_lazy("One of a list")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.Select(choices=[("", "–"), *_options(field, current)])

    def clean(self, field: Field, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        return _one(field, raw)

    def edit(self, field: Field, value: Any) -> Any:
        return value if value is None else str(value)

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        return next((choice.name for choice in choices_of(field) if choice.pk == value), "")


class ChoicesKind(FieldKind):
    """Its value is a tuple of ids in ascending order, so that equal sets are equal values."""

    key = FieldType.CHOICES
    icon = "list-checks"
    column = "choice"
    several = True
    sortable = False
    operators = CHOSEN
    hint = gettext_lazy("Any number from a list")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.CheckboxSelectMultiple(choices=_options(field, current))

    def clean(self, field: Field, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        several = raw if isinstance(raw, list | tuple | set) else _apart(field, raw)
        return tuple(sorted({_one(field, one) for one in several if one != ""})) or None

    def edit(self, field: Field, value: Any) -> Any:
        return [str(one) for one in value] if isinstance(value, list | tuple) else value

    def dump(self, value: Any) -> Any:
        return None if value is None else list(value)

    def load(self, field: Field, json: Any) -> Any:
        if not isinstance(json, list | tuple):
            return super().load(field, json)
        known = {choice.pk for choice in choices_of(field)}
        return tuple(sorted(known & {one for one in json if isinstance(one, int)})) or None

    def display(self, field: Field, value: Any) -> str:
        chosen = set(value or ())
        return ", ".join(choice.name for choice in choices_of(field) if choice.pk in chosen)


def _options(field: Field, current: Any) -> list[tuple[str, str]]:
    """The choices that are offered; a removed one only to a record that has it."""
    had = set(current) if isinstance(current, tuple | list) else {current}
    return [
        (str(choice.pk), choice.name)
        for choice in choices_of(field)
        if choice.removed_at is None or choice.pk in had
    ]


def _one(field: Field, raw: Any) -> int:
    """The id of a choice given by its id or by its name in either language."""
    choices = choices_of(field)
    wanted = raw.pk if isinstance(raw, FieldChoice) else raw
    by_id = {str(choice.pk): choice.pk for choice in choices}
    if str(wanted) in by_id:
        return by_id[str(wanted)]
    found = _named(choices, str(raw))
    if found is None:
        raise ValidationError(
            _("“%(text)s” is none of the choices.") % {"text": one_text(raw)[:40]}
        )
    return found


def _named(choices: list[FieldChoice], name: str) -> int | None:
    """Exactly so, else folded; live ones before removed ones."""
    live_first = sorted(choices, key=lambda choice: choice.removed_at is not None)
    exact, folded = name.strip(), fold(name)
    for choice in live_first:
        if exact in (choice.name_hu, choice.name_en):
            return choice.pk
    for choice in live_first:
        if folded and folded in (fold(choice.name_hu), fold(choice.name_en)):
            return choice.pk
    return None


def _apart(field: Field, raw: Any) -> list[Any]:
    """Names in one text; a name may itself contain the comma that parts them."""
    if isinstance(raw, int) or _named(choices_of(field), str(raw)) is not None:
        return [raw]
    names: list[Any] = []
    pieces = [piece.strip() for piece in one_text(raw).replace(";", ",").split(",")]
    while pieces:
        taken = next((n for n in range(len(pieces), 0, -1) if _known(field, pieces[:n])), 1)
        names.append(", ".join(pieces[:taken]))
        pieces = pieces[taken:]
    return names


def _known(field: Field, pieces: list[str]) -> bool:
    return _named(choices_of(field), ", ".join(pieces)) is not None
