"""The forms of one's own profile."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from accounts.actions.profile import OWN_FIELDS
from accounts.actions.signature import MAX_CHARS, add_picture, as_text, clean
from accounts.decode import ACCEPT, MAX_BYTES, TOO_BIG, PictureRefused
from accounts.models import Language, Theme, User
from web.forms import Form

_PHONE = re.compile(r"\+?[\d\s()/.\-]{3,}(\s*(x|ext\.?|mellék|m\.)\s*\d+)?", re.IGNORECASE)


class ProfileForm(Form):
    """What one may change about oneself. The email isn't there: one logs in by it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
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
    position = forms.CharField(
        label=_("Position"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)
    keyboard_letters = forms.BooleanField(label=_("Single-letter keys"), required=False)
    signature = forms.CharField(
        label=_("Email signature"),
        max_length=MAX_CHARS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    signature_picture = forms.FileField(
        label=_("Picture at the end of the signature"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        if self.is_bound and "signature" in self.data:
            # What comes back into the editor is as clean as what is saved.
            written = str(self.data["signature"])
            if len(written) <= MAX_CHARS:
                typed = {name: self.data[name] for name in self.data}
                self.data = typed | {"signature": as_text(clean(written, owner=owner))}

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form as it opens."""
        saved = {name: getattr(user, name) for name in OWN_FIELDS}
        saved["signature"] = as_text(user.signature)
        return cls(initial={"version": user.version} | saved, owner=user)

    def clean_signature(self) -> str:
        return clean(self.cleaned_data["signature"], owner=self.owner)

    def clean_signature_picture(self) -> Any:
        """Put at the end of the signature: the way without scripts."""
        file = self.cleaned_data["signature_picture"]
        if not file:
            return None
        if file.size > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        try:
            address = add_picture(self.owner, file.read())
        except PictureRefused as refused:
            raise ValidationError(str(refused.message)) from refused
        written = self.cleaned_data.get("signature", "")
        whole = f'{written}<br><img src="{address}" alt="">'
        self.cleaned_data["signature"] = clean(whole, owner=self.owner)
        return None

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError(_("This can't be a phone number. Write it like +36 30 123 4567."))
        return phone

    def values(self) -> dict[str, Any]:
        """The cleaned fields of the user, without the version."""
        return {name: self.cleaned_data[name] for name in OWN_FIELDS}

    def tell_of_change(self, current: User) -> None:
        """Says beside each field what is saved now where it differs from what was typed."""
        self.add_error(
            None,
            _(
                "Your profile was changed in the meantime, in another window. What is saved now "
                "stands beside each field: save again to keep what you typed."
            ),
        )
        for name, typed in list(self.values().items()):
            saved = getattr(current, name)
            if saved != typed:
                self.add_error(
                    name, _("Saved now: “%(value)s”") % {"value": self._shown(current, name)}
                )

    @staticmethod
    def _shown(user: User, name: str) -> str:
        if name == "keyboard_letters":
            return str(_("switched on") if user.keyboard_letters else _("switched off"))
        if name in {"language", "theme"}:
            return str(getattr(user, f"get_{name}_display")())
        if name == "signature":
            return strip_tags(as_text(user.signature))
        return str(getattr(user, name))


class ThemeForm(Form):
    """The quick switch of the user menu."""

    theme = forms.ChoiceField(choices=Theme.choices)
