"""The page of fields: of a module's datasheets, of clients, of contacts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import HttpRequest
from modules.actions.fields import move_field, order_fields, restore_field, show_in_list
from modules.models import About, Field, FieldType, Module
from office.field_list import field_list
from office.views.page import for_administrators, settings_page
from web.htmx import go, is_htmx, toast

LIST = "office/fields/_list.html"


@require_safe
@for_administrators
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields of a module's datasheets."""
    return listed(request, About.DATASHEET, get_object_or_404(Module, pk=pk))


@require_safe
@for_administrators
def show_clients(request: HttpRequest) -> HttpResponse:
    """The fields of clients, or of contacts with ``?of=contact``."""
    about = About.CONTACT if request.GET.get("of") == About.CONTACT else About.CLIENT
    return listed(request, about, None)


@require_POST
@for_administrators
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Another order of a group, or a field in another group, of a module."""
    return _order(request, About.DATASHEET, get_object_or_404(Module, pk=pk))


@require_POST
@for_administrators
def order_clients(request: HttpRequest, about: str) -> HttpResponse:
    """The same for clients and contacts."""
    return _order(request, about_of_clients(about), None)


@require_POST
@for_administrators
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down, from the field's menu."""
    field = live_field(pk)
    move_field(pk, 1 if request.POST.get("by") == "1" else -1, actor=request.user)
    return changed(request, field)


@require_POST
@for_administrators
def switch_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the field is a column of the module's list."""
    field = live_field(pk)
    if field.module is None:
        raise Http404
    show_in_list(pk, request.POST.get("in_list") == "1", actor=request.user)
    return changed(request, field)


@require_POST
@for_administrators
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """A removed field comes back with its data."""
    try:
        field = restore_field(pk, actor=request.user)
    except Field.DoesNotExist as gone:
        raise Http404 from gone
    toast(request, _("%(label)s is back with its data") % {"label": field.label})
    return go(request, fields_url(field.about, field.module_id))


def listed(request: HttpRequest, about: str, module: Module | None) -> HttpResponse:
    """The page, or its list for htmx; 204 when nothing is new since ``version``."""
    context = list_context(about, module)
    if is_htmx(request) and request.GET.get("version") == context["fields"].filling != "":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return settings_page(
        request,
        "office/fields/list.html" if module else "office/fields/clients.html",
        context,
        section=f"module-{module.pk}" if module else "clients",
        part=LIST,
    )


def list_context(about: str, module: Module | None) -> dict[str, Any]:
    """What the list and its page are drawn from."""
    return {
        "fields": field_list(about, module),
        "module": module,
        "tab": "fields",
        "about": about,
        "new_url": new_url(about, module),
        "order_url": _order_url(about, module),
        "list_url": fields_url(about, module.pk if module else None),
        "choice_types": (FieldType.CHOICE, FieldType.CHOICES),
    }


def changed(request: HttpRequest, field: Field) -> HttpResponse:
    """After a change: the fresh list for htmx, the page again for a browser."""
    if not is_htmx(request):
        return go(request, fields_url(field.about, field.module_id))
    response = listed(request, field.about, field.module)
    response["HX-Retarget"], response["HX-Reswap"] = "#fields", "outerHTML"
    return response


def live_field(pk: int) -> Field:
    """A field that is in use, with its module; 404 for others."""
    return get_object_or_404(Field.objects.live().select_related("module"), pk=pk)


def fields_url(about: str, module_id: int | None) -> str:
    """The page on which such fields stand."""
    if module_id is not None:
        return reverse("office:fields", args=[module_id])
    return reverse("office:client_fields") + ("?of=contact" if about == About.CONTACT else "")


def new_url(about: str, module: Module | None) -> str:
    """The form of a new field there."""
    if module is not None:
        return reverse("office:field_new", args=[module.pk])
    return reverse("office:client_field_new", args=[about])


def about_of_clients(about: str) -> str:
    """ "client" or "contact"; 404 for anything else."""
    if about not in (About.CLIENT, About.CONTACT):
        raise Http404
    return about


def _order(request: HttpRequest, about: str, module: Module | None) -> HttpResponse:
    """``order=0:3,4|7:5``: groups (0: no group) with their fields, as static/js/sort.js sends."""
    module_id = module.pk if module else None
    sent = [_numbers(part) for part in request.POST.get("order", "").split("|")]
    groups = [(numbers[0] or None, numbers[1:]) for numbers in sent if numbers]
    order_fields(about, module_id, groups, actor=request.user)
    if is_htmx(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return go(request, fields_url(about, module_id))


def _numbers(part: str) -> list[int]:
    group, _colon, fields = part.partition(":")
    return [int(one) for one in (group, *fields.split(",")) if one.strip().isdecimal()]


def _order_url(about: str, module: Module | None) -> str:
    if module is not None:
        return reverse("office:fields_order", args=[module.pk])
    return reverse("office:client_fields_order", args=[about])
