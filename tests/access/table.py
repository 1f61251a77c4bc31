"""The role table: an address that is not here fails the suite."""

from __future__ import annotations

from typing import Any

from tests.access.expect import MISSING, MOVED, NOT_ALLOWED, OK, Page, nothing, of
from tests.access.world import Record, World

OFFICE = ("manager", "administrator")

PAGES: dict[str, Page] = {}
