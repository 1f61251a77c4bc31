"""What a typed date means, said while one types it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import agenda, words
from crm.forms.when import Moment
from crm.typed_dates import Unreadable, parse_when


@require_GET
def said(request: HttpRequest) -> HttpResponse:
    """The whole date of ``when_text``, or why it is none and which forms work."""
    name = next((name for name in request.GET if name.endswith("when_text")), "")
    text = request.GET.get(name, "").strip()
    if not text:
        return HttpResponse("")
    moment = Moment.current()
    try:
        when = parse_when(text, moment.today, moment.now.astimezone(moment.zone).time())
        due = agenda.due_at(when.day, when.at, moment.zone)
    except Unreadable as unreadable:
        return HttpResponse(format_html('<span class="late">{}</span>', unreadable.message))
    return HttpResponse(format_html("{}", words.full_label(due, when.at is not None, moment.zone)))
