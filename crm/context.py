"""What the bar on top of every page shows; asked for only by pages that draw it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import User
from crm import access
from crm.models import Todo
from modules.models import Module
from web import icons
from web.prepared import Prepared

# A badge says 999+ beyond 999; nobody needs a count of more todos than this read on every page.
MOST = 5000
_MODULES = Prepared(lambda pk, role: Module.objects.for_user(User(pk=pk, role=role)))
_LATE = Prepared(
    lambda user, now: (
        Todo.objects.open()
        .filter(responsible=user, due_at__lt=now)
        .in_due_order()
        .values_list("module_id", flat=True)[:MOST]
    )
)
_CURRENT_PAGE = SafeString(' aria-current="page"')
_CURRENT = SafeString(' aria-current="true"')


@dataclass(frozen=True)
class BarModule:
    """A tab of the bar; ``overdue`` counts the user's own overdue todos in the module.

    ``number`` is its place in the bar, from 1.
    """

    module: Module
    overdue: int
    current: bool
    number: int

    @cached_property
    def url(self) -> str:
        return reverse("crm:module", args=[self.module.slug])

    @cached_property
    def menu_item(self) -> SafeString:
        """Drawn once for both menus of modules: that of a phone, and that of what has no room."""
        module = self.module
        return _menu_item(self.url, self.current, module.icon, module.name, module.pk, self.badge)

    @cached_property
    def tab(self) -> SafeString:
        """The module in the bar; the first nine have a key."""
        module = self.module
        return _tab(self.url, self.current, self.number, module.name, module.pk, self.badge)

    @cached_property
    def badge(self) -> SafeString:
        return late_badge(self.overdue)


# Every page draws them all: kept by everything that they say.


@lru_cache(maxsize=1024)
def _menu_item(
    url: str, current: bool, icon: str, name: str, pk: int, badge: SafeString
) -> SafeString:
    return format_html(
        '<a class="menu-item" href="{}"{}>{} {}<span class="late-n" data-badge="{}">{}</span></a>',
        url,
        _CURRENT if current else "",
        icons.svg(icon),
        name,
        pk,
        badge,
    )


@lru_cache(maxsize=1024)
def _tab(url: str, current: bool, number: int, name: str, pk: int, badge: SafeString) -> SafeString:
    return format_html(
        '<li><a class="tab" href="{}"{}{}>{}'
        ' <span class="late-n" data-badge="{}">{}</span></a></li>',
        url,
        _CURRENT_PAGE if current else "",
        format_html(' data-key="g {}"', number) if number < 10 else "",
        name,
        pk,
        badge,
    )


def late_badge(overdue: int) -> SafeString:
    """The number in its badge; nothing for none."""
    return _badge(overdue, get_language()) if overdue else SafeString("")


@lru_cache(maxsize=1024)
def _badge(overdue: int, language: str | None) -> SafeString:
    drawn = render_to_string("web/_late.html", {"n": overdue}).strip()
    return mark_safe(drawn)  # noqa: S308 (a template's output; stripping forgot that it is safe)


@dataclass
class Bar:
    """The user's modules in the company's order, with the number of todos they are late with."""

    user: User
    current_module_id: int | None

    @cached_property
    def overdue(self) -> Counter[int]:
        return _LATE.tally(self.user.pk, timezone.now())

    @cached_property
    def modules(self) -> list[BarModule]:
        return [
            BarModule(module, self.overdue[module.pk], module.pk == self.current_module_id, number)
            for number, module in enumerate(
                _MODULES.kept(self.user.pk, role=self.user.role), start=1
            )
        ]

    @property
    def my_day_overdue(self) -> int:
        return self.overdue.total()


def bar(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``bar_modules``, ``bar_title``, ``my_day_overdue``, ``may_import``.

    A page of a module, or of a datasheet in it, has said so by ``request.module_id``.
    """
    user = request.user
    if not isinstance(user, User):
        return {}
    module_id = getattr(request, "module_id", None)
    drawn = Bar(user, module_id)
    return {
        "bar_modules": SimpleLazyObject(lambda: drawn.modules),
        # What a phone's bar says on a page that is no module's and names no title of its own.
        "bar_title": "" if module_id else "Teendő",
        "my_day_overdue": lambda: drawn.my_day_overdue,  # a template calls it where it is drawn
        "may_import": access.may_import(user),
    }
