"""What a status asks for is asked in one small form together with the move itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from accounts.http import HttpRequest
from crm import values
from crm.errors import Missing
from crm.forms.values import ValuesForm
from crm.models import Datasheet
from crm.value_rows import Values
from crm.views.places import back_address
from modules.models import About, Field
from web.htmx import is_htmx, page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Unfit(Exception):
    """What was filled in can't be taken; ``form`` says why."""

    def __init__(self, datasheet: Datasheet, form: ValuesForm) -> None:
        super().__init__("unfit values")
        self.datasheet = datasheet
        self.form = form


def asks_what_is_missing(view: View[P]) -> View[P]:
    """Answer a move that lacks values with the form that asks for them and moves then."""

    @wraps(view)
    def asking(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Missing as missing:
            fields = _fields(request, missing.datasheet, missing.fields)
            form = ValuesForm(fields=fields, required=missing.fields)
            return _ask(request, missing.datasheet, form)
        except Unfit as unfit:
            return _ask(request, unfit.datasheet, unfit.form, HTTPStatus.UNPROCESSABLE_ENTITY)

    return asking


def given(request: HttpRequest, datasheet: Datasheet) -> Values:
    """The values that the form gave; none when it was not asked. Raises :class:`Unfit`."""
    said = request.POST.get("given", "")
    wanted = [int(one) for one in said.split(",") if one.isascii() and one.isdigit()][:100]
    if not wanted:
        return {}
    fields = _fields(request, datasheet, [pk for pk in wanted if pk < 2**63])
    form = ValuesForm(request.POST, request.FILES, fields=fields, required=wanted)
    if not form.is_valid():
        raise Unfit(datasheet, form)
    return form.values()


def _fields(request: HttpRequest, datasheet: Datasheet, wanted: object) -> list[Field]:
    return values.fields_for(request.user, About.DATASHEET, datasheet.module_id, pk__in=wanted)


def _ask(
    request: HttpRequest, datasheet: Datasheet, form: ValuesForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The form with all that was sent, so that its answer is the move itself."""
    sends = [
        (name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name not in ("csrfmiddlewaretoken", "given") and not name.startswith("field-")
    ]
    context = {
        "datasheet": datasheet,
        "form": form,
        "given": ",".join(str(field.pk) for field in form.asked),
        "sends": sends,
        "action": request.get_full_path(),
        "back": back_address(request, datasheet.get_absolute_url()),
    }
    response = page(
        request,
        "crm/fields/needed.html",
        context,
        part="crm/fields/_needed.html",
        status=status,
    )
    if is_htmx(request):
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
    return response
