"""When something is due, as every form of a todo asks it: a chip, typed words, a time of day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Company
from crm import agenda, words
from crm.agenda import Calendar, Chip
from crm.typed_dates import Unreadable, parse_when
from crm.typed_times import read_time
from web.forms import Form
from web.text import fold

TYPED = "typed"
"""The value of the chip "Pick": the day stands in ``when_text``."""


@dataclass(frozen=True)
class Moment:
    """Now, in the company's zone and working days: what chips and typed dates count from."""

    now: datetime
    zone: ZoneInfo
    calendar: Calendar

    @classmethod
    def current(cls) -> Moment:
        company = Company.current()
        return cls(timezone.now(), company.zone, Calendar(company.country))

    @property
    def today(self) -> date:
        return agenda.today(self.now, self.zone)

    def day_of(self, due: datetime) -> date:
        return agenda.local_date(due, self.zone)

    def time_of(self, due: datetime) -> time:
        return due.astimezone(self.zone).time()


@dataclass(frozen=True)
class DayChip:
    """An offered day: ``value`` is its ISO date, ``small`` the real date beside the word."""

    value: str
    label: str
    small: str
    key: str


def day_chips(chips: list[Chip], moment: Moment) -> list[DayChip]:
    """The chips of agenda in words; today's needs no date beside it."""
    return list(_in_words(tuple(chips), moment.today, get_language()))


@lru_cache(maxsize=256)
def _in_words(chips: tuple[Chip, ...], today: date, _language: str | None) -> tuple[DayChip, ...]:
    return tuple(
        DayChip(
            value=chip.day.isoformat(),
            label=words.chip_label(chip.key, chip.day, today),
            small="" if chip.day == today else words.chip_day(chip.day, today),
            key=chip.key,
        )
        for chip in chips
    )


def plan_chips(moment: Moment, *more: date) -> list[DayChip]:
    """The days offered for a new todo, and those that a suggestion or a saved todo needs."""
    chips = [
        replace(chip, key="")  # the keys belong to the ideas beside them
        for chip in day_chips(agenda.plan_chips(moment.today, moment.calendar), moment)
    ]
    known = {chip.value for chip in chips}
    for day in sorted({day for day in more if day.isoformat() not in known}):
        label = words.chip_day(day, moment.today)
        chips.append(DayChip(day.isoformat(), label, "", ""))
    return sorted(chips, key=lambda chip: chip.value)


class WhenForm(Form):
    """Day and time of day; gives ``due_at`` and ``timed``.

    A chip goes before what was typed, unless ``text_first``: there both are in sight, and a chip
    clears the text. A past time is taken only once the question about it (``past_ok``, offered by
    ``asks_about_past``) was answered; ``keeps`` is a due time that needs no question, because it
    is the saved one.
    """

    when = forms.CharField(label=gettext_lazy("When?"), required=False, max_length=20)
    when_text = forms.CharField(label=gettext_lazy("Another day"), required=False, max_length=100)
    at = forms.CharField(label=gettext_lazy("Time"), required=False, max_length=20)
    text_first = forms.BooleanField(required=False, widget=forms.HiddenInput)
    past_ok = forms.BooleanField(
        label=gettext_lazy("Keep this time, although it has passed"), required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        moment: Moment | None = None,
        keeps: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.moment = moment or Moment.current()
        self.keeps = keeps
        self.asks_about_past = False

    @cached_property
    def said(self) -> dict[str, str]:
        """Every field's present value as a template compares and prints it."""
        return {name: as_text(self[name].value()) for name in self.fields}

    def wants_date(self) -> bool:
        """Whether a day must be given; forms where the todo is optional say no."""
        return True

    def clean_at(self) -> time | None:
        text = self.cleaned_data["at"].strip()
        if not text:
            return None
        try:
            found = read_time(fold(text), alone=True)
        except Unreadable:
            found = None
        if found is None:
            raise forms.ValidationError(_("Write the time like 9:30, or leave it empty."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            found = self._read()
        except Unreadable as unreadable:
            self.add_error("when", unreadable.message)
            return data
        if found is None or "at" in self.errors:
            return data
        day, at = found
        try:
            data["due_at"] = agenda.due_at(day, at, self.moment.zone)
        except ValueError:
            self.add_error("when", _("That day is too far away. Choose a nearer one."))
            return data
        data["timed"] = at is not None
        self._ask_about_past(data)
        return data

    def _read(self) -> tuple[date, time | None] | None:
        """The day and the time; None, with the error set, when no day was given."""
        data, moment = self.cleaned_data, self.moment
        chosen, typed = data.get("when", ""), data.get("when_text", "").strip()
        at: time | None = data.get("at")
        if chosen and chosen != TYPED and not (typed and data.get("text_first")):
            try:
                return date.fromisoformat(chosen), at
            except ValueError:
                typed = typed or chosen
        if typed:
            local = moment.now.astimezone(moment.zone).time()
            when = parse_when(typed, moment.today, local)
            return when.day, when.at or at
        if self.wants_date():
            self.add_error("when", _("Choose a day or write one: “tomorrow 9:30”, “8 Dec”."))
        return None

    def _ask_about_past(self, data: dict[str, Any]) -> None:
        due: datetime = data["due_at"]
        if due >= self.moment.now or due == self.keeps or data.get("past_ok"):
            return
        self.asks_about_past = True
        self.add_error("when", _("This todo would start overdue. Pick a later day."))


def initial_when(due: datetime, timed: bool, moment: Moment) -> dict[str, str]:
    """The fields' values that say a saved due time again."""
    at = moment.time_of(due) if timed else None
    day = moment.day_of(due)
    return {"when": day.isoformat(), "at": f"{at:%H:%M}" if at else ""}


def as_text(value: Any) -> str:
    return "" if value is None or value is False else str(value)
