"""A field of the company's, edited in its place on the datasheet, client or contact."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import HttpRequest
from crm import values
from crm.actions.values import field_of, set_value
from crm.errors import Conflict, Refused
from crm.forms.values import FieldForm
from crm.models import Client, Contact, Datasheet, HistoryEntry
from crm.value_rows import Record, about_of, read
from crm.views.tools import answers_refusals, visible_datasheet
from modules.fieldtypes import type_of
from modules.models import About, Field, FieldType
from web.htmx import go, is_htmx, page, toast

_NAMES = {
    About.DATASHEET: "crm:field",
    About.CLIENT: "crm:client_field",
    About.CONTACT: "crm:contact_field",
}


@dataclass(frozen=True)
class Place:
    """Whose fields they are: the name of their address and the page that shows them."""

    record: Record

    @property
    def name(self) -> str:
        return _NAMES[about_of(self.record)]

    @property
    def page_url(self) -> str:
        record = self.record
        return (record.client if isinstance(record, Contact) else record).get_absolute_url()

    def field_url(self, field: Field) -> str:
        return reverse(self.name, args=[self.record.pk, field.pk])


@require_http_methods(["GET", "POST"])
@answers_refusals
def datasheet_field(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """GET: the control, with ``cancel`` the value again. POST saves."""
    return _answer(request, visible_datasheet(request, pk), field_id)


@require_http_methods(["GET", "POST"])
@answers_refusals
def client_field(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """The same of a client."""
    found = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    return _answer(request, found, field_id)


@require_http_methods(["GET", "POST"])
@answers_refusals
def contact_field(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """The same of a contact."""
    seen = Contact.objects.visible_to(request.user).select_related("client")
    return _answer(request, get_object_or_404(seen, pk=pk), field_id)


def _answer(request: HttpRequest, record: Record, field_id: int) -> HttpResponse:
    field = field_of(record, field_id, actor=request.user)
    if field.type == FieldType.NUMBER:
        raise Http404
    place = Place(record)
    if request.method == "POST":
        return _save(request, place, field)
    if "cancel" in request.GET:
        return _value(request, place, field)
    return _form(request, place, _form_of(place, field))


def _form_of(place: Place, field: Field, request: HttpRequest | None = None) -> FieldForm:
    """The field's form, blank or as it was sent."""
    status = place.record.status if isinstance(place.record, Datasheet) else None
    return FieldForm(
        request.POST if request else None,
        request.FILES if request else None,
        field=field,
        current=read(place.record, field),
        required=values.is_required(field, status),
    )


def _save(request: HttpRequest, place: Place, field: Field) -> HttpResponse:
    form = _form_of(place, field, request)
    if "clear" in request.POST:  # of a file, which has no empty upload
        form.fields["value"].required = False
        form.initial["value"] = None
    if form.is_valid():
        value = form.cleaned_data["value"]
        try:
            entry = set_value(place.record, field.pk, value, actor=request.user, was=form.seen())
        except Conflict as conflict:
            return _told(request, place, form, conflict)
        except Refused as refused:
            form.add_error("value", refused.message)
        else:
            _say(request, field, entry)
            return _value(request, place, field, saved=True)
    return _form(request, place, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _say(request: HttpRequest, field: Field, entry: HistoryEntry | None) -> None:
    """A message where something was there before: that can be taken back."""
    if entry is None or not entry.data.get("from_shown"):
        return
    undo_url = reverse("crm:undo", args=[entry.pk])
    toast(request, _("Changed: %(field)s") % {"field": field.label}, undo_url=undo_url)


def _told(request: HttpRequest, place: Place, form: FieldForm, conflict: Conflict) -> HttpResponse:
    """Both values for the second of two; saving again keeps one's own."""
    kind = type_of(form.of)
    form.again(conflict.current)
    return _form(
        request,
        place,
        form,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        conflict=conflict.message,
        saved=kind.display(form.of, conflict.current),
        yours=kind.display(form.of, form.cleaned_data["value"]),
    )


def _form(
    request: HttpRequest,
    place: Place,
    form: FieldForm,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {
        "place": place,
        "field": form.of,
        "form": form,
        "url": place.field_url(form.of),
        "has_file": form.of.type == FieldType.FILE,
        "several": form.kind.several,
        "current": form.initial.get("value"),
        "back": place.page_url,
        **more,
    }
    return page(
        request, "crm/fields/field.html", context, part="crm/fields/_form.html", status=status
    )


def _value(
    request: HttpRequest, place: Place, field: Field, *, saved: bool = False
) -> HttpResponse:
    """The field with its value, read again; after a change with the history below it."""
    if not is_htmx(request):
        return go(request, place.page_url)
    groups = values.of(place.record, request.user, only=field.pk)
    context: dict[str, Any] = {"place": place, "shown": groups[0].fields[0]}
    also = []
    if saved:
        context |= _history(request, place.record)
        also = ["crm/fields/_history_again.html"]
    part = "crm/fields/_field.html"
    return page(request, part, context, part=part, also=also)


def _history(request: HttpRequest, record: Record) -> dict[str, Any]:
    """The history that stands on the record's page, with the entry that was just written."""
    if isinstance(record, Datasheet):
        from crm.views.history import latest

        return latest(request, record)
    from crm.views.client import history_context

    return history_context(request, record.client if isinstance(record, Contact) else record)
