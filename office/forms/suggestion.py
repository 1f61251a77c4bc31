"""A suggested todo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models.todo import TEXT_MAX
from modules.models import Status, Suggestion, TodoType
from office.actions.suggestions import SuggestionPlan, fingerprint
from web.forms import Form, OnceField

FARTHEST = 365


class SuggestionForm(Form):
    """What a status suggests; ``seen`` is what the form was filled from."""

    type = forms.ChoiceField(label=gettext_lazy("Type"))
    text_hu = forms.CharField(
        label=gettext_lazy("Text in Hungarian"), max_length=TEXT_MAX, required=False
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text in English"), max_length=TEXT_MAX, required=False
    )
    in_working_days = forms.IntegerField(
        label=gettext_lazy("Due in how many working days"),
        help_text=gettext_lazy("0 is the same day, 1 the next working day."),
        min_value=0,
        max_value=FARTHEST,
        initial=1,
    )
    moves_to = forms.ChoiceField(label=gettext_lazy("Moves the datasheet on to"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    once = OnceField()

    def __init__(
        self, data: Any = None, *, status: Status, suggestion: Suggestion | None = None
    ) -> None:
        super().__init__(data, initial=_filled(suggestion) if suggestion else None)
        types = TodoType.objects.filter(
            Q(archived_at=None) | Q(pk=suggestion.type_id if suggestion else 0)
        )
        self._offer("type", [(str(one.pk), one.name) for one in types.in_order()])
        if status.module.fixed:
            del self.fields["moves_to"]
            return
        others = Status.objects.filter(module=status.module_id).staying().exclude(pk=status.pk)
        stays = [("", _("It stays where it is"))]
        self._offer("moves_to", [*stays, *((str(s.pk), s.name) for s in others.in_order())])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("text_hu") or data.get("text_en") or self.errors):
            self.add_error("text_hu", _("Write the text in at least one of the languages."))
        return data

    def plan(self) -> SuggestionPlan:
        """The suggestion that the valid form describes."""
        data = self.cleaned_data
        return SuggestionPlan(
            type_id=int(data["type"]),
            text_hu=data["text_hu"],
            text_en=data["text_en"],
            in_working_days=data["in_working_days"],
            moves_to_id=int(data.get("moves_to") or 0) or None,
        )


def _filled(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "type": str(suggestion.type_id),
        "text_hu": suggestion.text_hu,
        "text_en": suggestion.text_en,
        "in_working_days": suggestion.in_working_days,
        "moves_to": str(suggestion.moves_to_id or ""),
        "seen": fingerprint(suggestion),
    }
