"""The base of every form: fields in the product's look, errors tied to them for screen readers."""

from typing import Any
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList
from django.forms.widgets import Widget

CHECKS = (forms.CheckboxInput,)
PLAIN = (forms.HiddenInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class Errors(ErrorList):
    """A field's errors, each a line with the sign that isn't colour alone."""

    template_name = "web/_field_errors.html"


def dress(widget: Widget) -> None:
    """Gives a widget the class that the style sheet knows it by."""
    if isinstance(widget, PLAIN):
        return
    name = "check" if isinstance(widget, CHECKS) else "input"
    classes = widget.attrs.get("class", "").split()
    if name not in classes:
        widget.attrs["class"] = " ".join([name, *classes])


class Dressed:
    """Mixed into Form and ModelForm."""

    template_name_field = "web/_field.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", Errors)
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = getattr(self, "fields")  # noqa: B009 (a mixin has none)
        for field in fields.values():
            if not getattr(field, "template_name", None):
                field.template_name = self.template_name_field  # type: ignore[attr-defined]
            dress(field.widget)


class Form(Dressed, forms.Form):
    """A form whose fields are rendered by `{{ field.as_field_group }}`."""


class ModelForm(Dressed, forms.ModelForm):  # type: ignore[type-arg]
    """The same for a record."""


class OnceField(forms.UUIDField):
    """A hidden token, new with every blank form: the same token again is the same submission.

    The action that saves keeps the token, so that a double click or a resent form does it once.
    """

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid4)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        # The browser would keep the old token in a reloaded page.
        self.widget.attrs.setdefault("autocomplete", "off")
        return super().get_bound_field(form, field_name)
