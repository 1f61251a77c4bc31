"""Settings pages of office/urls/people.py in the role table."""

from __future__ import annotations

from tests.access.expect import Page

ADMIN = ("administrator",)

PAGES: dict[str, Page] = {
    "office:users": Page(exists_for=ADMIN),
}
