"""Icons as inline SVG. The commonest are drawn once a page and referred to from its rows."""

from functools import cache, lru_cache
from importlib.resources import files
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SHEET = (
    "arrow-left",
    "arrow-right",
    "building-2",
    "calendar",
    "calendar-arrow-up",
    "calendar-plus",
    "check",
    "chevron-down",
    "chevron-right",
    "ellipsis",
    "file-text",
    "mail",
    "pencil",
    "phone",
    "plus",
    "square-check",
    "sticky-note",
    "unlink",
    "user-round",
    "users",
    "x",
)
"""Drawn once in every page (`{% icon_sheet %}`), because rows repeat them by the hundred."""

UNKNOWN = "circle-question-mark"
"""Stands for an icon that the package doesn't have, such as a misspelt one of a module."""

SIZES = {"": "i", "s": "i i-s", "l": "i i-l"}


@cache
def _drawings() -> ZipFile:
    """The package's own file, opened once: its tag opens it anew, 30 ms, for each icon."""
    return ZipFile(files("lucide").joinpath("lucide.zip").open("rb"))


@lru_cache(maxsize=512)
def _shapes(name: str) -> str:
    """What is inside the <svg> of an icon."""
    try:
        svg = _drawings().read(f"{name}.svg").decode()
    except KeyError:
        svg = _drawings().read(f"{UNKNOWN}.svg").decode()
    inside = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return " ".join(inside.split()).replace("> <", "><").replace(" />", "/>")


@lru_cache(maxsize=2048)
def svg(name: str, size: str = "", classes: str = "") -> SafeString:
    """One icon, hidden from screen readers. `size`: "s" 14 px, "" 16, "l" 20."""
    names = f"{SIZES.get(size, 'i')} {classes}".strip()
    inside = f'<use href="#i-{name}"/>' if name in SHEET else _shapes(name)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        names,
        mark_safe(inside),  # noqa: S308 (the package's own drawing, chosen by name)
    )


@lru_cache(maxsize=1)
def sheet() -> SafeString:
    """The drawings that `svg` refers to; stands once in each page."""
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{_shapes(name)}</symbol>' for name in SHEET
    )
    return mark_safe(f'<svg class="icon-sheet" aria-hidden="true">{symbols}</svg>')  # noqa: S308
