"""Days for the first todos that an import makes: spread so that they drown nobody. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta

from crm.agenda import Calendar

_DAY = timedelta(days=1)


class Spread:
    """Working days from a day on, at most ``a_day`` todos a day for each person; 0: no limit.

    A person's days follow each other without a gap, in the order in which they are asked for, so
    that the same rows in the same order always get the same days. Todos that are there already,
    and those that the file itself gives, aren't counted in: they were promised for their days.
    """

    def __init__(self, calendar: Calendar, first: date, a_day: int = 0) -> None:
        self.calendar, self.a_day = calendar, a_day
        self.first = calendar.next_working_day(first)
        self._filled: dict[Hashable, tuple[date, int]] = {}

    def next_day(self, person: Hashable) -> date:
        """The day of the next todo of a person."""
        day, taken = self._filled.get(person, (self.first, 0))
        if self.a_day and taken >= self.a_day:
            day, taken = self.calendar.next_working_day(day + _DAY), 0
        self._filled[person] = (day, taken + 1)
        return day
