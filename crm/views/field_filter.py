"""Narrowing a module's list by the company's fields."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from crm import values
from crm.field_filters import Narrowed, Test
from crm.field_words import change_address
from crm.filters import Filters, module_with_tree
from crm.forms.field_filter import FieldFilterForm
from crm.views.module import remembered
from modules.fieldtypes import FieldKind, type_of
from modules.models import About, Field
from web.htmx import go, page


@dataclass(frozen=True)
class Offered:
    """A field in the menu; ``current`` when the list is narrowed by it."""

    field: Field
    kind: FieldKind
    url: str
    current: bool


@require_GET
def menu(request: HttpRequest, slug: str) -> HttpResponse:
    """The fields that the list can be narrowed by."""
    filters = _filters(request, slug)
    used = set() if filters.narrowed is None else {t.field.pk for t in filters.narrowed.tests}
    offered = [
        Offered(one, type_of(one), change_address(filters, one.pk), one.pk in used)
        for one in values.fields_for(request.user, About.DATASHEET, filters.module.pk)
    ]
    context = {"filters": filters, "offered": offered, "back": filters.address()}
    return page(request, "crm/fields/menu.html", context, part="crm/fields/_menu.html")


@require_GET
def choose(request: HttpRequest, slug: str, field_id: int) -> HttpResponse:
    """How the field is compared and with what; with ``op`` on to the list that it makes.

    ``again``: another operator was chosen, which takes other values.
    """
    filters = _filters(request, slug)
    found = values.fields_for(request.user, About.DATASHEET, filters.module.pk, pk=field_id)
    if not found:
        raise Http404
    field = found[0]
    form = FieldFilterForm(field=field, test=_known(filters, field_id))
    if "op" in request.GET:
        form = FieldFilterForm(request.GET, field=field)
        if "again" in request.GET:
            form = FieldFilterForm(field=field, test=Test(field, form.operator))
        elif form.is_valid():
            return go(request, _with(filters, form.test()).address())
    context = {
        "filters": filters,
        "field": field,
        "form": form,
        "kept": filters.params().items(),
        "known": _known(filters, field_id) is not None,
        "off_url": _without(filters, field_id).address(),
        "back": filters.address(),
    }
    return page(
        request,
        "crm/fields/filter.html",
        context,
        part="crm/fields/_filter.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


def _filters(request: HttpRequest, slug: str) -> Filters:
    module, tree = module_with_tree(request.user, slug)
    request.module_id = module.pk  # type: ignore[attr-defined]
    return Filters.read(request.user, module, tree, request.GET, remembered(request, module))


def _known(filters: Filters, field_id: int) -> Test | None:
    tests = filters.narrowed.tests if filters.narrowed else ()
    return next((test for test in tests if test.field.pk == field_id), None)


def _without(filters: Filters, field_id: int) -> Filters:
    narrowed = filters.narrowed and filters.narrowed.without(field_id)
    return filters.but(narrowed=narrowed)


def _with(filters: Filters, test: Test) -> Filters:
    """The list with this test in the place of another one of the same field."""
    kept = () if filters.narrowed is None else filters.narrowed.tests
    others = tuple(one for one in kept if one.field.pk != test.field.pk)
    origin = filters.narrowed.origin if filters.narrowed else None
    return filters.but(narrowed=Narrowed(filters.module.pk, (*others, test), origin))
