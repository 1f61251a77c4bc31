"""A status of a custom tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from modules.kinds.base import HUES, Meaning
from modules.models import Module, Status
from office.actions.statuses import StatusPlan
from office.forms.names import NamesForm

HUE_NAMES = {
    "slate": gettext_lazy("slate"),
    "indigo": gettext_lazy("indigo"),
    "sky": gettext_lazy("sky blue"),
    "teal": gettext_lazy("teal"),
    "moss": gettext_lazy("moss green"),
    "olive": gettext_lazy("olive"),
    "sand": gettext_lazy("sand"),
    "clay": gettext_lazy("clay"),
    "plum": gettext_lazy("plum"),
    "violet": gettext_lazy("violet"),
}
MEANINGS = [
    (Meaning.OPEN.value, gettext_lazy("Open")),
    (Meaning.NO_TODO.value, gettext_lazy("No todo")),
    (Meaning.WON.value, gettext_lazy("Won")),
    (Meaning.LOST.value, gettext_lazy("Lost")),
]


class StatusForm(NamesForm):
    """A status, new or changed; ``version`` is the one that the form was filled from."""

    group = forms.ChoiceField(label=gettext_lazy("Group"))
    what_hu = forms.CharField(
        label=gettext_lazy("What is to be done? In Hungarian"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": ""}),
    )
    what_en = forms.CharField(
        label=gettext_lazy("What is to be done? In English"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": ""}),
        help_text=gettext_lazy("Answer with a verb. Staff see it above the suggestions."),
    )
    hue = forms.ChoiceField(
        label=gettext_lazy("Colour"),
        choices=[(hue, HUE_NAMES[hue]) for hue in HUES],
        widget=forms.RadioSelect,
        initial="slate",
    )
    meaning = forms.ChoiceField(
        label=gettext_lazy("What it means"),
        choices=MEANINGS,
        widget=forms.RadioSelect,
        initial=Meaning.OPEN.value,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        module: Module,
        status: Status | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        # Dialogs over this page name things too, and a label means the first of two same ids.
        filled = _filled(status) if status else initial
        super().__init__(data, initial=filled, auto_id="status-%s")
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)  # noqa: S101 (declared above)
        group.choices = [(str(one.pk), one.name) for one in module.groups.order_by("order", "pk")]

    def plan(self) -> StatusPlan:
        """The status that the valid form describes."""
        data = self.cleaned_data
        return StatusPlan(
            group_id=int(data["group"]),
            hue=data["hue"],
            meaning=data["meaning"],
            what_hu=data["what_hu"].strip(),
            what_en=data["what_en"].strip(),
            **self.names(),
        )


def _filled(status: Status) -> dict[str, Any]:
    named = ("name_hu", "name_en", "what_hu", "what_en", "hue", "meaning", "version")
    return {"group": str(status.group_id), **{name: getattr(status, name) for name in named}}
