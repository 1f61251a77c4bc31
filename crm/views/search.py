"""Search: the palette over any page, and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import agenda, search, words
from crm.forms.when import Moment
from crm.models import Client, Contact, Datasheet
from crm.search import Results
from crm.search_terms import Piece
from web.htmx import is_htmx, page

LONGEST = 100
IN_PALETTE = 6
ON_PAGE = 20


@dataclass(frozen=True)
class Line:
    """A hit as it is drawn: its name with what was looked for, the rest, and when it is due."""

    record: Client | Contact | Datasheet
    address: str
    name: list[Piece]
    rest: list[Piece]
    right: str = ""
    late: bool = False


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What ``q`` finds; for htmx the whole palette, or its list as one types."""
    text = request.GET.get("q", "")[:LONGEST]
    in_palette = is_htmx(request)
    results = search.find(request.user, text, IN_PALETTE if in_palette else ON_PAGE)
    context = {"bar_title": _("Search"), "text": text, "asked": bool(results.terms)}
    context |= _lines(results)
    typing = request.headers.get("HX-Target") == "palette-list"
    part = "crm/search/_list.html" if typing else "crm/search/_palette.html"
    return page(request, "crm/search/page.html", context, part=part)


def _lines(results: Results) -> dict[str, Any]:
    moment = Moment.current()
    return {
        "datasheets": [_datasheet(one, results, moment) for one in results.datasheets],
        "contacts": [_contact(one, results) for one in results.contacts],
        "clients": [_client(one, results) for one in results.clients],
        "more": results.more,
    }


def _datasheet(sheet: Datasheet, results: Results, moment: Moment) -> Line:
    what = [part for part in (sheet.subtitle, sheet.module.name) if part]
    right, late = "", False
    if sheet.next_todo is not None:
        due, timed = sheet.next_todo.due_at, sheet.next_todo.timed
        late = agenda.band(due, moment.now, moment.zone) == "late"
        right = (
            words.late_label(due, moment.now, moment.zone)
            if late
            else words.when_line(due, timed, moment.now, moment.zone)
        )
    return Line(
        sheet,
        sheet.get_absolute_url(),
        results.pieces(sheet.client.name),
        results.pieces(", ".join(what)),
        right,
        late,
    )


def _contact(contact: Contact, results: Results) -> Line:
    shown: Any = contact
    rest = shown.email_shown or (contact.client.name if contact.client.is_company else "")
    return Line(
        contact,
        contact.client.get_absolute_url(),
        results.pieces(contact.full_name),
        results.pieces(rest),
        shown.phone_shown,
    )


def _client(client: Client, results: Results) -> Line:
    shown: Any = client
    return Line(
        client,
        client.get_absolute_url(),
        results.pieces(client.name),
        results.pieces(", ".join(part for part in (shown.town, client.tax_number) if part)),
    )
