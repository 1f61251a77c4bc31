"""Step 3: what somebody mends of a row, in the row itself."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.http import QueryDict

from importer.actions.checking import Mending
from web.forms import Form

_CELL: Final = re.compile(r"cell-(\d{1,4})", re.ASCII)


class MendingForm(Form):
    """The row's number, and what of it changes; texts of cells come as "cell-3" (from 0)."""

    row = forms.IntegerField(min_value=1)
    client = forms.IntegerField(min_value=0, required=False)
    out = forms.ChoiceField(choices=[("", ""), ("1", "1"), ("0", "0")], required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.sent = data

    def mending(self) -> Mending:
        """What is to be kept; of a row that is left out, nothing else."""
        said: dict[str, Any] = self.cleaned_data
        out = {"1": True, "0": False}.get(said["out"])
        if out is not None:
            return Mending(out=out)
        cells = {
            int(found[1]): str(self.sent[name]).strip()
            for name in self.sent
            if (found := _CELL.fullmatch(name))
        }
        return Mending(cells, said["client"])
