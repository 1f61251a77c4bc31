"""What is asked when a list is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.actions.exports import Choice
from crm.export.columns import GROUPS, IDS, Column
from crm.models import Export, ExportKind
from web.forms import Form, OnceField


@dataclass(frozen=True)
class ColumnGroup:
    """The columns that are ticked under one heading."""

    label: str
    columns: Sequence[tuple[Column, bool]]


class ExportForm(Form):
    """Which columns, and what file. ``last`` is how the user took such a list out before."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Which columns?"),
        choices=[
            ("list", gettext_lazy("As in the list")),
            ("all", gettext_lazy("All columns")),
            ("some", gettext_lazy("I choose")),
        ],
    )
    columns = forms.MultipleChoiceField(label=gettext_lazy("Columns"), required=False)
    with_ids = forms.BooleanField(
        label=gettext_lazy("With the numbers of clients and datasheets"),
        help_text=gettext_lazy(
            "By them each row finds its own record when the changed file is imported."
        ),
        required=False,
    )
    kind = forms.ChoiceField(label=gettext_lazy("What file?"), choices=ExportKind.choices)
    once = OnceField()

    def __init__(
        self, data: Any = None, *, offered: Sequence[Column], last: Export | None = None
    ) -> None:
        self.offered = [one for one in offered if one.key not in IDS]
        start: dict[str, Any] = {"choice": "list", "kind": ExportKind.XLSX, "with_ids": True}
        if last is not None:
            start = {"choice": last.choice, "kind": last.kind, "with_ids": last.with_ids}
        chosen = last.columns if last is not None and last.choice == "some" else []
        start["columns"] = chosen or [one.key for one in self.offered if one.listed]
        super().__init__(data, initial=start)
        columns = self.fields["columns"]
        assert isinstance(columns, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        columns.choices = [(one.key, one.label) for one in self.offered]

    def groups(self) -> list[ColumnGroup]:
        """The boxes to tick, under their headings."""
        ticked = set(self["columns"].value() or ())
        groups = (
            (label, [(one, one.key in ticked) for one in self.offered if one.group == key])
            for key, label in GROUPS.items()
        )
        return [ColumnGroup(str(label), columns) for label, columns in groups if columns]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (
            data.get("choice") == "some"
            and not data.get("columns")
            and "columns" not in self.errors
        ):
            self.add_error("columns", _("Choose at least one column."))
        return data

    def wanted(self) -> Choice:
        """What the valid form says."""
        data = self.cleaned_data
        columns = data["columns"] if data["choice"] == "some" else []
        return Choice(data["choice"], columns, data["with_ids"], data["kind"])
