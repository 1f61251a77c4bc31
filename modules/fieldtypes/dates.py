"""Dates, and dates with a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Widget
from django.utils import timezone
from django.utils.translation import gettext_lazy

from modules.fieldtypes.base import MEASURED, FieldKind, one_text
from modules.fieldtypes.typed_days import (
    at,
    clock_text,
    day_text,
    day_words,
    read_day,
    read_moment,
)
from modules.models.field import Field, FieldType


class DateKind(FieldKind):
    key = FieldType.DATE
    icon = "calendar"
    column = "day"
    operators = MEASURED
    hint = gettext_lazy("A day: deadline, birthday")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.TextInput(
            attrs={"placeholder": day_text(timezone.localdate()), "autocomplete": "off"}
        )

    def clean(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, datetime):
            return timezone.localtime(raw).date()
        if isinstance(raw, date):
            return raw
        text = one_text(raw)
        return read_day(text) if text else None

    def edit(self, field: Field, value: Any) -> Any:
        return day_text(value) if isinstance(value, date) else value

    def dump(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def display(self, field: Field, value: Any) -> str:
        return "" if value is None else day_words(value)


class MomentKind(FieldKind):
    """To the minute: seconds are nothing that people type."""

    key = FieldType.MOMENT
    icon = "calendar-clock"
    column = "moment"
    operators = MEASURED
    hint = gettext_lazy("A day with a time")

    def widget(self, field: Field, current: Any = None) -> Widget:
        now = f"{day_text(timezone.localdate())} 14:00"
        return forms.TextInput(attrs={"placeholder": now, "autocomplete": "off"})

    def clean(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, datetime):
            # Of the local time: long ago zones were off by seconds too.
            local = timezone.localtime(raw).replace(second=0, microsecond=0)
            return local.astimezone(UTC)
        if isinstance(raw, date):
            return at(raw, time())
        text = one_text(raw)
        return read_moment(text) if text else None

    def edit(self, field: Field, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        return f"{day_text(timezone.localtime(value).date())} {clock_text(value)}"

    def dump(self, value: Any) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat()

    def load(self, field: Field, json: Any) -> Any:
        try:
            moment = datetime.fromisoformat(str(json)) if json else None
        except ValueError:
            return super().load(field, json)
        return moment if moment is None or moment.tzinfo else self._at(moment)

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        return f"{day_words(timezone.localtime(value).date())}, {clock_text(value)}"

    def _at(self, naive: datetime) -> datetime | None:
        try:
            return at(naive.date(), naive.time())
        except ValidationError:
            return None
