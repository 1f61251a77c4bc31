"""The list that a datasheet was opened from: the way back to it, and its neighbours there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import reverse

from accounts.http import HttpRequest
from crm import lists
from crm.filters import Filters
from crm.forms.when import Moment
from crm.models import Datasheet
from crm.views.module import remembered
from crm.views.places import list_of_page
from modules.tree import tree
from web.htmx import here, is_htmx


@dataclass(frozen=True)
class Listed:
    """The list behind "previous" and "next"; not ``listed`` when one came from elsewhere."""

    filters: Filters
    listed: bool

    def encoded(self) -> str:
        return self.filters.encoded()


def listed(request: HttpRequest, datasheet: Datasheet) -> Listed:
    """What the address says, for a part that of the page it goes to; else what is remembered."""
    branches = tree(datasheet.module)
    said = request.GET.get("list")
    if said is None and is_htmx(request):
        said = list_of_page(request)
    params = dict(parse_qsl(said or ""))
    filters = Filters.read(
        request.user, datasheet.module, branches, params, remembered(request, datasheet.module)
    )
    return Listed(filters, said is not None)


def list_before(request: HttpRequest, datasheet: Datasheet) -> str | None:
    """The filters of the list that the page before was; None when the address has them already."""
    before = urlsplit(here(request, ""))
    came_from_list = before.path == reverse("crm:module", args=[datasheet.module.slug])
    if "list" in request.GET or not came_from_list:
        return None
    return urlencode([(name, value) for name, value in parse_qsl(before.query) if name != "after"])


def neighbours(came_from: Listed, datasheet: Datasheet, moment: Moment) -> dict[str, Any]:
    """The context of templates/crm/datasheet/_pager.html."""
    found: dict[str, Any] = {"before": None, "after": None, "list_words": ""}
    if came_from.listed:
        query = came_from.filters.query(moment.now, moment.zone)
        found["before"], found["after"] = lists.neighbours(query, datasheet)
        found["list_words"] = came_from.encoded()
    return found
