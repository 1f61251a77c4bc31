"""Removing a status: where do its datasheets go?"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.constants import Shelf, TodoState
from crm.errors import Refused
from crm.models import Datasheet, Todo
from crm.views.tools import answers_refusals
from modules.models import Status
from office.actions.removing import keep as keep_status
from office.actions.removing import start_removing
from office.actions.statuses import keeps_one_open
from office.module_numbers import by_status
from office.views.page import for_administrators
from office.views.sorting import number
from web.htmx import go, page, toast


@require_http_methods(["GET", "POST"])
@for_administrators
@answers_refusals
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, with numbers. POST with ``to`` moves them, then the status goes."""
    status = get_object_or_404(Status.objects.select_related("module", "group"), pk=pk)
    if request.method != "POST":
        return _ask(request, status)
    try:
        return _removed(request, status)
    except Refused as refused:
        if refused.field != "to":
            raise
        return _ask(request, status, refused.message)


def _ask(request: HttpRequest, status: Status, problem: str = "") -> HttpResponse:
    pk = status.pk
    statuses = Status.objects.filter(module=status.module).staying().exclude(pk=pk).in_order()
    context = {
        "status": status,
        "others": list(statuses),
        "datasheets": by_status(status.module_id).get(pk, 0),
        "trashed": Datasheet.objects.filter(status=pk, shelf=Shelf.TRASH).count(),
        "todos": Todo.objects.filter(datasheet__status=pk, state=TodoState.OPEN)[:1000].count(),
        "last_open": not keeps_one_open(status.module, pk),
        "problem": problem,
    }
    return page(
        request,
        "office/statuses/remove.html",
        context,
        part="office/statuses/_remove.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
    )


def _removed(request: HttpRequest, status: Status) -> HttpResponse:
    job = start_removing(status.pk, number(request.POST.get("to")) or None, actor=request.user)
    if job is not None:
        text = _("%(name)s goes as soon as its datasheets have moved.") % {"name": status.name}
        toast(request, text, tone="info")
        return go(request, reverse("jobs:progress", args=[job.pk]))
    toast(request, _("Removed: %(name)s") % {"name": status.name})
    return go(request, reverse("office:statuses", args=[status.module_id]))


@require_POST
@for_administrators
@answers_refusals
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Not to be removed after all, when its moving was stopped or broke off."""
    status = get_object_or_404(Status, pk=pk)
    keep_status(pk, actor=request.user)
    toast(request, _("%(name)s stays.") % {"name": status.name})
    return go(request, reverse("office:statuses", args=[status.module_id]))
