"""The list of clients."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import access, client_list
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
        "export_url": _export_url(request, text),
        "letters": [unicodedata.normalize("NFC", one).capitalize() for one in LETTERS],
    }
    template = "crm/client/list.html"
    if is_htmx(request) and after:
        return page(request, template, context, part="crm/client/_rows.html")
    also = ["crm/export/_link_again.html"]
    return page(request, template, context, part="crm/client/_list.html", also=also)


def _export_url(request: HttpRequest, text: str) -> str:
    """Where the list is taken out as it is; empty for those who can't."""
    if not access.may_export(request.user):
        return ""
    return f"{reverse('crm:export_clients')}?{urlencode({'q': text} if text else {})}"
