"""What a sale's status follows from."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from crm.actions.statuses import Sale
from crm.constants import Qualification, SaleState
from web.forms import Form


class SaleForm(Form):
    """New facts of a sale. A field that was not sent stays as it is.

    ``decided_shown`` says that the box was there, because an unticked box sends nothing.
    """

    qualification = forms.ChoiceField(
        label=gettext_lazy("Qualification"), choices=Qualification.choices, required=False
    )
    sale_state = forms.ChoiceField(
        label=gettext_lazy("State of the sale"), choices=SaleState.choices, required=False
    )
    decided = forms.BooleanField(label=gettext_lazy("They have decided to buy"), required=False)
    decided_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def sale(self) -> Sale:
        """The facts that the valid form names."""
        data = self.cleaned_data
        return Sale(
            qualification=data["qualification"] if "qualification" in self.data else None,
            sale_state=data["sale_state"] or None,
            decided=data["decided"] if data["decided_shown"] else None,
        )
