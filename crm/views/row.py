"""A row of a module's list, and how it is drawn.

It is drawn here and not by a template because a page has fifty of them: by a template they took
half of the page's time. Everything that is not ours goes through :func:`escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from crm import agenda, words
from crm.filters import FirstStep, first_step
from crm.forms.when import Moment
from crm.models.todo import TEXT_MAX
from crm.values import listed
from modules.models import Module, Status
from modules.registry import kind_of
from web.icons import svg
from web.templatetags.ui import avatar, status_chip


@dataclass(frozen=True)
class OneClick:
    """The todo that one click plans where the chain is broken: what the status suggests first."""

    step: FirstStep
    day: date
    words: str
    responsible: User

    @property
    def text(self) -> str:
        return self.step.text[:TEXT_MAX]


@dataclass
class Row:
    """A datasheet as its row shows it. ``sheet`` was read by :mod:`crm.row_data`."""

    sheet: Any
    moment: Moment
    pen: Pen
    plan: OneClick | None = None
    values: Sequence[str] = ()

    @cached_property
    def band(self) -> str:
        return agenda.band(self.sheet.next_due_at, self.moment.now, self.moment.zone)

    @property
    def todo(self) -> Any:
        return self.sheet.next_todo

    @property
    def when(self) -> words.Label:
        """Where there is no todo."""
        moment = self.moment
        quiet = ""
        if self.sheet.chain_is_broken:
            since = self.sheet.quiet_since or self.sheet.created_at
            quiet = words.quiet_label((moment.today - moment.day_of(since)).days)
        return words.Label(words.band_label("none"), quiet)

    @property
    def phone(self) -> str:
        return str(self.sheet.phone or "")

    @property
    def whom(self) -> str:
        """Whom the call or the email goes to."""
        contact = (self.todo and self.todo.contact) or self.sheet.main_contact
        return str(contact.full_name if contact else self.sheet.client.name)

    @property
    def html(self) -> SafeString:
        return self.pen.draw(self)


def rows_of(
    sheets: Sequence[Any],
    module: Module,
    statuses: Iterable[Status],
    request: HttpRequest,
    moment: Moment,
) -> list[Row]:
    """Rows of one module; ``statuses`` are its own, with their first steps."""
    pen = Pen(request, module)
    made = [Row(sheet, moment, pen) for sheet in sheets]
    statuses = list(statuses)
    steps = {status.pk: first_step(status) for status in statuses}
    for row in made:
        step = steps.get(row.sheet.status_id)
        if step is not None and row.sheet.chain_is_broken:
            row.plan = _one_click(step, row.sheet, pen.user, moment)
    if made and any(getattr(status, "lists_fields", True) for status in statuses):
        found = listed([row.sheet.pk for row in made], pen.user)
        for row in made:
            row.values = found.get(row.sheet.pk, ())
    return made


def _one_click(step: FirstStep, sheet: Any, user: User, moment: Moment) -> OneClick:
    day = moment.calendar.in_working_days(moment.today, step.in_working_days)
    due = agenda.due_at(day, None, moment.zone)
    when = words.when_line(due, False, moment.now, moment.zone)
    doer = sheet.responsible
    return OneClick(
        step=step,
        day=day,
        words=f"{step.text}, {when}",
        responsible=doer if doer is not None and doer.is_active else user,
    )


class Pen:
    """Draws the rows of one page: what they have in common is looked up once."""

    def __init__(self, request: HttpRequest, module: Module) -> None:
        assert isinstance(request.user, User)  # noqa: S101 (LoginRequiredMiddleware)
        self.user = request.user
        self.token = get_token(request)
        self.choosable = not kind_of(module).fixed
        # Outside of the f-strings below, where translations are not looked for.
        self._done = escape(_("Done"))
        self._plan = escape(_("Plan a todo"))
        self._plan_it = escape(_("Plan it with one click"))
        self._call, self._email = _("Call %(name)s"), _("Email %(name)s")
        self._responsible = escape(_("Responsible"))
        self._check = svg("check", classes="ring-check")
        self._done_button = f"{svg('check')} {self._done}"
        self._postpone_link = f"{svg('calendar-arrow-up')} {escape(_('Postpone'))}"
        self._token_field = _hidden_field("csrfmiddlewaretoken", self.token)
        self._times: dict[tuple[Any, bool], tuple[words.Label, str]] = {}
        self._urls: dict[str, tuple[str, str]] = {}
        self._faces: dict[int | None, str] = {}
        self._chips: dict[int, str] = {}

    def draw(self, row: Row) -> SafeString:
        """The row; CSS places its parts (static/css/row.css)."""
        sheet, pk = row.sheet, row.sheet.pk
        name, about = escape(sheet.client.name), self._about(row)
        html = (
            f'<article class="row" id="datasheet-{pk}" data-due="{row.band}">'
            f"{self._when(row)}"
            f'<a class="row-name" href="{self._url("datasheet", pk)}">'
            f'<b class="clip">{name}</b><span class="clip">{about}</span></a>'
            f"{self._todo(row) if row.todo else self._no_todo(row)}"
            f'<div class="row-status">{self._status(sheet)}</div>'
            f"{self._face(sheet)}"
            f'<div class="row-do">{self._actions(row)}</div></article>'
        )
        return mark_safe(html)  # noqa: S308 (escaped above and below)

    def _about(self, row: Row) -> str:
        """The second line: what it is about, and the fields that the company wants in lists."""
        shown = [escape(row.sheet.subtitle)] if row.sheet.subtitle else []
        shown += [f'<span class="row-value">{escape(value)}</span>' for value in row.values]
        return " · ".join(shown)

    def _url(self, name: str, pk: int) -> str:
        ends = self._urls.get(name)
        if ends is None:
            before, _zero, after = reverse(f"crm:{name}", args=[0]).partition("/0/")
            ends = self._urls[name] = before, after
        return f"{ends[0]}/{pk}/{ends[1]}"

    def _when(self, row: Row) -> str:
        kind = 'row-when"'
        if row.todo:
            (main, small), full = self._time(row)
            kind += f' data-due="{row.band}" title="{escape(full)}"'
        else:
            main, small = row.when
            broken = row.sheet.chain_is_broken
            kind = f'{kind} data-due="none"' if broken else 'row-when faint w450"'
        second = f"<small>{escape(small)}</small>" if small else ""
        return f'<div class="{kind}>{escape(main)}{second}</div>'

    def _time(self, row: Row) -> tuple[words.Label, str]:
        """When the todo is due, and the whole date; many rows of a page are due alike."""
        due, timed = row.sheet.next_due_at, row.todo.timed
        known = self._times.get((due, timed))
        if known is None:
            zone = row.moment.zone
            short = words.when_label(due, timed, row.moment.now, zone)
            known = self._times[due, timed] = short, words.full_label(due, timed, zone)
        return known

    def _todo(self, row: Row) -> str:
        todo, url = row.todo, self._url("todo_done", row.todo.pk)
        text = escape(todo.text)
        tone = ' data-due="late"' if row.band == "late" else ""
        return (
            f'<form class="row-ring" id="done-{todo.pk}" {self._posts(url, row)} data-tick>'
            f"{self._hidden(place='row')}"
            f'<button class="ring"{tone} aria-label="{self._done}: {text}" data-key="e">'
            f"{svg(todo.type.icon, classes='ring-type')}{self._check}"
            f'</button></form><div class="row-todo clip">{text}</div>'
        )

    def _no_todo(self, row: Row) -> str:
        pk = row.sheet.pk
        url = f"{self._url('plan', pk)}?place=row"
        kind = "data-empty" if row.sheet.chain_is_broken else "data-plain"
        return (
            f'<a class="ring" {kind} href="{url}" hx-get="{url}" hx-target="#ask-{pk}"'
            f' hx-swap="innerHTML" aria-label="{self._plan}" data-key="t">'
            f"{svg('plus', classes='ring-type')}</a>"
            f'<div class="row-todo">{self._one_click(row, row.plan) if row.plan else ""}</div>'
        )

    def _one_click(self, row: Row, plan: OneClick) -> str:
        hidden = self._hidden(
            place="row",
            once=uuid4(),
            type=plan.step.type_id,
            text=plan.text,
            when=plan.day.isoformat(),
            responsible=plan.responsible.pk,
            contact=row.sheet.main_contact_id or "",
        )
        return (
            f'<form class="contents" {self._posts(self._url("plan", row.sheet.pk), row)}>{hidden}'
            f'<button class="due plan clip" title="{self._plan_it}">'
            f"{svg(plan.step.icon, 's')} {escape(plan.words)}</button></form>"
        )

    def _posts(self, url: str, row: Row) -> str:
        return (
            f'method="post" action="{url}" hx-post="{url}"'
            f' hx-target="#datasheet-{row.sheet.pk}" hx-swap="outerHTML"'
        )

    def _hidden(self, **values: Any) -> str:
        fields = [_hidden_field(name, value) for name, value in values.items()]
        return "".join([self._token_field, *fields])

    def _status(self, sheet: Any) -> str:
        if not self.choosable:
            if sheet.status_id not in self._chips:
                self._chips[sheet.status_id] = status_chip(sheet.status)
            return self._chips[sheet.status_id]
        url = f"{self._url('status', sheet.pk)}?place=row"
        return (
            f'<a class="status hue-{sheet.status.hue}" href="{url}" data-menu="wide" data-key="s">'
            f'<span class="clip">{escape(sheet.status.name)}</span></a>'
        )

    def _face(self, sheet: Any) -> str:
        pk = sheet.responsible_id
        if pk not in self._faces:
            self._faces[pk] = avatar(sheet.responsible)
        return self._faces[pk]

    def _actions(self, row: Row) -> str:
        parts = []
        if row.todo:
            url = f"{self._url('todo_postpone', row.todo.pk)}?place=row"
            parts.append(
                f'<button class="btn" data-kind="done" form="done-{row.todo.pk}">'
                f"{self._done_button}</button>"
                f'<a class="btn" href="{url}" data-menu data-key="p">'
                f"{self._postpone_link}</a>"
            )
        phone, email = row.phone, row.sheet.email
        if phone:
            said = escape(self._call % {"name": row.whom})
            parts.append(_icon_link(f"tel:{escape(phone)}", "phone", said, "c"))
        if email:
            said = escape(self._email % {"name": row.whom})
            parts.append(_icon_link(f"mailto:{escape(email)}", "mail", said, "m"))
        url = f"{self._url('responsible', row.sheet.pk)}?place=row"
        parts.append(_icon_link(url, "user-round", self._responsible, "a", " data-menu"))
        return "".join(parts)


def _hidden_field(name: str, value: Any) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(str(value))}">'


def _icon_link(url: str, icon: str, said: str, key: str, more: str = "") -> str:
    """Address and words are escaped already."""
    return (
        f'<a class="btn" data-icon href="{url}" aria-label="{said}" title="{said}"'
        f' data-key="{key}"{more}>{svg(icon)}</a>'
    )
