"""What every page draws: icons, faces, chips, dates, fields."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any, Protocol
from zlib import crc32

from django import template
from django.forms import BoundField, CheckboxInput
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from web import dates, icons
from web.forms import PLAIN

register = template.Library()

HUES = ("indigo", "sky", "teal", "moss", "olive", "sand", "clay", "plum", "violet")
AVATAR_SIZES = {20: "s", 28: "", 32: "m", 40: "l", 96: "xl"}
MOST = 999
"""Counts are exact up to here."""
DEFAULT_HUE = "slate"


class Person(Protocol):
    """What an avatar needs of a user."""

    @property
    def full_name(self) -> str: ...
    @property
    def initials(self) -> str: ...
    @property
    def hue(self) -> str: ...
    @property
    def picture_url(self) -> str: ...


class Status(Protocol):
    """What a chip needs of a status."""

    @property
    def name(self) -> str: ...
    @property
    def hue(self) -> str: ...


class Said(template.Node):
    """A text in quotes: translated once into each language."""

    def __init__(self, node: TranslateNode) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self.said:
            self.said[language] = self.node.render(context)
        return self.said[language]


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """As Django's, which `{% load i18n ui %}` replaces by this one."""
    node = do_translate(parser, token)
    text = node.filter_expression
    quoted = getattr(text.var, "literal", None) is not None and not text.filters
    return Said(node) if quoted and not node.asvar and node.message_context is None else node


@register.simple_tag
def icon(name: str, size: str = "", **attributes: str) -> SafeString:
    """`{% icon "phone" %}`; `size="s"` 14 px, none 16, `"l"` 20; `class="…"` adds classes."""
    return icons.svg(str(name), size, attributes.get("class", ""))


@register.simple_tag
def icon_sheet() -> SafeString:
    """The drawings that icons refer to: once in each page's body."""
    return icons.sheet()


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A template that draws the same in every page of a language: drawn once in a process."""
    return _fixed(template_name, get_language())


@lru_cache(maxsize=32)
def _fixed(template_name: str, _language: str | None) -> SafeString:
    return render_to_string(template_name)


def _size(pixels: int) -> SafeString:
    size = AVATAR_SIZES.get(pixels, "")
    return format_html(' data-size="{}"', size) if size else mark_safe("")


@register.simple_tag
def avatar(user: Person | None, size: int = 28) -> SafeString:
    """A user's picture, else initials; nobody is a dashed ring. Sizes 20 28 32 40 96."""
    if not user:
        return _nobody(_("Unassigned"), size)
    return _face(user.full_name, user.hue, user.initials, user.picture_url, size)


@lru_cache(maxsize=16)
def _nobody(name: str, size: int) -> SafeString:
    return format_html(
        '<span class="avatar" data-none role="img" aria-label="{0}" title="{0}"{1}>{2}</span>',
        name,
        _size(size),
        icons.svg("user-round", "s"),
    )


@lru_cache(maxsize=2048)
def _face(name: str, hue: str, initials: str, picture: str, size: int) -> SafeString:
    if picture:
        return format_html(
            '<img class="avatar" src="{1}" alt="{0}" title="{0}" loading="lazy"{2}>',
            name,
            picture,
            _size(size),
        )
    return format_html(
        '<span class="avatar hue-{1}" role="img" aria-label="{0}" title="{0}"{2}>{3}</span>',
        name,
        hue,
        _size(size),
        initials,
    )


@register.simple_tag
def avatar_text(name: str, size: int = 28, *, org: bool = False) -> SafeString:
    """Initials of a client or a contact, always in the same hue; decoration beside the name."""
    words = [word for word in str(name).split() if word[:1].isalnum()][:2]
    initials = "".join(word[0] for word in words).upper() or "?"
    hue = HUES[crc32(str(name).encode()) % len(HUES)]
    square = mark_safe(" data-org") if org else mark_safe("")
    return format_html(
        '<span class="avatar hue-{}" aria-hidden="true"{}{}>{}</span>',
        hue,
        _size(size),
        square,
        initials,
    )


@register.simple_tag
def status_chip(status: Status | None, *, bare: bool = False) -> SafeString:
    """A status as a tinted chip with its dot; `bare` is the dot and the word alone."""
    if not status:
        return mark_safe("")
    return format_html(
        '<span class="status hue-{}"{}><span class="clip">{}</span></span>',
        status.hue or DEFAULT_HUE,
        mark_safe(" data-bare") if bare else mark_safe(""),
        status.name,
    )


def _arc(done: int, total: int, around: float) -> str:
    part = max(0.0, min(1.0, done / total)) if total else 0.0
    return f"{part * around:.1f} {around:.1f}"


@register.simple_tag
def meter(done: int, total: int) -> SafeString:
    """A small ring filled by how much is done."""
    said = _("%(done)s of %(total)s done") % {"done": done, "total": total}
    return format_html(
        '<svg class="meter" viewBox="0 0 18 18" role="img" aria-label="{}">'
        '<circle cx="9" cy="9" r="7"/><circle cx="9" cy="9" r="7" stroke-dasharray="{}" '
        'transform="rotate(-90 9 9)"/></svg>',
        said,
        _arc(done, total, 44.0),
    )


@register.simple_tag
def day_ring(done: int, total: int) -> SafeString:
    """The big ring of My day, with the number that is done inside."""
    said = _("%(done)s of %(total)s done") % {"done": done, "total": total}
    return format_html(
        '<svg class="day-ring" viewBox="0 0 54 54" role="img" aria-label="{0}">'
        '<circle cx="27" cy="27" r="23"/>{1}'
        '<text x="27" y="32" aria-hidden="true">{2}</text></svg>',
        said,
        format_html(
            '<circle cx="27" cy="27" r="23" stroke-dasharray="{}" transform="rotate(-90 27 27)"/>',
            _arc(done, total, 144.5),
        )
        if done
        else "",
        count999(done),
    )


@register.simple_tag
def due_time(value: date | datetime | None) -> SafeString:
    """A short date that tells the whole one on hover and to machines."""
    if value is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        dates.local_day(value).isoformat(),
        dates.long(value),
        dates.short(value),
    )


@register.filter
def day_short(value: date | datetime | None) -> str:
    """ "Thu 26" near, "8 Dec" far."""
    return dates.short(value) if value else ""


@register.filter
def day_weekday(value: date | datetime | None) -> str:
    """ "Mon 23 Nov"."""
    return dates.with_weekday(value) if value else ""


@register.filter
def day_long(value: date | datetime | None) -> str:
    """ "Thursday 26 November 2026"."""
    return dates.long(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """ "14:00"."""
    return dates.clock(value) if value else ""


@register.filter
def count999(value: int | None) -> str:
    """Exact up to 999, then "999+"; a number that says more of itself than digits says it."""
    number = value or 0
    return str(number) if number <= MOST else f"{MOST}+"


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is a single box, whose label stands after it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The field's control with the class of the style sheet, also for another package's form."""
    attrs: dict[str, Any] = {}
    if not isinstance(field.field.widget, PLAIN):
        name = "check" if is_check(field) else "input"
        own = str(field.field.widget.attrs.get("class", "")).split()
        attrs["class"] = " ".join(dict.fromkeys([name, *own]))
    return field.as_widget(attrs=attrs)


@register.simple_tag
def options(records: Iterable[Any], chosen: Any, own: Any = None) -> SafeString:
    """The options of a select: people by their full names; ``own`` is the one whose face is shown.

    Drawn here and not by a template, because a company has dozens and a page several selects.
    """
    picked, mine = str(chosen), own.pk if own else None
    drawn = [
        f'<option value="{pk}"{" selected" if str(pk) == picked else ""}'
        f"{' data-own' if pk == mine else ''}>{escape(one.full_name)}</option>"
        for one in records
        for pk in (one.pk,)
    ]
    return mark_safe("".join(drawn))  # noqa: S308 (escaped above)


@register.simple_tag
def due_chips(chips: Iterable[Any], name: str, chosen: str) -> SafeString:
    """The days offered as radio buttons. Every page offers the same ones all day."""
    said = tuple([(chip.value, chip.label, chip.small, chip.key) for chip in chips])
    return _due_chips(said, name, str(chosen))


@lru_cache(maxsize=1024)
def _due_chips(chips: tuple[tuple[str, str, str, str], ...], name: str, chosen: str) -> SafeString:
    drawn = [
        format_html(
            '<label class="due"><input type="radio" name="{}" value="{}"{}{}> {} {}</label>',
            name,
            value,
            mark_safe(" checked") if value == chosen else "",
            format_html(' data-key="{}"', key) if key else "",
            label,
            format_html("<small>{}</small>", small) if small else "",
        )
        for value, label, small, key in chips
    ]
    return mark_safe("".join(drawn))  # noqa: S308 (escaped above)


@register.simple_tag
def type_choices(types: Iterable[Any], chosen: str) -> SafeString:
    """Types of todos as icons in radio buttons; the same few on every page."""
    said = tuple([(str(one.pk), one.name, one.icon) for one in types])
    return _type_choices(said, str(chosen))


@lru_cache(maxsize=256)
def _type_choices(types: tuple[tuple[str, str, str], ...], chosen: str) -> SafeString:
    drawn = [
        format_html(
            '<label title="{0}"><input class="sr" type="radio" name="type" value="{1}"'
            ' aria-label="{0}"{2}> {3}</label>',
            name,
            key,
            mark_safe(" checked") if key == chosen else "",
            icons.svg(icon, "s"),
        )
        for key, name, icon in types
    ]
    return mark_safe("".join(drawn))  # noqa: S308 (escaped above)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, control, hint and errors of a field: `{% field form.email %}`."""
    return mark_safe(render_to_string("web/_field.html", {"field": bound}))  # noqa: S308


@register.filter
def toast_parts(message: Any) -> dict[str, str]:
    """A waiting message taken apart: text, tone (done, info, late), undo (address or nothing)."""
    tone, undo = "info", ""
    extra = str(message.extra_tags or "")
    if extra.startswith("{"):
        parts = json.loads(extra)
        tone, undo = parts.get("tone", tone), parts.get("undo", undo)
    elif message.level_tag == "error":
        tone = "late"
    elif message.level_tag == "success":
        tone = "done"
    return {"text": str(message), "tone": tone, "undo": undo}
