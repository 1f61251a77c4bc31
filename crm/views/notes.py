"""Writing into the history by hand."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.http import HttpRequest
from crm.actions.notes import write_down
from crm.actions.once import run_once
from crm.client_card import client_card
from crm.constants import EntryKind
from crm.errors import Refused
from crm.forms.note import NoteForm
from crm.models import Datasheet
from crm.views import datasheet as sheet
from crm.views.places import Change, answer
from crm.views.tools import visible_datasheet
from web.htmx import is_htmx, page


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note, a call or a meeting. GET: the form as a page."""
    datasheet = visible_datasheet(request, pk)
    if request.method != "POST":
        return _composer(request, datasheet, NoteForm())
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _composer(request, datasheet, form)
    try:
        _write_once(request, datasheet, form)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _composer(request, datasheet, form)
    if is_htmx(request):
        return sheet.part(request, pk, Change(sent="note"))
    return answer(request, pk, place="datasheet")


def _write_once(request: HttpRequest, datasheet: Datasheet, form: NoteForm) -> None:
    data = form.cleaned_data

    def write() -> str:
        write_down(
            datasheet.pk,
            EntryKind(data["kind"]),
            data["text"],
            actor=request.user,
            contact_id=data["contact"],
        )
        return datasheet.get_absolute_url()

    run_once(data["once"], write, actor=request.user)


def _composer(request: HttpRequest, datasheet: Datasheet, form: NoteForm) -> HttpResponse:
    context = {
        "datasheet": datasheet,
        "note": form,
        "card": client_card(datasheet.client, datasheet.main_contact_id),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(
        request,
        "crm/datasheet/note.html",
        context,
        part="crm/datasheet/_composer.html",
        status=status,
        target="#composer" if form.errors else None,
    )
