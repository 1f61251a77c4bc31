"""The list of clients."""

from __future__ import annotations

import unicodedata

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import client_list
from web.htmx import is_htmx, page
from web.text import LETTERS

LONGEST = 100


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    """All clients by the alphabet, filtered as one types; for htmx the list or its next rows."""
    text = request.GET.get("q", "")[:LONGEST]
    start = request.GET.get("letter", "")[:3]
    after = request.GET.get("after", "")
    found = client_list.page(request.user, text=text, start=start, after=after)
    context = {
        "bar_title": _("Clients"),
        "rows": found.rows,
        "after": found.after,
        "text": text,
        "start": start.lower(),
        "letters": [unicodedata.normalize("NFC", one).capitalize() for one in LETTERS],
    }
    more = is_htmx(request) and after
    part = "crm/client/_rows.html" if more else "crm/client/_list.html"
    return page(request, "crm/client/list.html", context, part=part)
