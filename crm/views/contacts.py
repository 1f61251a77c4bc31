"""Contacts, edited in their place on the client's page, or in a dialog elsewhere."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm import values
from crm.actions.contacts import add_contact, change_contact, delete_contact
from crm.actions.once import run_once
from crm.client_card import client_card
from crm.errors import Conflict, Refused
from crm.forms.contact import ContactForm
from crm.models import Client, Contact
from crm.views.client import visible_client
from crm.views.tools import answers_refusals
from web.htmx import go, here, is_htmx, page, toast


@require_http_methods(["GET", "POST"])
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new contact of a company."""
    client = visible_client(request, pk)
    return _answer(request, client, None)


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact's form; with ``cancel`` in place its card again."""
    found = get_object_or_404(
        Contact.objects.visible_to(request.user).select_related("client"), pk=pk
    )
    return _answer(request, found.client, found)


@require_POST
@answers_refusals
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a contact off the client."""
    found = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    delete_contact(pk, actor=request.user)
    toast(request, _("Taken off: %(name)s") % {"name": found.full_name}, tone="info")
    return go(request, _back(request, found.client_id))


def _answer(request: HttpRequest, client: Client, found: Contact | None) -> HttpResponse:
    in_place = request.POST.get("place", request.GET.get("place")) == "page"
    if request.method != "POST":
        if in_place and "cancel" in request.GET and is_htmx(request):
            return _people(request, client)
        blank = ContactForm(user=request.user, contact=found)
        return _form(request, client, blank, in_place)
    return _sent(request, client, found, in_place)


def _sent(
    request: HttpRequest, client: Client, found: Contact | None, in_place: bool
) -> HttpResponse:
    form = ContactForm(request.POST, request.FILES, user=request.user, contact=found)
    if "more" in request.POST:
        form.is_valid()
        return _form(request, client, form.with_blanks(), in_place, status=422)
    if form.is_valid():
        try:
            _save(request, client, found, form)
        except Conflict as conflict:
            form.data = {**request.POST.dict(), "version": str(conflict.current.version)}
            form.add_error(None, _told(conflict))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            if in_place and is_htmx(request):
                return _people(request, client)
            return go(request, _back(request, client.pk))
    return _form(request, client, form.with_blanks(), in_place, status=422)


def _save(request: HttpRequest, client: Client, found: Contact | None, form: ContactForm) -> None:
    user, data = request.user, form.cleaned_data
    if found is not None:
        change_contact(found.pk, form.plan(), actor=user, version=data["version"])
        toast(request, _("Saved."))
        return

    def make() -> str:
        add_contact(client.pk, form.plan(), actor=user)
        toast(request, _("Saved."))
        return client.get_absolute_url()

    run_once(data["once"], make, actor=user)


def _told(conflict: Conflict) -> str:
    now: Contact = conflict.current
    saved = ", ".join(part for part in (now.full_name, now.position) if part)
    return f"{conflict.message} {_('Saved now: %(saved)s') % {'saved': saved}}"


def _form(
    request: HttpRequest,
    client: Client,
    form: ContactForm,
    in_place: bool,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "client": client,
        "contact": form.contact,
        "form": form,
        "in_place": in_place and is_htmx(request),
        "back": _back(request, client.pk),
    }
    return page(
        request, "crm/client/contact.html", context, part="crm/client/_contact.html", status=status
    )


def _people(request: HttpRequest, client: Client) -> HttpResponse:
    """The card with all contacts, read again."""
    fresh = visible_client(request, client.pk)
    card = client_card(fresh)
    card.add_fields(values.of_contacts(fresh, request.user))
    context = {"client": fresh, "card": card}
    return page(
        request,
        "crm/client/page.html",
        context,
        part="crm/client/_people.html",
        target="#people",
    )


def _back(request: HttpRequest, client_id: int) -> str:
    """The page that the dialog stands on; a page of its own leads to the client."""
    own = reverse("crm:client", args=[client_id])
    back = here(request, own)
    return own if "/contacts/" in back else back
