"""Step 3: the question about first todos that would start overdue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from importer.models import PastDue
from web.forms import Form


class PastDueForm(Form):
    """Keep, move or leave out; there is no answer that suits every file."""

    past_due = forms.ChoiceField(
        label=_("What becomes of them?"),
        choices=[choice for choice in PastDue.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of them.")},
    )
