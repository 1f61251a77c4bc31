"""The one form with all data of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import tax_numbers
from crm.actions.clients import FIELDS
from crm.forms.channels import AddressLines, ChannelLines
from crm.models import Address, Client, Email, Phone
from web.forms import Form


def checked_tax_number(text: str) -> str:
    """The tax number as it is written; a form's error when a digit of it must be wrong."""
    try:
        return tax_numbers.checked(text) if text.strip() else ""
    except ValueError as wrong:
        raise forms.ValidationError(str(wrong)) from wrong


class ClientForm(Form):
    """A client's own fields, its channels and its addresses. A person has no company's fields."""

    name = forms.CharField(
        label=gettext_lazy("Company name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the company's name.")},
    )
    tax_number = forms.CharField(
        label=gettext_lazy("Tax number"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "12345678-2-42"}),
    )
    eu_vat_number = forms.CharField(
        label=gettext_lazy("EU VAT number"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "HU12345678"}),
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=32, required=False
    )
    website = forms.CharField(label=gettext_lazy("Website"), max_length=200, required=False)
    industry = forms.CharField(label=gettext_lazy("Industry"), max_length=100, required=False)
    size = forms.CharField(label=gettext_lazy("Size"), max_length=50, required=False)
    bank_account = forms.CharField(
        label=gettext_lazy("Bank account"), max_length=64, required=False
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, client: Client) -> None:
        initial = {name: getattr(client, name) for name in (*FIELDS, "version")}
        super().__init__(data, initial=initial)
        self.client = client
        own = {"client": client, "contact": None}
        if data is None:
            self.phones = ChannelLines.of("phone", Phone.objects.filter(**own).order_by("pk"))
            self.emails = ChannelLines.of("email", Email.objects.filter(**own).order_by("pk"))
            addresses = Address.objects.filter(client=client).order_by("pk")
            self.addresses = AddressLines.of(list(addresses))
        else:
            self.phones = ChannelLines.sent("phone", data)
            self.emails = ChannelLines.sent("email", data)
            self.addresses = AddressLines.sent(data)
        if not client.is_company:
            del self.fields["name"]

    def is_valid(self) -> bool:
        # All are asked, so that all that is wrong is said at once.
        return all([super().is_valid(), self.phones.is_valid(), self.emails.is_valid()])

    def with_blanks(self) -> ClientForm:
        """With an empty line to add a phone, an email and an address."""
        for lines in (self.phones, self.emails, self.addresses):
            lines.with_blank()
        return self

    def clean_tax_number(self) -> str:
        return checked_tax_number(self.cleaned_data["tax_number"])

    def clean_eu_vat_number(self) -> str:
        text: str = self.cleaned_data["eu_vat_number"].strip()
        if text and not text[:2].isalpha():
            raise forms.ValidationError(_("It starts with two letters: HU12345678."))
        return checked_tax_number(text)

    def clean_website(self) -> str:
        text: str = self.cleaned_data["website"].strip()
        scheme, colon, _rest = text.partition("://")
        if colon and scheme.lower() not in ("http", "https"):
            raise forms.ValidationError(_("Write it like www.example.com."))
        return text

    def values(self) -> dict[str, str]:
        """The fields of the action that the valid form sets."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}


def differences(form: ClientForm, current: Client) -> list[tuple[Any, str, str]]:
    """What somebody else saved and what stands in the form: (label, saved, typed)."""
    return [
        (form.fields[name].label, getattr(current, name), form.data.get(name, "").strip())
        for name in FIELDS
        if name in form.fields and getattr(current, name) != form.data.get(name, "").strip()
    ]
