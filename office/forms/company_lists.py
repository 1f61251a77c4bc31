"""The long lists of the company's form, named in the reader's language: zones, countries, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils import timezone

from accounts.models.company import time_zones
from web.dates import language
from web.text import fold, sort_key

USUAL_MONEY: Final = ("HUF", "EUR", "USD", "GBP", "CHF", "CZK", "PLN", "RON")
MOST_ZONES: Final = 40


@dataclass(frozen=True)
class Zone:
    """A time zone as it is offered; ``place`` is the city or country in words."""

    name: str
    place: str
    words: str

    @property
    def shown(self) -> str:
        return self.name.replace("_", " ")

    def offset(self, now: datetime) -> str:
        """ "UTC+01:00": what its clocks show now."""
        text = now.astimezone(ZoneInfo(self.name)).strftime("%z")
        return f"UTC{text[:3]}:{text[3:5]}"


def countries() -> list[tuple[str, str]]:
    """Those whose public holidays are known, by their names."""
    return _countries(language())


@lru_cache(maxsize=2)
def _countries(code: str) -> list[tuple[str, str]]:
    names = Locale(code).territories
    known = [(one, names.get(one, one)) for one in holidays.list_supported_countries()]
    return sorted(known, key=lambda pair: sort_key(pair[1]))


def currencies() -> list[tuple[str, str]]:
    """Those in use now; the usual ones first."""
    return _currencies(language())


@lru_cache(maxsize=2)
def _currencies(code: str) -> list[tuple[str, str]]:
    in_use = {
        currency
        for used in get_global("territory_currencies").values()
        for currency, _start, end, tender in used
        if end is None and tender
    }
    names = Locale(code).currencies
    rest = sorted(in_use - set(USUAL_MONEY), key=lambda one: sort_key(names.get(one, one)))
    return [(one, f"{one} · {names.get(one, one)}") for one in (*USUAL_MONEY, *rest)]


@lru_cache(maxsize=2)
def _zones(code: str) -> tuple[Zone, ...]:
    found = []
    for name in sorted(time_zones()):
        if "/" not in name or name.startswith(("Etc/", "SystemV/", "posix/", "right/")):
            continue
        zone = ZoneInfo(name)
        place = get_timezone_location(zone, locale=code)
        city = get_timezone_location(zone, locale=code, return_city=True)
        found.append(Zone(name, place, f" {fold(f'{_spaced(name)} {place} {city}')}"))
    return (*found, Zone("UTC", "UTC", " utc"))


def find_zones(typed: str) -> list[Zone]:
    """The zones in which each typed word begins a word: by the zone's name or the place's."""
    wanted = fold(_spaced(typed)).split()
    found = [zone for zone in _zones(language()) if all(f" {w}" in zone.words for w in wanted)]
    # "vien" means Vienna rather than Vientiane: the shorter word is the better known place.
    return sorted(found, key=lambda zone: len(zone.name) if wanted else 0)[:MOST_ZONES]


def zone_of(typed: str) -> str:
    """The name of the zone that was typed or chosen; empty when it isn't exactly one."""
    name = typed.strip().replace(" ", "_")
    if name in time_zones():
        return name
    found = find_zones(typed) if typed.strip() else []
    return found[0].name if len(found) == 1 else ""


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("/", " ").replace("-", " ")


def now_in(zone: Zone) -> str:
    return zone.offset(timezone.now())
