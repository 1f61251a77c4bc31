"""A line of My day: what it shows, how it is read, and how it is drawn.

Two hundred of them may stand on the page, so they are read as plain rows and drawn here: as
records in a template they took nine tenths of the page's time. Everything that is not ours goes
through :func:`escape`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any, Literal, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models.company import full_name
from crm import agenda, words
from crm.constants import TodoState
from crm.forms.when import Moment
from crm.models import Todo
from modules.names import in_language
from web.icons import svg
from web.paths import path

COLUMNS = (
    *("pk", "text", "due_at", "timed", "state", "done_at", "type__icon"),
    *("module__name_hu", "module__name_en", "datasheet_id", "datasheet__client__name"),
    *("datasheet__name", "datasheet__main_contact_id"),
    *("datasheet__main_contact__family_name", "datasheet__main_contact__given_name"),
)


class DayTodo(NamedTuple):
    """What a line shows of its todo."""

    pk: int
    text: str
    due_at: datetime
    timed: bool
    state: int
    done_at: datetime | None
    icon: str
    module: str
    datasheet_id: int
    client: str
    subtitle: str

    @property
    def is_open(self) -> bool:
        return self.state == TodoState.OPEN


def read(rows: Iterable[tuple[Any, ...]]) -> list[DayTodo]:
    """The todos of rows with COLUMNS."""
    return [_read(*row) for row in rows]


def _read(*row: Any) -> DayTodo:
    pk, text, due_at, timed, state, done_at, icon, *of_sheet = row
    module_hu, module_en, sheet, client, name, contact, family, given = of_sheet
    subtitle = name or (full_name(family, given) if contact is not None else "")
    module = in_language(module_hu, module_en)
    return DayTodo(pk, text, due_at, timed, state, done_at, icon, module, sheet, client, subtitle)


@dataclass
class Line:
    """A todo as My day shows it; ``gone`` says why one that stands here is open no more."""

    todo: DayTodo | Todo
    moment: Moment
    order: datetime
    gone: Literal["", "done", "postponed"] = ""

    @cached_property
    def band(self) -> str:
        """Where it stands: a postponed or done one where it stood."""
        return agenda.band(self.order, self.moment.now, self.moment.zone)

    @property
    def when(self) -> words.Label:
        todo, moment = self.todo, self.moment
        if self.gone == "done" and todo.done_at is not None:
            return words.Label(f"{todo.done_at.astimezone(moment.zone):%H:%M}", "")
        if self.gone == "postponed":
            day = words.when_line(todo.due_at, False, moment.now, moment.zone)
            return words.Label(day, _("postponed"))
        return words.when_label(todo.due_at, todo.timed, moment.now, moment.zone)

    @property
    def full_when(self) -> str:
        return words.full_label(self.todo.due_at, self.todo.timed, self.moment.zone)

    @property
    def late(self) -> str:
        """How late it is, in words; empty when it isn't."""
        if self.gone or self.band != "late":
            return ""
        return words.late_label(self.todo.due_at, self.moment.now, self.moment.zone)


class LinePen:
    """Draws the lines of one page. ``active`` is the todo whose card stands beside them."""

    def __init__(self, token: str, show: str, active: int | None) -> None:
        self.active = active
        self._card = escape(f"{reverse('crm:my_day')}?show={show}&todo=")
        # Outside of the f-strings below, where translations are not looked for.
        self._done = _("Done: %(text)s")
        self._said = {"done": escape(_("Done")), "postponed": escape(_("Postponed"))}
        self._check = svg("check", classes="ring-check")
        self._hidden = (
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            '<input type="hidden" name="place" value="myday">'
        )
        self._whens: dict[tuple[datetime, bool], str] = {}

    def draw(self, line: Line) -> SafeString:
        """The line; CSS places its parts (static/css/row.css, day.css)."""
        todo: Any = line.todo
        active = " data-active" if todo.pk == self.active else ""
        return mark_safe(  # noqa: S308 (escaped above and below)
            f'<article class="row" id="todo-{todo.pk}" data-due="{line.band}"'
            f"{self._opens(line)}{active}>{self._when(line)}{self._ring(line)}"
            f'<div class="row-todo clip">{escape(todo.text)}</div>'
            f'<a class="row-name" href="{path("crm:datasheet", todo.datasheet_id)}">'
            f'<b class="clip">{escape(todo.client)}</b>'
            f'<span class="clip">{escape(todo.subtitle)}</span></a>'
            f'<span class="tag">{escape(todo.module)}</span></article>'
        )

    def _when(self, line: Line) -> str:
        """Many todos of a day are due alike."""
        due = line.todo.due_at, line.todo.timed
        if line.gone:
            return _when(line)
        if due not in self._whens:
            self._whens[due] = _when(line)
        return self._whens[due]

    def _opens(self, line: Line) -> str:
        if line.gone:
            return " data-gone"
        return (
            f' hx-get="{self._card}{line.todo.pk}" hx-trigger="active delay:80ms"'
            ' hx-target="#focus" hx-swap="outerHTML" hx-sync="#focus:replace" hx-disinherit="*"'
        )

    def _ring(self, line: Line) -> str:
        todo: Any = line.todo
        if line.gone:
            done = line.gone == "done"
            drawn = self._check if done else svg("calendar-arrow-up", classes="ring-type")
            kind = " data-done" if done else ""
            return (
                f'<span class="ring"{kind} role="img" aria-label="{self._said[line.gone]}">'
                f"{drawn}</span>"
            )
        url = path("crm:todo_done", todo.pk)
        late = ' data-due="late"' if line.band == "late" else ""
        return (
            f'<form class="row-ring" method="post" action="{url}" hx-post="{url}"'
            f' hx-target="#my-day" hx-swap="outerHTML" data-tick>{self._hidden}'
            f'<button class="ring"{late} aria-label="{escape(self._done % {"text": todo.text})}"'
            f' data-key="e">{svg(todo.icon, classes="ring-type")}{self._check}</button></form>'
        )


def _when(line: Line) -> str:
    main, small = line.when
    kind = "" if line.gone else f' data-due="{line.band}" title="{escape(line.full_when)}"'
    second = f"<small>{escape(small)}</small>" if small else ""
    return f'<div class="row-when"{kind}>{escape(main)}{second}</div>'
