"""How an entry of a datasheet's history is drawn.

It is drawn here and not by a template because a page has thirty of them: by a template they took
a quarter of the page's time. Everything that is not ours goes through :func:`escape`.
"""

from __future__ import annotations

from html import escape

from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.http import HttpRequest
from accounts.models import User
from crm.history import Told
from web.icons import svg
from web.paths import path
from web.templatetags.ui import avatar


class EntryPen:
    """Draws the entries of one page: what they have in common is looked up once."""

    def __init__(self, request: HttpRequest) -> None:
        self.token = get_token(request)
        self._faces: dict[int | None, str] = {}
        self._urls: dict[str, str] = {}
        self._just_now = escape(_("Done just now"))
        self._taken_back = escape(_("taken back"))
        self._undo = escape(_("Undo"))
        self._again = escape(_("Open again"))
        self._system = escape(_("The system"))
        self._how = escape(_("How did it go?"))
        self._hint = escape(_("How did it go? One line is enough."))
        self._write = escape(_("Write it down"))

    def draw(self, told: Told, *, again: bool = False) -> SafeString:
        """The entry as an item of the thread (static/css/entry.css).

        ``again``: it takes the place of the one that the page shows.
        """
        swap = ' hx-swap-oob="true"' if again else ""
        tone = f' data-tone="{told.tone}"' if told.tone else ""
        kind = " data-new" if told.fresh else "" if told.body else " data-quiet"
        undone = " data-undone" if told.taken_back else ""
        bodies = "".join(
            f'<div class="entry-body">{escape(text)}</div>'
            for text in (told.body, told.outcome)
            if text
        )
        html = (
            f'<li class="knot" id="entry-{told.entry.pk}"{swap}>'
            f'<div class="knot-node">{self._face(told.entry.author)}'
            f'<span class="knot-badge"{tone}>{svg(told.icon)}</span></div>'
            f'<div class="entry"{kind}{undone}>{self._head(told)}{bodies}'
            f"{self._outcome(told) if told.can_tell else ''}</div></li>"
        )
        return mark_safe(html)  # noqa: S308 (escaped above and below)

    def _head(self, told: Told) -> str:
        sentence = "".join(
            f"<b>{escape(part.text)}</b>" if part.strong else escape(part.text)
            for part in told.parts
        )
        tags = f' <span class="tag" data-tone="ok">{self._just_now}</span>' if told.fresh else ""
        if told.taken_back:
            tags += f' <span class="tag">{self._taken_back}</span>'
        return (
            f'<div class="entry-head"><span>{sentence}</span>{tags}{self._menu(told)}'
            f'<time datetime="{told.entry.at.isoformat()}" title="{escape(told.full_when)}">'
            f"{escape(told.when)}</time></div>"
        )

    def _menu(self, told: Told) -> str:
        if told.can_undo:
            url = self._url("undo", told.entry.pk)
            form = self._form(url, 'hx-swap="none"', self._undo)
        elif told.can_reopen and told.entry.todo_id:
            url = self._url("todo_reopen", told.entry.todo_id)
            form = self._form(url, _INTO_PAGE, self._again)
        else:
            return ""
        return f'<span class="entry-menu">{form}</span>'

    def _form(self, url: str, swap: str, label: str) -> str:
        return (
            f'<form class="contents" method="post" action="{url}" hx-post="{url}" {swap}>'
            f'{self._hidden()}<button class="btn" data-kind="ghost" data-size="xs">{label}'
            "</button></form>"
        )

    def _outcome(self, told: Told) -> str:
        pk = told.entry.pk
        url = self._url("outcome", pk)
        return (
            f'<form class="entry-out" method="post" action="{url}" hx-post="{url}" {_INTO_PAGE}>'
            f'{self._hidden()}<input class="input" id="outcome-{pk}" name="outcome"'
            f' maxlength="2000" required autocomplete="off" placeholder="{self._hint}"'
            f' aria-label="{self._how}" hx-preserve>'
            f'<button class="btn">{self._write}</button></form>'
        )

    def _hidden(self) -> str:
        return f'<input type="hidden" name="csrfmiddlewaretoken" value="{self.token}">'

    def _face(self, author: User | None) -> str:
        key = author.pk if author else None
        if key not in self._faces:
            self._faces[key] = avatar(author, 32) if author else self._nobody()
        return self._faces[key]

    def _nobody(self) -> str:
        return (
            f'<span class="avatar" data-size="m" role="img" aria-label="{self._system}">'
            f"{svg('refresh-cw', 's')}</span>"
        )

    def _url(self, name: str, pk: int) -> str:
        if name not in self._urls:
            self._urls[name] = path(f"crm:{name}", 0)
        return self._urls[name].replace("/0/", f"/{pk}/", 1)


_INTO_PAGE = 'hx-target="#datasheet" hx-swap="outerHTML"'
