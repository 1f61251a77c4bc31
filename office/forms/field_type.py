"""Another type for a field."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from modules.fieldtypes import ALL
from web.forms import Form


class TypeForm(Form):
    """The new type; ``version`` is the one that the page was made from."""

    type = forms.ChoiceField(
        label=gettext_lazy("New type"),
        choices=[(str(kind.key.value), kind.name) for kind in ALL],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
