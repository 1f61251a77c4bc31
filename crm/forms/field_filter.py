"""The form that narrows a list by one field: how it is compared, and with what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crm.field_filters import Test
from crm.field_words import OPERATORS
from modules.fieldtypes import choices_of, kind_named, type_of
from modules.models import Field, FieldType
from web.forms import Form, dress

# Types that are compared as simpler ones: several choices with one of them, a moment with a day.
_COMPARED_AS = {
    FieldType.CHOICES: "choice",
    FieldType.MOMENT: "date",
    FieldType.NUMBER: "whole",
    FieldType.LONG_TEXT: "text",
    FieldType.LINK: "text",
}


class FieldFilterForm(Form):
    """``op`` and, as the operator needs them, ``value`` and ``until``."""

    op = forms.ChoiceField(label=gettext_lazy("How is it compared?"))

    def __init__(self, data: Any = None, *, field: Field, test: Test | None = None) -> None:
        self.of = field
        names = type_of(field).operators
        wanted = str((data or {}).get("op", "") or (test.operator if test else ""))
        self.operator = wanted if wanted in names else names[0]
        super().__init__(data, initial={"op": self.operator, **_initial(field, test)})
        control = self.fields["op"]
        assert isinstance(control, forms.ChoiceField)  # noqa: S101 (declared above)
        control.choices = [(name, str(OPERATORS[name])) for name in names]
        for name, label in self._controls():
            self._add(name, label)

    def _controls(self) -> list[tuple[str, str]]:
        if self.operator in ("empty", "not_empty"):
            return []
        if self.operator == "between":
            return [("value", _("From")), ("until", _("To"))]
        return [("value", self.of.label)]

    def _add(self, name: str, label: str) -> None:
        control = self._several() if self.operator == "one_of" else self._one()
        control.label, control.help_text = label, ""
        control.required = self.operator != "between"
        control.template_name = self.template_name_field  # type: ignore[attr-defined]
        control.error_messages["required"] = _("Choose what it is compared with.")
        dress(control.widget)
        self.fields[name] = control

    def _one(self) -> forms.Field:
        kind = _COMPARED_AS.get(FieldType(self.of.type), self.of.type)
        if kind == "text":
            return forms.CharField(max_length=200)
        return kind_named(kind).form_field(self.of, required=True)

    def _several(self) -> forms.Field:
        if self.of.type == FieldType.USER:
            users = User.objects.filter(is_active=True).order_by("sort_key", "pk")
            options = [(str(user.pk), user.full_name) for user in users]
        else:
            options = [(str(one.pk), one.name) for one in choices_of(self.of) if not one.removed_at]
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        ends = (data.get("value"), data.get("until"))
        if self.operator == "between" and not self.errors and ends == (None, None):
            self.add_error("value", _("Write at least one end."))
        return data

    def test(self) -> Test:
        """The test that the valid form says."""
        data = self.cleaned_data
        if self.operator == "one_of":
            return Test(self.of, self.operator, tuple(data["value"]))
        said = tuple(_word(data[name]) for name, _label in self._controls())
        return Test(self.of, self.operator, said)


def _word(value: Any) -> str:
    """A value as it stands in an address."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _initial(field: Field, test: Test | None) -> dict[str, Any]:
    if test is None:
        return {}
    if test.operator == "one_of":
        return {"value": list(test.said)}
    words: list[Any] = list(test.said)
    if type_of(field).column not in ("text", "file"):
        words = list(test.values())
    if field.type == FieldType.YES_NO:
        words = [bool(one) for one in words]
    return dict(zip(("value", "until"), words, strict=False))
