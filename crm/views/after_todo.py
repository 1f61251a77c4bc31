"""The answer on a datasheet's page after one of its todos has changed: only what shows that.

The forms say what their page shows (templates/crm/datasheet/_now.html). Where anything else has
changed since then, by a rule or by a colleague, the whole sheet is answered instead.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from accounts.http import HttpRequest
from crm.client_card import client_card
from crm.forms.todo import Choices
from crm.forms.when import Moment
from crm.models import Datasheet
from crm.views import history
from crm.views.asking import ask_context, quick_context
from crm.views.came_from import listed, neighbours
from crm.views.places import Change, list_of_page
from crm.views.thread import thread
from web.htmx import page


def version_of(datasheet: Datasheet) -> str:
    """What a page shows: each change of the datasheet or of its client gives another one."""
    return _version(datasheet, datasheet.version)


def _version(datasheet: Datasheet, version: int) -> str:
    return f"{version}.{datasheet.client.version}.{datasheet.status_id}"


def parts(request: HttpRequest, change: Change) -> HttpResponse | None:
    """The thread, and beside it whatever else tells of the todo; None where more has changed.

    The todo's datasheet was locked, seen and written in the transaction of the change, and a
    change of a todo gives it to nobody else: it isn't read again.
    """
    if change.only is None or not _is_all(request, change.only.datasheet):
        return None
    datasheet, moment = change.only.datasheet, Moment.current()
    request.module_id = datasheet.module_id  # type: ignore[attr-defined]
    card = change.card or client_card(datasheet.client, datasheet.main_contact_id)
    choices = change.choices or Choices.of(datasheet, card.contacts)
    ahead = thread(datasheet, card, choices, moment)
    if not (change.ask or ahead["next"]):
        return None
    context: dict[str, Any] = {
        **ahead,
        "datasheet": datasheet,
        "version": version_of(datasheet),
        "asks": change.ask,
        "new_todo": change.new.pk if change.new else None,
        "keeps_quick": change.sent != "quick",
        "again": True,
    }
    if change.entry is not None:
        news = history.news(request, datasheet, change.entry, choices, moment)
        if news is None:
            return None
        context |= news
    if change.ask:
        context |= ask_context(request, datasheet, "datasheet", choices=choices)
    else:
        context |= quick_context(request, datasheet, choices)
    if list_of_page(request) is not None:  # it stands elsewhere in that list by now
        context |= neighbours(listed(request, datasheet), datasheet, moment)
        context["has_pager"] = True
    part = "crm/datasheet/_parts.html"
    return page(request, part, context, part=part, target="#thread")


def _is_all(request: HttpRequest, datasheet: Datasheet) -> bool:
    """Whether the page shows the datasheet as it was one change ago, and all of its history."""
    seen = _version(datasheet, datasheet.version - 1)
    shown = request.POST.get("shown")
    return request.POST.get("seen") == seen and shown == history.FILTERS[0].key
