"""The form of the company's own data."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.actions.company import FIELDS
from accounts.decode import ACCEPT, MAX_BYTES, TOO_BIG
from accounts.mail import Server
from accounts.models import Company, Language, MailSecurity, NameOrder
from accounts.sealed import Unreadable, unseal
from crm import tax_numbers
from office.forms.company_lists import countries, currencies, zone_of
from web.forms import Form

_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,198}[A-Za-z0-9])?|[0-9A-Fa-f:.]{3,45}")
MAIL: Final = ("mail_host", "mail_port", "mail_security", "mail_user", "mail_from")


class NumberField(forms.IntegerField):
    """A whole number with its unit, within the bounds that the company's column has."""

    def __init__(self, name: str, unit: Any, **kwargs: Any) -> None:
        column: Any = Company._meta.get_field(name)
        bounds = {type(one): one.limit_value for one in column.validators}
        kwargs |= {"min_value": bounds[MinValueValidator], "max_value": bounds[MaxValueValidator]}
        super().__init__(**kwargs)
        self.unit = unit


class CompanyForm(Form):
    """All of it in one form. The mail server's password is only ever written, never shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Company name"), max_length=200)
    tax_number = forms.CharField(label=_("Tax number"), max_length=32, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_(
            "Every “today” and “overdue” is computed in it. Todos keep their day and time."
        ),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries,
        help_text=_("Its public holidays and working days count in due dates."),
    )
    language = forms.ChoiceField(
        label=_("Language of new users"), choices=Language.choices, widget=forms.RadioSelect
    )
    name_order = forms.ChoiceField(
        label=_("Order of names"), choices=NameOrder.choices, widget=forms.RadioSelect
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    mail_host = forms.CharField(
        label=_("Server"),
        max_length=200,
        required=False,
        help_text=_("Empty: letters go the way that was set when the product was installed."),
        widget=forms.TextInput(attrs={"placeholder": "smtp.example.com", "autocomplete": "off"}),
    )
    mail_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    mail_security = forms.ChoiceField(
        label=_("Encryption"), choices=MailSecurity.choices, widget=forms.RadioSelect
    )
    mail_user = forms.CharField(
        label=_("User name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mail_password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    mail_from = forms.EmailField(label=_("Sender's address"), required=False)
    upload_mb = NumberField("upload_mb", _("MB"), label=_("Largest upload"))
    trash_days = NumberField(
        "trash_days",
        _("days"),
        label=_("Trash kept"),
        help_text=_("Then it is deleted for good, every night."),
    )
    import_days = NumberField(
        "import_days",
        _("days"),
        label=_("Imported files kept"),
        help_text=_("The records that came of them stay."),
    )
    import_mb = NumberField("import_mb", _("MB"), label=_("Largest import"))
    import_rows = NumberField("import_rows", _("rows"), label=_("Most rows of an import"))
    import_columns = NumberField(
        "import_columns", _("columns"), label=_("Most columns of an import")
    )
    log_months = NumberField("log_months", _("months"), label=_("Activity log kept"))

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        self.company = company
        start: dict[str, Any] = {name: getattr(company, name) for name in FIELDS}
        kwargs.setdefault("initial", start | {"version": company.version})
        super().__init__(*args, **kwargs)
        if company.mail_password:
            field = self.fields["mail_password"]
            field.widget.attrs["placeholder"] = "••••••••"
            field.help_text = _("A password is saved. Leave this empty to keep it.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_tax_number(self) -> str:
        raw: str = self.cleaned_data["tax_number"].strip()
        try:
            return tax_numbers.checked(raw) if raw else ""
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong

    def clean_time_zone(self) -> str:
        zone = zone_of(self.cleaned_data["time_zone"])
        if not zone:
            raise ValidationError(
                _("There is no time zone called “%(name)s”. Choose one from the list."),
                params={"name": self.cleaned_data["time_zone"]},
            )
        return zone

    def clean_mail_host(self) -> str:
        host: str = self.cleaned_data["mail_host"].strip()
        if host and not _HOST.fullmatch(host):
            raise ValidationError(_("Write the server's name alone, like smtp.example.com."))
        return host

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("mail_host"):
            self._clean_mail(cleaned)
        return cleaned

    def _clean_mail(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("mail_from") and "mail_from" not in self.errors:
            self.add_error("mail_from", _("Write the address that letters are sent from."))
        if cleaned.get("mail_password") and not cleaned.get("mail_user"):
            self.add_error("mail_user", _("Write the user name that the password belongs to."))
        if not cleaned.get("mail_password") and self._asks_again(cleaned):
            said = _("The server is another one now: write the password again.")
            self.add_error("mail_password", said)

    def _asks_again(self, cleaned: dict[str, Any]) -> bool:
        """A saved password is never handed to another server, nor without its encryption."""
        company = self.company
        if not company.mail_password or not cleaned.get("mail_user"):
            return False
        names = ("mail_host", "mail_user", "mail_security")
        return any(cleaned.get(name) != getattr(company, name) for name in names)

    def values(self) -> dict[str, Any]:
        """What is saved, but for the password."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def password(self) -> str | None:
        """The mail server's new password; None leaves the saved one, "" takes it away."""
        typed: str = self.cleaned_data["mail_password"]
        if typed:
            return typed
        keeps = self.cleaned_data["mail_user"] and self.cleaned_data["mail_host"]
        return None if keeps or not self.company.mail_password else ""

    def server(self) -> Server:
        """The mail server as it stands in the form, for the test."""
        data = self.cleaned_data
        return Server(
            data["mail_host"],
            data["mail_port"],
            data["mail_security"],
            data["mail_user"],
            data["mail_password"] or self._saved_password(),
            data.get("name") or self.company.name,
            data["mail_from"],
        )

    def _saved_password(self) -> str:
        if not self.cleaned_data["mail_user"] or not self.company.mail_password:
            return ""
        try:
            return unseal(self.company.mail_password)
        except Unreadable:
            return ""

    def mail_is_right(self) -> bool:
        """Whether what the test needs can be used; the rest of the form may be unfinished."""
        return not {*MAIL, "mail_password"} & set(self.errors)

    def tell_of_change(self, current: Company) -> None:
        """Say beside each field what is saved now where it differs from what was typed."""
        self.add_error(
            None,
            _(
                "Somebody changed the company's data in the meantime. What is saved now stands "
                "beside each field: save again to keep what you typed."
            ),
        )
        for name, typed in self.values().items():
            saved = getattr(current, name)
            if saved != typed:
                shown = dict(getattr(self.fields[name], "choices", ())).get(saved, saved)
                self.add_error(name, _("Saved now: “%(value)s”") % {"value": shown})


class LogoForm(Form):
    """One file; what it holds is judged by :mod:`accounts.decode`."""

    logo = forms.FileField(
        label=_("Logo"), allow_empty_file=False, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if file.size > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        return file
