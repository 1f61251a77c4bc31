"""Forms about users: inviting one, changing one, joining."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions.invitations import Invitee
from accounts.forms.profile import ProfileForm
from accounts.models import Company, Invitation, Language, Role, User
from accounts.models.user import normalise_email
from modules.models import Module
from office.actions.people import PERSONAL
from web.forms import Form, OnceField


def limited_modules() -> list[tuple[int, str]]:
    """The modules that only chosen users have: id and name."""
    found = Module.objects.active().filter(limited=True).in_order()
    return [(module.pk, module.name) for module in found]


class AccessForm(Form):
    """A role, and which of the limited modules."""

    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.NORMAL, widget=forms.RadioSelect
    )
    modules = forms.TypedMultipleChoiceField(
        label=_("Modules that only chosen users have"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["modules"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = limited_modules()


class InviteForm(AccessForm):
    """Who is to join."""

    once = OnceField()
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("They sign in with this address, and only this."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = Company.current().language
        for name in ("family_name", "given_name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["family_name"].widget.attrs["autofocus"] = True

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def invitee(self) -> Invitee:
        """The cleaned answers."""
        said = self.cleaned_data
        names = ("family_name", "given_name", "email", "role", "language", "modules")
        return Invitee(**{name: said[name] for name in names})


def _own(name: str) -> forms.Field:
    """A field of one's own profile; the browser doesn't fill in who types for another."""
    field = deepcopy(ProfileForm.declared_fields[name])
    field.widget.attrs["autocomplete"] = "off"
    return field


class PersonForm(Form):
    """What an administrator may change of somebody's personal data."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    family_name = _own("family_name")
    given_name = _own("given_name")
    position = _own("position")
    phone = _own("phone")
    language = _own("language")

    @classmethod
    def of(cls, user: User) -> PersonForm:
        """The form as it opens."""
        return cls(
            initial={"version": user.version} | {name: getattr(user, name) for name in PERSONAL}
        )

    def clean_phone(self) -> str:
        return ProfileForm.clean_phone(cast(ProfileForm, self))

    def values(self) -> dict[str, Any]:
        """The cleaned fields of the user, without the version."""
        return {name: self.cleaned_data[name] for name in PERSONAL}

    def tell_of_change(self, current: User) -> None:
        """Says beside each field what is saved now where it differs from what was typed."""
        self.add_error(
            None,
            _(
                "Somebody changed this in the meantime. What is saved now stands beside each "
                "field: save again to keep what you typed."
            ),
        )
        for name, typed in list(self.values().items()):
            if (saved := getattr(current, name)) != typed:
                self.add_error(name, _("Saved now: “%(value)s”") % {"value": saved})


class NewEmailForm(Form):
    """Another address to sign in with."""

    email = forms.EmailField(
        label=_("New email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class JoinForm(Form):
    """How somebody invited comes in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        help_text=_("At least ten characters, not only digits."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["language"].initial = invitation.language

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        invited = self.invitation
        names = {name: getattr(invited, name) for name in ("email", "family_name", "given_name")}
        try:
            validate_password(password, User(**names))
        except ValidationError as weak:
            self.add_error("password", weak)
        return password
