"""A new client, which starts with a datasheet and a todo; and a new datasheet of a known one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import HttpRequest
from crm import duplicates
from crm.access import may_import
from crm.actions.clients import create_client, open_datasheet
from crm.actions.once import run_once
from crm.constants import ClientKind
from crm.errors import Refused
from crm.forms.client_new import FirstTodo, NewClientForm
from crm.forms.values import StartValues
from crm.forms.when import plan_chips
from crm.models import Address, Client, Contact, Datasheet
from web.htmx import go, here, is_htmx, page, toast

_IN_MODULE = re.compile(r"/m/(?P<slug>[\w-]+)/")


@require_http_methods(["GET", "POST"])
def client_new(request: HttpRequest) -> HttpResponse:
    """The dialog; ``client`` in it: a new datasheet of that client instead."""
    wanted = str(request.POST.get("client") or request.GET.get("client") or "")
    client = _client(request, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    return _answer(request, client)


@require_http_methods(["GET", "POST"])
def datasheet_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new datasheet of this client."""
    return _answer(request, _client(request, pk))


@require_GET
def client_duplicates(request: HttpRequest) -> HttpResponse:
    """The visible clients that look like the one being typed: a part, perhaps empty."""
    context = {"hits": duplicates.likely(request.user, _typed(request.GET))}
    return page(
        request,
        "crm/client/duplicates.html",
        context,
        part="crm/client/_duplicates.html",
    )


def _typed(said: Mapping[str, Any]) -> duplicates.Typed:
    """What stands in the form so far, wanted or not."""
    person = said.get("kind") == ClientKind.PERSON
    name = said.get("name", "")
    if person:
        name = f"{said.get('family_name', '')} {said.get('given_name', '')}"
    return duplicates.Typed(
        ClientKind.PERSON if person else ClientKind.COMPANY,
        name.strip()[:200],
        "" if person else said.get("tax_number", "")[:32],
        said.get("email", "")[:254],
        said.get("phone", "")[:50],
    )


def _answer(request: HttpRequest, client: Client | None) -> HttpResponse:
    if request.method != "POST":
        return _blank(request, client)
    form = NewClientForm(request.POST, user=request.user, client=client)
    first = FirstTodo(form, request.POST)
    own = _own(request, form)
    if all([form.is_valid(), first.form.is_valid(), own.is_valid(named=form.names_somebody)]):
        try:
            return _save(request, form, first, own)
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.message)
    return _draw(request, form, first, own, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _own(request: HttpRequest, form: NewClientForm) -> StartValues:
    """The company's own fields that the new records can't be without."""
    posted = request.method == "POST"
    return StartValues(
        request.user,
        request.POST if posted else None,
        request.FILES if posted else None,
        typed=None if posted else request.GET,
        module=form.chosen_module,
        status=form.chosen_status,
        new_client=form.client is None,
    )


def _save(
    request: HttpRequest, form: NewClientForm, first: FirstTodo, own: StartValues
) -> HttpResponse:
    user, client = request.user, form.client
    todo = first.plan(form.sheet_plan().responsible, user)

    def make() -> str:
        contact = form.contact_plan()
        if contact is not None:
            contact = replace(contact, values=own.contact.values())
        if client is None:
            plan = replace(form.client_plan(), contact=contact, values=own.client.values())
            sheet = replace(form.sheet_plan(), values=own.sheet.values())
            made = create_client(plan, sheet, actor=user, todo=todo)
        else:
            known = form.sheet_plan(form.cleaned_data["contact"])
            sheet = replace(known, values=own.sheet.values())
            made = open_datasheet(client.pk, sheet, actor=user, todo=todo, contact=contact)
        toast(request, _("Made: %(name)s") % {"name": made.title})
        return made.get_absolute_url()

    return go(request, run_once(form.cleaned_data["once"], make, actor=user))


def _blank(request: HttpRequest, client: Client | None) -> HttpResponse:
    """The form to fill in; ``part=about`` is its right half, when module or status changed."""
    said: dict[str, Any] = request.GET.dict()
    said.pop("once", None)
    if "module" not in said and (slug := _module_here(request)):
        said["module"] = slug
    form = NewClientForm(user=request.user, initial=said, client=client)
    first = FirstTodo(form, said=said)
    return _draw(request, form, first, _own(request, form), part=said.get("part", ""))


def _draw(
    request: HttpRequest,
    form: NewClientForm,
    first: FirstTodo,
    own: StartValues,
    *,
    part: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    chips = [replace(chip, small="") for chip in plan_chips(first.moment)[:4]]
    context = {
        "form": form,
        "first": first,
        "own": own,
        "chips": chips,
        "client": form.client,
        "address": _address(request, form.client),
        "card": _card(request, form.client) if form.client else None,
        "hits": duplicates.likely(request.user, _typed(form.data or form.initial))
        if form.client is None and part != "about"
        else [],
        "may_import": may_import(request.user),
        "back": _back(request, form.client),
    }
    about = part == "about"
    return page(
        request,
        "crm/client/new.html",
        context,
        part="crm/client/_about.html" if about else "crm/client/_new.html",
        status=status,
    )


def _address(request: HttpRequest, client: Client | None) -> str:
    if client is not None and request.path != reverse("crm:client_new"):
        return reverse("crm:datasheet_new", args=[client.pk])
    return reverse("crm:client_new")


def _back(request: HttpRequest, client: Client | None) -> str:
    """The page under the dialog; from the form's own page to the client, or to all of them."""
    own = client.get_absolute_url() if client else reverse("crm:clients")
    page_under = here(request, own) if is_htmx(request) else own
    return own if page_under.partition("?")[0].endswith("/new/") else page_under


def _client(request: HttpRequest, pk: int) -> Client:
    client: Client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    return client


def _card(request: HttpRequest, client: Client) -> dict[str, Any]:
    """What is said of a chosen client: its town, and how many datasheets one sees."""
    places = Address.objects.filter(client=client).exclude(town="").order_by("-is_default", "pk")
    return {
        "town": places.values_list("town", flat=True).first() or "",
        "datasheets": Datasheet.objects.visible_to(request.user).filter(client=client).count(),
        "contacts": Contact.objects.filter(client=client).count(),
    }


def _module_here(request: HttpRequest) -> str:
    """The module of the page from which the dialog was opened."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    found = _IN_MODULE.match(urlsplit(address).path)
    return found["slug"] if found else ""
