"""One field: added, changed, given another type, removed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.actions.once import run_once
from crm.errors import Refused
from crm.views.tools import answers_refusals
from modules.actions.fields import (
    FieldChanged,
    add_field,
    change_field,
    remove_field,
    rename_group,
)
from modules.fieldtypes import ALL, kind_named, type_of
from modules.models import About, Field, FieldGroup, Module
from office.actions.fields_change import change_type, go_on
from office.actions.fields_survey import CHECKED, survey
from office.forms.field import FieldForm
from office.forms.field_type import TypeForm
from office.forms.names import NamesForm
from office.views.fields import about_of_clients, fields_url, live_field, new_url
from office.views.page import for_administrators, settings_page
from web.htmx import go, toast

BAD = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new field of a module's datasheets."""
    return _new(request, About.DATASHEET, get_object_or_404(Module, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_of_clients(request: HttpRequest, about: str) -> HttpResponse:
    """A new field of clients or of contacts."""
    return _new(request, about_of_clients(about), None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All of a field but its type. 422 with the form when it is wrong or changed meanwhile."""
    field = live_field(pk)
    if request.method != "POST":
        return _form(request, FieldForm(about=field.about, module=field.module, field=field))
    form = FieldForm(request.POST, about=field.about, module=field.module, field=field)
    if request.POST.get("do") or not form.is_valid():
        return _form(request, form, status=BAD)
    version = form.cleaned_data["version"] or 0
    try:
        change_field(pk, form.plan(), actor=request.user, version=version)
    except FieldChanged as meanwhile:
        return _form(request, _told_of_change(request, meanwhile.current), status=BAD)
    toast(request, _("Saved"))
    return go(request, fields_url(field.about, field.module_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def retype(request: HttpRequest, pk: int) -> HttpResponse:
    """Another type: what it would do to the values is shown first (``?type=``)."""
    field = live_field(pk)
    if request.method != "POST":
        return _type(request, field, str(request.GET.get("type", "")))
    form = TypeForm(request.POST)
    if not form.is_valid():
        return _type(request, field, "", status=BAD)
    chosen = form.cleaned_data["type"]
    try:
        changed_, job = change_type(
            pk, chosen, actor=request.user, version=form.cleaned_data["version"]
        )
    except FieldChanged as meanwhile:
        said = _("Somebody changed this field while you were looking. Look again, then change it.")
        return _type(request, meanwhile.current, chosen, error=said, status=BAD)
    except Refused as refused:
        return _type(request, field, chosen, error=refused.message, status=BAD)
    if job is not None:
        return go(request, fields_url(field.about, field.module_id))
    names = {"label": changed_.label, "type": str(type_of(changed_).name).lower()}
    toast(request, _("%(label)s: the type is %(type)s now") % names)
    return go(request, fields_url(field.about, field.module_id))


@require_POST
@for_administrators
@answers_refusals
def fill_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on bringing values over where it was stopped."""
    field = live_field(pk)
    go_on(pk, actor=request.user)
    return go(request, fields_url(field.about, field.module_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a field away for now; its data can come back for 30 days."""
    if request.method != "POST":
        field = live_field(pk)
        context = {"field": field, "back": fields_url(field.about, field.module_id)}
        return _dialog(request, "remove", context, field.module_id)
    field = get_object_or_404(Field.objects.select_related("module"), pk=pk)
    remove_field(pk, actor=request.user)
    toast(
        request,
        _("%(label)s is removed. Its data is kept for 30 days.") % {"label": field.label},
        undo_url=reverse("office:field_restore", args=[pk]),
    )
    return go(request, fields_url(field.about, field.module_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name of a group."""
    found = get_object_or_404(FieldGroup, pk=pk)
    back = fields_url(found.about, found.module_id)
    names = {"name_hu": found.name_hu, "name_en": found.name_en}
    form = NamesForm(request.POST if request.method == "POST" else None, initial=names)
    if request.method == "POST" and form.is_valid():
        rename_group(pk, **form.names(), actor=request.user)
        return go(request, back)
    context = {"form": form, "group": found, "back": back}
    return _dialog(request, "group", context, found.module_id, status=BAD if form.errors else 200)


def _new(request: HttpRequest, about: str, module: Module | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, FieldForm(about=about, module=module))
    form = FieldForm(request.POST, about=about, module=module)
    if request.POST.get("do") or not form.is_valid():
        return _form(request, form, status=BAD)
    module_id, type_ = module.pk if module else None, form.cleaned_data["type"]

    def make() -> str:
        field = add_field(about, module_id, type_, form.plan(), actor=request.user)
        toast(request, _("Added: %(label)s") % {"label": field.label})
        return fields_url(about, module_id)

    return go(request, run_once(form.cleaned_data["once"], make, actor=request.user))


def _form(request: HttpRequest, form: FieldForm, *, status: int = 200) -> HttpResponse:
    field, module = form.of, form.module
    action = reverse("office:field", args=[field.pk]) if field else new_url(form.about, module)
    module_id = module.pk if module else None
    context = {
        "form": form,
        "field": field,
        "kind": kind_named(form.type_key) if field else None,
        "action": action,
        "back": fields_url(form.about, module_id),
    }
    return _dialog(request, "form", context, module_id, status=status)


def _told_of_change(request: HttpRequest, current: Field) -> FieldForm:
    """The form as typed, made for what is saved now: sent again, it holds."""
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    form = FieldForm(typed, about=current.about, module=current.module, field=current)
    said = _("Somebody changed this field while you were editing. Look, then save again.")
    form.add_error(None, said)
    return form


def _type(
    request: HttpRequest, field: Field, chosen: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    keys = [str(kind.key.value) for kind in ALL]
    found = survey(field, chosen) if chosen in keys and chosen != field.type else None
    context: dict[str, Any] = {
        "field": field,
        "kind": type_of(field),
        "kinds": ALL,
        "chosen": kind_named(chosen) if found else None,
        "survey": found,
        "most": CHECKED,
        "error": error,
        "back": fields_url(field.about, field.module_id),
    }
    return _dialog(request, "type", context, field.module_id, status=status)


def _dialog(
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    module_id: int | None,
    *,
    status: int = 200,
) -> HttpResponse:
    section = f"module-{module_id}" if module_id else "clients"
    return settings_page(
        request,
        f"office/fields/{name}.html",
        context,
        section=section,
        part=f"office/fields/_{name}.html",
        status=status,
    )
