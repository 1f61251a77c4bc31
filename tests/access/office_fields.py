"""Settings pages of office/urls/fields.py in the role table."""

from __future__ import annotations

from tests.access.expect import Page

PAGES: dict[str, Page] = {}
