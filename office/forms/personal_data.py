"""The second question before somebody's data is erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from web.forms import Form
from web.text import fold


class EraseForm(Form):
    """The name has to be typed: nobody erases by a click too many."""

    name = forms.CharField(
        label=_("Type the name to erase it"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        self.wanted = wanted
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if fold(name) != fold(self.wanted):
            raise ValidationError(
                _("That isn't the name. Type “%(name)s”."), params={"name": self.wanted}
            )
        return name
