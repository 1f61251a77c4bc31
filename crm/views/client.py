"""A client's page: its data, its people, its datasheets and all that happened with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import HttpRequest
from crm import agenda, values, words
from crm.access import may
from crm.actions.clients import change_client, restore_client, trash_client
from crm.client_card import client_card
from crm.client_history import ClientEntry, entries_of
from crm.errors import Conflict, Refused
from crm.forms.client import ClientForm, differences
from crm.forms.when import Moment
from crm.models import Address, Client, Datasheet, HistoryEntry
from crm.views import values as values_view
from crm.views.tools import answers_refusals
from modules.models import Module
from web.htmx import go, here, is_htmx, page, toast
from web.paging import Cursor

PAGE = 30
# A client with more is found by its datasheets' own lists and by search.
MOST_DATASHEETS = 300


@dataclass(frozen=True)
class Sheet:
    """A datasheet of the client as its page lists it."""

    datasheet: Datasheet
    when: str
    band: str


@dataclass(frozen=True)
class InModule:
    """The client's datasheets in one module."""

    module: Module
    sheets: list[Sheet]


@require_GET
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; for htmx with ``after``, the next entries of the history."""
    found = visible_client(request, pk)
    moment = Moment.current()
    context = history_context(request, found)
    if is_htmx(request) and "after" in request.GET:
        return page(request, "crm/client/page.html", context, part="crm/client/_entries.html")
    modules = _by_module(request, found, moment)
    card = client_card(found)
    card.add_fields(values.of_contacts(found, request.user))
    context |= {
        "bar_title": found.name,
        "modules": modules,
        "datasheets": sum(len(one.sheets) for one in modules),
        "card": card,
        "fields": values.of(found, request.user),
        "field_place": values_view.Place(found),
        "addresses": Address.objects.filter(client=found).order_by("-is_default", "pk"),
        "facts": facts(found),
        "trash": may(request.user, "trash", found),
    }
    return page(request, "crm/client/page.html", context)


@require_http_methods(["GET", "POST"])
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All data of the client in one form. Who saves second is told, and sees both values."""
    found = visible_client(request, pk)
    back = here(request, found.get_absolute_url())
    if request.method != "POST":
        return _form(request, found, ClientForm(client=found), back)
    back = _safe_back(request, found)
    form = ClientForm(request.POST, client=found)
    if "more" in request.POST:  # another empty line; 422 keeps the dialog open and unsaved
        form.is_valid()
        return _form(request, found, form.with_blanks(), back, status=422)
    if form.is_valid():
        try:
            change_client(
                pk,
                form.values(),
                actor=request.user,
                version=form.cleaned_data["version"],
                phones=form.phones.channels() if found.is_company else None,
                emails=form.emails.channels() if found.is_company else None,
                addresses=form.addresses.plans(),
            )
        except Conflict as conflict:
            return _told(request, form, conflict, back)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            toast(request, _("Saved."))
            return go(request, back)
    return _form(request, found, form.with_blanks(), back, status=422)


@require_POST
@answers_refusals
def client_trash(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the trash, with a way back in the message."""
    gone = trash_client(pk, actor=request.user)
    said = _("Moved to the trash: %(name)s") % {"name": gone.name}
    toast(request, said, undo_url=reverse("crm:client_restore", args=[pk]))
    return go(request, reverse("crm:clients"))


@require_POST
@answers_refusals
def client_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the trash again."""
    back = restore_client(pk, actor=request.user)
    toast(request, _("Brought back: %(name)s") % {"name": back.name})
    return go(request, back.get_absolute_url())


def visible_client(request: HttpRequest, pk: int) -> Client:
    """The client; 404 when it doesn't exist for the user."""
    found: Client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    return found


def facts(found: Client) -> list[tuple[str, str]]:
    """What is known of the company, with its label; what is empty is left out."""
    shown = [
        (_("Tax number"), found.tax_number),
        (_("EU VAT number"), found.eu_vat_number),
        (_("Registration number"), found.registration_number),
        (_("Industry"), found.industry),
        (_("Size"), found.size),
        (_("Bank account"), found.bank_account),
    ]
    return [(label, value) for label, value in shown if value]


def _form(
    request: HttpRequest,
    found: Client,
    form: ClientForm,
    back: str,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {"client": found, "form": form, "back": back, **more}
    return page(
        request, "crm/client/edit.html", context, part="crm/client/_edit.html", status=status
    )


def _told(request: HttpRequest, form: ClientForm, conflict: Conflict, back: str) -> HttpResponse:
    """The form as it was typed, with what somebody else has saved; saving again keeps one's own."""
    current: Client = conflict.current
    last = (
        HistoryEntry.objects.visible_to(request.user)
        .filter(client=current, datasheet=None)
        .select_related("author")
        .order_by("-at", "-pk")
        .first()
    )
    form.data = {**form.data.dict(), "version": str(current.version)}  # type: ignore[attr-defined]
    return _form(
        request,
        current,
        form.with_blanks(),
        back,
        status=422,
        conflict=conflict.message,
        who=last.author if last else None,
        differences=differences(form, current),
    )


def _safe_back(request: HttpRequest, found: Client) -> str:
    """Where the dialog was opened: the page that sent the form, or the client's own page."""
    own = found.get_absolute_url()
    edit = reverse("crm:client_edit", args=[found.pk])
    back = here(request, own)
    return own if back.startswith(edit) else back


def _by_module(request: HttpRequest, found: Client, moment: Moment) -> list[InModule]:
    sheets: QuerySet[Any] = (
        Datasheet.objects.visible_to(request.user)
        .filter(client=found)
        .select_related("module", "status", "main_contact", "responsible", "next_todo")
        .order_by("module__order", "module_id", "shelf", "next_due_at", "pk")
    )
    modules: dict[int, InModule] = {}
    for sheet in sheets[:MOST_DATASHEETS]:
        sheet.client = found
        group = modules.setdefault(sheet.module_id, InModule(sheet.module, []))
        group.sheets.append(_sheet(sheet, moment))
    return list(modules.values())


def _sheet(sheet: Datasheet, moment: Moment) -> Sheet:
    todo = sheet.next_todo
    if todo is None:
        return Sheet(sheet, "", "none")
    band = agenda.band(todo.due_at, moment.now, moment.zone)
    if band == "late":
        return Sheet(sheet, words.late_label(todo.due_at, moment.now, moment.zone), band)
    when = words.when_line(todo.due_at, todo.timed, moment.now, moment.zone)
    return Sheet(sheet, when[:1].upper() + when[1:], band)


def history_context(request: HttpRequest, found: Client) -> dict[str, Any]:
    """The context of templates/crm/client/_history.html."""
    entries, after = _history(request, found, Moment.current())
    return {"client": found, "entries": entries, "entries_after": after}


def _history(
    request: HttpRequest, found: Client, moment: Moment
) -> tuple[Sequence[ClientEntry], str]:
    """Entries of the client and of its datasheets that one sees, newest first."""
    rows = HistoryEntry.objects.visible_to(request.user).filter(client=found)
    cursor = Cursor.decode(request.GET.get("after", ""))
    if cursor is not None:
        behind = Q(at__lt=cursor.due_at) | Q(at=cursor.due_at, pk__lt=cursor.id)
        rows = rows.filter(behind, at__lte=cursor.due_at)
    rows = rows.select_related(
        "author", "contact", "todo", "datasheet__module", "datasheet__main_contact"
    )
    shown = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    after = Cursor(last.at, last.pk).encode() if last else ""
    return entries_of(found, shown[:PAGE], moment), after
