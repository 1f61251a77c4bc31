"""What axe-core finds on a page, as lines that say what and where."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Theme = Literal["light", "dark"]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What a theme changes is colour; the other rules need one look.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
LOOKED_AT: dict[Theme, dict[str, Any]] = {
    "light": {"type": "tag", "values": WCAG},
    "dark": {"type": "rule", "values": OF_COLOUR},
}
PHONE = {"width": 390, "height": 844}


def bring(page: Page) -> None:
    """For many pages: axe comes with each that is opened from now on, half a megabyte sent once."""
    page.add_init_script(Axe().axe_script)


def found(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A/AA in the light theme, and of colour in the dark one."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # The theme that the page is in comes first: another one computes each of its styles again.
    dark_first = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    themes: tuple[Theme, ...] = ("dark", "light") if dark_first else ("light", "dark")
    return [violation for theme in themes for violation in _run(page, theme)]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways on a phone."""
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    if before:
        page.set_viewport_size(before)
    return [f"phone: {width} px wide"] if width > PHONE["width"] else []


def _run(page: Page, theme: Theme) -> list[str]:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    # What is preloaded serves a rule that is none of WCAG's, and loads every style sheet again.
    options = {"runOnly": LOOKED_AT[theme], "resultTypes": ["violations"], "preload": False}
    violations = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{theme}: {rule['id']} at {' '.join(map(str, node['target']))}"
        for rule in violations
        for node in rule["nodes"]
    ]
