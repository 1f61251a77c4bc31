"""When things happen in the demo: todos ahead in every band, and a believable past."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from crm import agenda

SLOTS = tuple(time(hour, minute) for hour in range(8, 17) for minute in (0, 30))[1:]
NEXT_BAND = {"week": "next-week", "month": "next-month"}
LATER_DAYS = 120
DAY = timedelta(days=1)


class Times:
    """The demo's clock, calendar and dice."""

    def __init__(self, now: datetime, zone: ZoneInfo, country: str, random: Random) -> None:
        self.now, self.zone, self.random = now, zone, random
        self.today = agenda.today(now, zone)
        self.calendar = agenda.Calendar(country)
        self.bands = {band.band: band for band in agenda.band_ranges(now, zone)}
        self._slots_left = iter(self._rest_of_today())

    # Ahead

    def due(self, when: str, at: time | None) -> tuple[datetime, bool]:
        """The due time for "-12" (days ago), "0", "1" or a band, and whether it has a time of day.

        What was meant for earlier today goes to the next free half hour, else to any time today.
        """
        if when.lstrip("-").isdigit():
            day = self.today + int(when) * DAY
            if day < self.today:
                day = self._working_back(day)
        else:
            day = self._day_in(when)
        due = agenda.due_at(day, at, self.zone)
        if day == self.today and at is not None and due <= self.now:
            at = next(self._slots_left, None)
            due = agenda.due_at(day, at, self.zone)
        return due, at is not None

    def _day_in(self, key: str) -> date:
        band = self.bands.get(key) or self.bands[NEXT_BAND[key]]
        first = self.today + DAY
        if band.start is not None:
            first = agenda.local_date(band.start, self.zone)
        last = first + LATER_DAYS * DAY
        if band.end is not None and key != "later":
            last = agenda.local_date(band.end - timedelta(microseconds=1), self.zone)
        days = [first + n * DAY for n in range((last - first).days + 1)]
        working = [day for day in days if self.calendar.is_working(day)]
        return self.random.choice(working or days)

    def _rest_of_today(self) -> list[time]:
        rest = (time(hour, minute) for hour in range(8, 19) for minute in (0, 30))
        soon = self.now + timedelta(minutes=20)
        return [at for at in rest if agenda.due_at(self.today, at, self.zone) > soon]

    # Behind

    def _working_back(self, day: date) -> date:
        while not self.calendar.is_working(day):
            day -= DAY
        return day

    def days_ago(self, days: float) -> datetime:
        """A moment in office hours on the working day that many days ago (or just before)."""
        day = self._working_back(self.today - int(days) * DAY)
        moment = self._in_office(day)
        return moment if moment < self.now else self.earlier_today()

    def at_days_ago(self, days: int, at: time) -> datetime:
        return agenda.due_at(self._working_back(self.today - days * DAY), at, self.zone)

    def earlier_today(self) -> datetime:
        """A moment of today that is over: in office hours, if they have begun."""
        start = agenda.day_start(self.today, self.zone)
        opening = agenda.due_at(self.today, time(8), self.zone)
        if opening + timedelta(minutes=30) < self.now:
            start = opening
        return start + (self.now - start) * (0.2 + 0.7 * self.random.random())

    def spread(self, start: datetime, end: datetime, count: int) -> list[datetime]:
        """That many moments in office hours, one after the other, from `start` until `end`."""
        moments: list[datetime] = []
        last = start
        for n in range(1, count + 1):
            share = min(1.0, (n - 0.5 * self.random.random()) / count)
            day = agenda.local_date(start + (end - start) * share, self.zone)
            moment = self._in_office(self._working_back(day))
            if not last < moment < end:  # a short time, or days off in between
                moment = last + (end - last) / (count - n + 2)
            last = moment
            moments.append(moment)
        return moments

    def _in_office(self, day: date) -> datetime:
        at = time(self.random.randrange(8, 17), self.random.randrange(60))
        return agenda.due_at(day, at, self.zone)
