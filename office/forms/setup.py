"""The form of the first page."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from accounts.models.company import time_zones
from accounts.models.user import normalise_email
from office.actions.setup import Start
from web.forms import Form


def _zone_choices() -> list[tuple[str, str]]:
    """Every zone of a place; the old abbreviations only confuse."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(time_zones())
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    ] + [("UTC", "UTC")]


class SetupForm(Form):
    """The company, then its first administrator."""

    company_name = forms.CharField(
        label=_("Company name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_zone_choices, initial=settings.TIME_ZONE
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    given_name = forms.CharField(
        label=_("Given name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("You sign in with this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        help_text=_("At least ten characters, not only digits."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            names = {name: cleaned.get(name, "") for name in ("email", "family_name", "given_name")}
            try:
                validate_password(cleaned["password"], User(**names))
            except ValidationError as weak:
                self.add_error("password", weak)
        return cleaned

    def start(self) -> Start:
        """The cleaned answers."""
        return Start(**self.cleaned_data)
