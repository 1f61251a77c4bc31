"""A contact, edited in its place on the client's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crm import values
from crm.actions.clients import ContactPlan
from crm.forms.channels import ChannelLines
from crm.forms.values import ValuesForm
from crm.models import Contact, Email, Phone
from crm.value_rows import read_all
from modules.models import About, FieldType
from web.forms import Form, OnceField


class ContactForm(Form):
    """Names, position, phones and emails of a contact; ``contact`` None for a new one."""

    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100, required=False)
    position = forms.CharField(label=gettext_lazy("Position"), max_length=100, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = OnceField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        user: User,
        contact: Contact | None = None,
    ) -> None:
        names = ("family_name", "given_name", "position", "version")
        initial = {name: getattr(contact, name) for name in names} if contact else {}
        super().__init__(data, initial=initial, auto_id=f"id_{contact.pk if contact else 0}_%s")
        self.contact = contact
        self.own = _own_fields(data, files, user, contact)
        if data is None:
            phones = Phone.objects.filter(contact=contact) if contact else Phone.objects.none()
            emails = Email.objects.filter(contact=contact) if contact else Email.objects.none()
            self.phones = ChannelLines.of("phone", phones.order_by("pk"))
            self.emails = ChannelLines.of("email", emails.order_by("pk"))
        else:
            self.phones = ChannelLines.sent("phone", data)
            self.emails = ChannelLines.sent("email", data)

    def is_valid(self) -> bool:
        # All are asked, so that all that is wrong is said at once.
        parts = (self.phones, self.emails, self.own)
        return all([super().is_valid(), *[part.is_valid() for part in parts]])

    def with_blanks(self) -> ContactForm:
        """With an empty line to add a phone and an email."""
        self.phones.with_blank()
        self.emails.with_blank()
        return self

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("family_name") and not data.get("given_name"):
            self.add_error("family_name", _("Write a family name or a given name."))
        return data

    def plan(self) -> ContactPlan:
        data = self.cleaned_data
        return ContactPlan(
            data["family_name"],
            data["given_name"],
            data["position"],
            self.phones.channels(),
            self.emails.channels(),
            self.own.values(),
        )


def _own_fields(data: Any, files: Any, user: User, contact: Contact | None) -> ValuesForm:
    """The company's own fields of contacts, but for the numbers that the system gives."""
    fields = [
        field for field in values.fields_for(user, About.CONTACT) if field.type != FieldType.NUMBER
    ]
    return ValuesForm(
        data,
        files,
        fields=fields,
        required=[field.pk for field in fields if values.is_required(field, None)],
        current=read_all(contact, fields) if contact else None,
    )
