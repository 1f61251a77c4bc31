"""Of which roles two-factor is required."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from web.forms import Form


class RequiredRolesForm(Form):
    """`before` is what the page showed; `sure` answers the question about oneself."""

    roles = forms.MultipleChoiceField(
        label=_("Required of"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    before = forms.CharField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, roles: Sequence[str]) -> RequiredRolesForm:
        """The form as it opens."""
        return cls(initial={"roles": list(roles), "before": ",".join(roles)})

    def shown_before(self) -> list[str]:
        """The roles as they were when the page was made."""
        return [role for role in self.cleaned_data["before"].split(",") if role]

    def meets_oneself(self, role: str, *, protected: bool) -> bool:
        """Whether the one who saves would have to set it up themselves, and wasn't asked yet."""
        chosen: dict[str, Any] = self.cleaned_data
        new = role in chosen["roles"] and role not in self.shown_before()
        return new and not protected and not chosen["sure"]
