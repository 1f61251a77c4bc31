"""Where a button was pressed, and what is answered there: a row, the datasheet, My day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.http import HttpRequest
from crm.client_card import ClientCard
from crm.forms.todo import Choices
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Module
from web.htmx import go, here, is_htmx

Place = Literal["row", "datasheet", "myday"]

_TARGETS: dict[Place, str] = {
    "row": "#datasheet-{id}",
    "datasheet": "#datasheet",
    "myday": "#my-day",
}


@dataclass(frozen=True)
class Change:
    """What was done on a datasheet, as :func:`answer` is told.

    ``only`` is the todo that alone has changed, on its datasheet as it was written; ``new`` the one
    that gets the focus, ``sent`` the form that starts afresh: "note" or "quick". ``choices`` and
    ``card`` are what the form was read with.
    """

    only: Todo | None = None
    ask: bool = False
    entry: HistoryEntry | None = None
    new: Todo | None = None
    sent: str = ""
    choices: Choices | None = None
    card: ClientCard | None = None


def place_of(request: HttpRequest) -> Place:
    """Where the request comes from, as its form or address says; the datasheet by default."""
    said = request.POST.get("place") or request.GET.get("place")
    return cast(Place, said) if said in get_args(Place) else "datasheet"


def target(place: Place, datasheet_id: int) -> str:
    """The CSS selector of what an answer replaces."""
    return _TARGETS[place].format(id=datasheet_id)


def answer(
    request: HttpRequest,
    datasheet_id: int,
    *,
    place: Place,
    ask: bool = False,
    entry: HistoryEntry | None = None,
    todo: Todo | None = None,
    sent: str = "",
    only: Todo | None = None,
    choices: Choices | None = None,
    card: ClientCard | None = None,
) -> HttpResponse:
    """What stands at ``place`` after a change, read again.

    ``ask`` opens "What's next?", ``entry`` is the fresh history entry, which asks how it went;
    ``todo`` a new one, which gets the focus; ``sent`` names the form that starts afresh; ``only``
    is the todo that alone has changed, ``choices`` and ``card`` what its form was read with.
    A datasheet that the user no longer sees leaves nothing behind but its list.
    """
    if not is_htmx(request):
        seen = _exists(request, datasheet_id)
        return go(request, _address(request, datasheet_id, place, seen, ask, entry))
    if place == "myday":
        from crm.views import my_day

        asks_for = datasheet_id if ask and _exists(request, datasheet_id) else None
        return my_day.part(request, entry=entry, asks_for=asks_for)
    if place == "row":
        from crm.views import rows

        return rows.row_part(request, datasheet_id, ask=ask)
    from crm.views import datasheet as page

    try:
        change = Change(only, ask, entry, todo, sent, choices, card)
        return page.part(request, datasheet_id, change)
    except Http404:
        return go(request, list_address(datasheet_id))


def _exists(request: HttpRequest, datasheet_id: int) -> bool:
    return bool(Datasheet.objects.visible_to(request.user).filter(pk=datasheet_id).exists())


def list_address(datasheet_id: int) -> str:
    """The list in which the datasheet stood."""
    slug = Module.objects.filter(datasheet=datasheet_id).values_list("slug", flat=True).first()
    return reverse("crm:module", args=[slug]) if slug else "/"


def _address(
    request: HttpRequest,
    datasheet_id: int,
    place: Place,
    seen: bool,
    ask: bool,
    entry: HistoryEntry | None,
) -> str:
    """Where a browser without scripts goes on."""
    if not seen:
        return list_address(datasheet_id)
    if place == "datasheet":
        said = {
            "ask": "1" if ask else "",
            "fresh": str(entry.pk) if entry else "",
            "list": list_of_page(request) or "",
        }
        words = urlencode({key: value for key, value in said.items() if value})
        return reverse("crm:datasheet", args=[datasheet_id]) + (f"?{words}" if words else "")
    back = back_address(request, list_address(datasheet_id))
    if ask:
        words = urlencode({"place": place, "back": back})
        return f"{reverse('crm:plan', args=[datasheet_id])}?{words}"
    return back


def list_of_page(request: HttpRequest) -> str | None:
    """The filters of the list that the datasheet one looks at was opened from."""
    looked_at = urlsplit(here(request, ""))
    return next(iter(parse_qs(looked_at.query).get("list", [])), None)


def back_address(request: HttpRequest, default: str) -> str:
    """The page to return to: the one the form names (a path of ours), else where it was sent."""
    said = request.POST.get("back") or request.GET.get("back") or ""
    if said.startswith("/") and not said.startswith(("//", "/\\")):
        return said
    return here(request, default)
