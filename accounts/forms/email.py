"""The form that asks for another address to log in by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import Form


class NewEmailForm(Form):
    email = forms.EmailField(
        label=_("New email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
