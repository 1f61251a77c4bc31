"""Looking things up in the activity log: filters, pages, and the rows of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from crm import agenda
from office.activity_verbs import KINDS, of_kind
from office.activity_words import Told, tell
from web.forms import Form
from web.paging import Cursor
from web.text import fold

PAGE: Final = 50
BLOCK: Final = 1000
SYSTEM: Final = "system"
# The letters that fold to each plain one, of the languages that names here come from.
_ALIKE: Final = {
    "a": "aáàâäãåăąā", "c": "cćčç", "d": "dďđ", "e": "eéèêëěęē", "g": "gğ", "i": "iíìîïī",
    "l": "lłľĺ", "n": "nńňñ", "o": "oóòôöőõøō", "r": "rřŕ", "s": "sśšşș", "t": "tťţț",
    "u": "uúùûüűůū", "y": "yýÿ", "z": "zźžż",
}  # fmt: skip


class ActivityFilter(Form):
    """What is looked for. Each may be empty; what can't be read counts as empty."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    q = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), user.full_name) for user in User.objects.by_name()]
        self._choices("who", [("", _("Everyone")), *people, (SYSTEM, _("The system"))])
        kinds = [(key, kind.label) for key, kind in KINDS.items()]
        self._choices("kind", [("", _("Everything")), *kinds])
        for name in ("who", "kind", "since", "until"):
            self.fields[name].widget.attrs["data-submit"] = True

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = choices

    def found(self) -> QuerySet[AuditEntry]:
        """The entries that fit, newest first."""
        self.is_valid()
        data = self.cleaned_data
        rows = AuditEntry.objects.select_related("actor").order_by("-at", "-pk")
        if who := data.get("who"):
            rows = rows.filter(actor=None if who == SYSTEM else int(who))
        if kind := data.get("kind"):
            rows = rows.filter(of_kind(kind))
        rows = rows.filter(_days(data.get("since"), data.get("until")))
        if q := (data.get("q") or "").strip():
            rows = rows.filter(_holds(q))
        return rows

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.values())


def _days(since: date | None, until: date | None) -> Q:
    """From the first instant of a day to the last of another, in the company's zone."""
    zone: Any = timezone.get_current_timezone()
    first, last = agenda.FIRST_DAY, agenda.LAST_DAY
    asked = Q()
    if since:
        asked &= Q(at__gte=agenda.day_start(max(first, min(since, last)), zone))
    if until:
        day = max(first, min(until, last - timedelta(days=1)))
        asked &= Q(at__lt=agenda.day_start(day + timedelta(days=1), zone))
    return asked


def _holds(text: str) -> Q:
    """Every word somewhere in the record's name, the address or the device; accents don't matter,
    and neither does case, which SQLite only knows of English letters.
    """
    asked = Q()
    for word in fold(text).split():
        pattern = "".join(_letter(letter) for letter in word)
        asked &= (
            Q(target_text__regex=pattern) | Q(device__regex=pattern) | Q(address__startswith=word)
        )
    return asked


def _letter(letter: str) -> str:
    alike = _ALIKE.get(letter, letter)
    if not letter.isalpha():
        return re.escape(letter)
    return f"[{alike}{alike.upper()}]"


def page_of(rows: QuerySet[AuditEntry], after: str) -> tuple[list[Told], str]:
    """One page behind a cursor, and the cursor of the next one (empty: there is none)."""
    cursor = Cursor.decode(after)
    if cursor is not None:
        behind = Q(at__lt=cursor.due_at) | Q(at=cursor.due_at, pk__lt=cursor.id)
        rows = rows.filter(behind, at__lte=cursor.due_at)
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    told = [tell(one) for one in found[:PAGE]]
    day = timezone.localtime(cursor.due_at).date() if cursor else None
    for at, one in enumerate(told):
        if one.local.date() != day:
            day = one.local.date()
            told[at] = replace(one, heads_day=True)
    return told, Cursor(last.at, last.pk).encode() if last else ""


def blocks(rows: QuerySet[AuditEntry], most: int) -> Iterator[list[AuditEntry]]:
    """The first ``most`` rows, a thousand at a time, each block a query of its own."""
    cursor: Cursor | None = None
    while most > 0:
        behind = rows
        if cursor is not None:
            older = Q(at__lt=cursor.due_at) | Q(at=cursor.due_at, pk__lt=cursor.id)
            behind = rows.filter(older, at__lte=cursor.due_at)
        block = list(behind[: min(BLOCK, most)])
        if not block:
            return
        yield block
        most -= len(block)
        cursor = Cursor(block[-1].at, block[-1].pk)
