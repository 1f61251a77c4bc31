"""The trash: datasheets put into it, brought back, deleted for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import HttpRequest
from accounts.models import User
from crm import access, keeping
from crm.access import Denied
from crm.actions.datasheets import restore
from crm.actions.datasheets import trash as put_into_trash
from crm.actions.purge import purge
from crm.errors import Forbidden
from crm.models import Datasheet
from crm.views.places import list_address
from crm.views.questions import Question, ask_first
from crm.views.tools import answers_refusals
from web.htmx import go, page, toast
from web.paging import Cursor

PAGE = 50


@dataclass(frozen=True)
class Trashed:
    """A datasheet in the trash; ``refusal`` says why this user can't bring it back."""

    datasheet: Datasheet
    refusal: str
    may_purge: bool


@require_POST
@answers_refusals
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of every list; the toast and the trash bring it back."""
    datasheet: Datasheet = get_object_or_404(
        Datasheet.objects.visible_to(request.user).select_related("client", "main_contact"), pk=pk
    )
    address = list_address(pk)
    entry = put_into_trash(pk, actor=request.user)
    toast(
        request,
        _("Moved to the trash: %(name)s") % {"name": datasheet.title},
        undo_url=reverse("crm:undo", args=[entry.pk]),
    )
    return go(request, address)


def _in_trash(user: User) -> QuerySet[Any]:
    """What a user finds in the trash: administrators and managers everything, others their own."""
    found: QuerySet[Any] = Datasheet.objects.trashed_for(user)
    return found if user.role in access.OFFICE_ROLES else found.filter(trashed_by=user)


@require_GET
def trash_list(request: HttpRequest) -> HttpResponse:
    """The trash, the latest on top."""
    rows = _in_trash(request.user).select_related(
        "module", "client", "main_contact", "trashed_by", "status"
    )
    cursor = Cursor.decode(request.GET.get("after", ""))
    if cursor is not None:
        rows = rows.filter(
            Q(trashed_at__lt=cursor.due_at) | Q(trashed_at=cursor.due_at, pk__lt=cursor.id)
        )
    found: list[Datasheet] = list(rows.order_by("-trashed_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    limit = keeping.trash_limit()
    context = {
        "trashed": [_trashed(one, request.user, limit) for one in found[:PAGE]],
        "after": Cursor(last.trashed_at, last.pk).encode() if last and last.trashed_at else "",
        "days": keeping.trash_days(),
        "has_clients": request.user.role in access.OFFICE_ROLES,
    }
    return page(request, "crm/trash/list.html", context, part="crm/trash/_list.html")


def _trashed(datasheet: Datasheet, user: User, limit: datetime) -> Trashed:
    allowed = access.may(user, "restore", datasheet)
    refusal = ""
    if isinstance(allowed, Denied) and datasheet.trashed_by_id != user.pk:
        refusal = allowed.reason
    elif datasheet.trashed_at is not None and datasheet.trashed_at < limit:
        refusal = keeping.too_late()
    return Trashed(datasheet, refusal, bool(access.may(user, "purge", datasheet)))


@require_POST
@answers_refusals
def restore_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it back; its page opens."""
    get_object_or_404(_in_trash(request.user), pk=pk)
    datasheet = restore(pk, actor=request.user)
    toast(request, _("Back from the trash."))
    seen = Datasheet.objects.visible_to(request.user).filter(pk=pk).exists()
    return go(request, datasheet.get_absolute_url() if seen else reverse("crm:trash_list"))


@require_http_methods(["GET", "POST"])
@answers_refusals
def purge_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete for good, after a question. For administrators."""
    datasheet: Datasheet = get_object_or_404(
        _in_trash(request.user).select_related("client", "main_contact"), pk=pk
    )
    allowed = access.may(request.user, "purge", datasheet)
    if not allowed:
        raise Forbidden(allowed.reason)
    if request.method == "POST" and "sure" in request.POST:
        purge(pk, actor=request.user)
        toast(request, _("Deleted for good: %(name)s") % {"name": datasheet.title})
        return go(request, reverse("crm:trash_list"))
    question = Question(
        title=_("Delete %(name)s for good?") % {"name": datasheet.title},
        text=_("Its todos and its whole history are deleted too. Nobody can bring it back."),
        action=reverse("crm:purge", args=[pk]),
        button=_("Delete for good"),
        sends={"sure": "1"},
        danger=True,
    )
    return ask_first(request, question)
