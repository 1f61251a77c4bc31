"""Step 2: the todo that rows without one get, and the days on which these come."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from crm import agenda
from crm.models.todo import TEXT_MAX
from crm.typed_dates import MAX_LENGTH, Unreadable, format_when, parse_when
from importer.models import Import
from modules.models import TodoType
from web.forms import Form

A_DAY: Final = 20
_MOST_A_DAY: Final = 1_000


class FirstTodoForm(Form):
    """Mixed into the form of the columns: nothing is made while the text is empty."""

    first_text = forms.CharField(
        label=gettext_lazy("First todo"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first_type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    first_from = forms.CharField(
        label=gettext_lazy("From"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first_spread = forms.BooleanField(
        label=gettext_lazy("Spread them over working days"), required=False
    )
    first_a_day = forms.IntegerField(
        label=gettext_lazy("At most so many a day for one person"),
        required=False,
        min_value=1,
        max_value=_MOST_A_DAY,
    )

    def start_first_todo(self, source: Import) -> None:
        """What the fields show: what was decided, or else what suits most files."""
        self.types = list(TodoType.objects.live().in_order())
        kind = self.fields["first_type"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (for the type checker)
        kind.choices = [(one.key, one.name) for one in self.types]
        said = source.first_todo
        untouched = source.version == 1 and not said
        a_day = int(said.get("a_day") or 0)
        start = {
            "first_text": _("First call") if untouched else said.get("text", ""),
            "first_type": said.get("type", "call"),
            "first_from": format_when(self._first_day(said)),
            "first_spread": bool(a_day) or not said,
            "first_a_day": a_day or A_DAY,
        }
        self.initial.update(start)

    @property
    def first_icon(self) -> str:
        """The icon of the chosen type."""
        chosen = str(self["first_type"].value())
        return next((one.icon for one in self.types if one.key == chosen), "phone")

    def clean_first_from(self) -> date | None:
        """A day that is not over; only asked for where there is a text."""
        written = str(self.cleaned_data.get("first_from") or "").strip()
        if not self.data.get("first_text", "").strip():
            return None
        today = timezone.localdate()
        if not written:
            return self._next_working_day()
        try:
            when = parse_when(written, today)
        except Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from None
        if when.at is not None:
            raise forms.ValidationError(_("Give a day without a time."))
        if when.day < today:
            raise forms.ValidationError(_("This todo would start overdue. Pick a later day."))
        return when.day

    def first_todo(self) -> dict[str, Any]:
        """As :class:`importer.models.Import` keeps it, as far as it can be read."""
        data = self.cleaned_data
        text = " ".join(str(data.get("first_text") or "").split())
        if not text:
            return {}
        a_day = data.get("first_a_day") or A_DAY
        return {
            "text": text,
            "type": data.get("first_type") or "call",
            "from": (data.get("first_from") or self._next_working_day()).isoformat(),
            "a_day": a_day if data.get("first_spread") else 0,
        }

    def wrong_here(self) -> bool:
        """Whether something of these fields can't be kept as it was typed."""
        return any(name.startswith("first_") for name in self.errors)

    def forget_other_errors(self) -> None:
        """Of a page that isn't sent yet, only what was typed wrong here is told."""
        for name in [name for name in self.errors if not name.startswith("first_")]:
            del self.errors[name]

    def _first_day(self, said: dict[str, Any]) -> date:
        kept = date.fromisoformat(said["from"]) if said.get("from") else None
        return kept if kept and kept >= timezone.localdate() else self._next_working_day()

    @staticmethod
    def _next_working_day() -> date:
        calendar = agenda.Calendar(Company.current().country)
        return calendar.in_working_days(timezone.localdate(), 1)
