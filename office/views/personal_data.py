"""Everything about a client or a contact as one file, or erased. For administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import HttpRequest
from crm.errors import Refused
from crm.personal import subject_named
from crm.traces import Subject
from office.actions import personal_data
from office.forms.personal_data import EraseForm
from office.views.page import for_administrators, settings_page
from web.htmx import go, toast

NUMBERS = {
    "contacts": ngettext_lazy("person", "people"),
    "channels": ngettext_lazy("phone, email or address", "phones, emails, addresses"),
    "values": ngettext_lazy("value of a field", "values of fields"),
    "files": ngettext_lazy("file", "files"),
    "todos": ngettext_lazy("todo", "todos"),
    "entries": ngettext_lazy("entry of the history", "entries of the history"),
    "datasheets": ngettext_lazy("name of a datasheet", "names of datasheets"),
    "elsewhere": ngettext_lazy("text at another client", "texts at other clients"),
    "rows": ngettext_lazy("imported row", "imported rows"),
}


def _subject(of: str, pk: int) -> Subject:
    found = subject_named(of, pk) if of in ("client", "contact") else None
    if found is None:
        raise Http404
    return found


@require_safe
@for_administrators
def show(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """What can be done with the data of a client or a contact, and how much of it there is."""
    subject = _subject(of, pk)
    contact_id = subject.contact.pk if subject.contact else None
    refused = ""
    numbers: dict[str, int] = {}
    try:
        numbers = personal_data.would_erase(subject.client.pk, contact_id, actor=request.user)
    except Refused as busy:
        refused = busy.message
    told = [(NUMBERS[name] % n, n) for name, n in numbers.items()]
    context = _context(of, pk, subject) | {"numbers": told, "refused": refused}
    return settings_page(request, "office/personal_data/page.html", context, section="")


@require_POST
@for_administrators
def download(request: HttpRequest, of: str, pk: int) -> HttpResponseBase:
    """Everything as one zip; that it was taken out is logged."""
    subject = _subject(of, pk)
    file = personal_data.hand_out(subject, actor=request.user)
    said = content_disposition_header(as_attachment=True, filename=f"{subject.name}.zip")
    headers = {"Content-Disposition": said or "attachment"}
    return FileResponse(file, content_type="application/zip", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def erase(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Asks for the name, then erases. 422 when another one is typed."""
    subject = _subject(of, pk)
    form = EraseForm(request.POST if request.method == "POST" else None, wanted=subject.name)
    if request.method == "POST" and form.is_valid():
        contact_id = subject.contact.pk if subject.contact else None
        try:
            personal_data.erase(subject.client.pk, contact_id, actor=request.user)
        except Refused as busy:
            form.add_error(None, busy.message)
        else:
            toast(request, _("Erased. What happened stays in the history, without names."))
            return go(request, _after(subject))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = _context(of, pk, subject) | {"form": form}
    return settings_page(
        request,
        "office/personal_data/erase.html",
        context,
        section="",
        part="office/personal_data/_erase.html",
        status=status,
    )


def _after(subject: Subject) -> str:
    """The client's page, or the trash where it lies."""
    return "/trash/clients/" if subject.client.trashed_at else subject.client.get_absolute_url()


def _context(of: str, pk: int, subject: Subject) -> dict[str, Any]:
    return {"of": of, "pk": pk, "subject": subject, "back": _after(subject)}
