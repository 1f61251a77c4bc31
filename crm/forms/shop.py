"""What the Webshop knows of a buyer besides their orders."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from web.forms import Form


class ShopForm(Form):
    """``registered_on`` (empty: not registered) and ``unsubscribed``."""

    registered_on = forms.DateField(
        label=gettext_lazy("Registered on"),
        help_text=gettext_lazy("Leave it empty for somebody who only subscribed."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    unsubscribed = forms.BooleanField(label=gettext_lazy("They have unsubscribed"), required=False)

    def clean_registered_on(self) -> object:
        day = self.cleaned_data["registered_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("That day has not come yet."))
        return day
