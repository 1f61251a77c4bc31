"""Names in both languages, of which one may be empty."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from web.forms import Form, OnceField

LONGEST = 60


class NamesForm(Form):
    """A name in Hungarian and in English; at least one of them."""

    name_hu = forms.CharField(
        label=gettext_lazy("Name in Hungarian"), max_length=LONGEST, required=False
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=LONGEST, required=False
    )
    once = OnceField()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("name_hu") or data.get("name_en") or self.errors):
            self.add_error("name_hu", _("Give it a name in at least one of the languages."))
        return data

    def names(self) -> dict[str, str]:
        """Both, as the actions take them."""
        return {name: self.cleaned_data[name] for name in ("name_hu", "name_en")}


class StepForm(NamesForm):
    """A step of the sale."""

    wins = forms.BooleanField(
        label=gettext_lazy("Ticking this step wins the sale"),
        help_text=gettext_lazy(
            "The steps before it set the sale in progress, those after it follow the sale."
        ),
        required=False,
    )
