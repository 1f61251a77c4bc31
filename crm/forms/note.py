"""What somebody writes down: a note, a call, a meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crm.constants import EntryKind
from web.forms import Form, OnceField

WRITABLE = (EntryKind.NOTE, EntryKind.CALL, EntryKind.MEETING)
ICONS = {EntryKind.NOTE: "sticky-note", EntryKind.CALL: "phone", EntryKind.MEETING: "users"}


class NoteForm(Form):
    """``kind``, ``text`` and with whom it was, if with anybody."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in WRITABLE])
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Write what happened.")},
    )
    contact = forms.IntegerField(required=False)
    once = OnceField()

    @property
    def kinds(self) -> list[dict[str, Any]]:
        """The tabs: value, label, icon, and whether it is the chosen one."""
        chosen = str(self["kind"].value() or EntryKind.NOTE)
        return [
            {
                "value": kind.value,
                "label": kind.label,
                "icon": ICONS[kind],
                "chosen": kind.value == chosen,
            }
            for kind in WRITABLE
        ]
