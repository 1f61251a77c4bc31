"""A type of todo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from modules.models import TodoType
from office.actions.types import START, TypePlan, fingerprint
from office.forms.icon import IconField
from office.forms.names import NamesForm

LONGEST_DAY = 24 * 60
WEEK = 7 * LONGEST_DAY


class TypeForm(NamesForm):
    """A type; ``seen`` is what the form was filled from."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Usual length in minutes"),
        min_value=5,
        max_value=LONGEST_DAY,
        initial=30,
    )
    reminder_minutes = forms.IntegerField(
        label=gettext_lazy("Reminder, minutes before"),
        help_text=gettext_lazy("Empty: none."),
        min_value=0,
        max_value=WEEK,
        required=False,
    )
    is_contact = forms.BooleanField(
        label=gettext_lazy("Counts as contact with the client"),
        help_text=gettext_lazy("Doing it takes Forgotten off a sale."),
        required=False,
    )
    icon = IconField(label=gettext_lazy("Icon"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, kind: TodoType | None = None) -> None:
        super().__init__(data, initial=_filled(kind) if kind else {"icon": "square-check"})
        if kind is not None:
            self.fields["icon"].keep(kind.icon)  # type: ignore[attr-defined]
            if kind.key in START:
                box = self.fields["is_contact"]
                box.disabled = True
                box.help_text = gettext_lazy("The same for everybody, because Sales builds on it.")

    def plan(self) -> TypePlan:
        """The type that the valid form describes."""
        data = self.cleaned_data
        return TypePlan(
            icon=data["icon"],
            minutes=data["minutes"],
            reminder_minutes=data["reminder_minutes"],
            is_contact=data["is_contact"],
            **self.names(),
        )


def _filled(kind: TodoType) -> dict[str, Any]:
    named = ("name_hu", "name_en", "minutes", "reminder_minutes", "is_contact", "icon")
    return {"seen": fingerprint(kind), **{name: getattr(kind, name) for name in named}}
