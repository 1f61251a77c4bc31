"""A browser's name for itself, in words a person knows."""

import re
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

_BROWSERS: Final = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"HeadlessChrome/|Chrome/|CriOS/|Chromium/"), "Chrome"),
    (re.compile(r"Version/[\d.]+.*Safari/"), "Safari"),
)
_SYSTEMS: Final = (
    (re.compile(r"Android"), "Android"),
    (re.compile(r"iPhone|iPod"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "macOS"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)


def _first(patterns: tuple[tuple[re.Pattern[str], str], ...], agent: str) -> str:
    return next((name for pattern, name in patterns if pattern.search(agent)), "")


@lru_cache(maxsize=512)
def name(agent: str) -> str:
    """“Firefox, Windows” from a User-Agent header; empty when neither is known."""
    known = (_first(_BROWSERS, agent), _first(_SYSTEMS, agent))
    return ", ".join(part for part in known if part)


def describe(agent: str) -> str:
    """The same for people: says so when neither is known."""
    return name(agent) or _("Unknown browser")


def is_phone(agent: str) -> bool:
    """Whether the device is held in the hand, for its icon."""
    return bool(re.search(r"Android|iPhone|iPad|Mobile", agent))
