"""Clients in the trash: for administrators and managers, who alone put them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import HttpRequest
from accounts.models import User
from crm import access, keeping
from crm.actions.purge import purge_client
from crm.errors import Forbidden
from crm.models import Client, Datasheet
from crm.views.questions import Question, ask_first
from crm.views.tools import answers_refusals
from web.htmx import go, page, toast
from web.paging import Cursor

PAGE = 50


@dataclass(frozen=True)
class Trashed:
    """A client in the trash; ``refusal`` says why it doesn't come back."""

    client: Client
    refusal: str


def _in_trash(user: User) -> QuerySet[Any]:
    if user.role not in access.OFFICE_ROLES:
        raise Http404
    return Client.objects.filter(trashed_at__isnull=False)


@require_GET
def trashed(request: HttpRequest) -> HttpResponse:
    """The trash, the latest on top."""
    rows = _in_trash(request.user).select_related("trashed_by")
    cursor = Cursor.decode(request.GET.get("after", ""))
    if cursor is not None:
        rows = rows.filter(
            Q(trashed_at__lt=cursor.due_at) | Q(trashed_at=cursor.due_at, pk__lt=cursor.id)
        )
    found: list[Client] = list(rows.order_by("-trashed_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    limit = keeping.trash_limit()
    context = {
        "trashed": [
            Trashed(one, keeping.too_late() if one.trashed_at and one.trashed_at < limit else "")
            for one in found[:PAGE]
        ],
        "after": Cursor(last.trashed_at, last.pk).encode() if last and last.trashed_at else "",
        "days": keeping.trash_days(),
        "may_purge": request.user.is_administrator,
    }
    return page(request, "crm/trash/clients.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals
def purge_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete for good, after a question that says what goes with it. For administrators."""
    client: Client = get_object_or_404(_in_trash(request.user), pk=pk)
    allowed = access.may(request.user, "purge", client)
    if not allowed:
        raise Forbidden(allowed.reason)
    if request.method == "POST" and "sure" in request.POST:
        purge_client(pk, actor=request.user)
        toast(request, _("Deleted for good: %(name)s") % {"name": client.name})
        return go(request, reverse("crm:trash_clients"))
    sheets = Datasheet.objects.filter(client=client).count()
    question = Question(
        title=_("Delete %(name)s for good?") % {"name": client.name},
        text=_(
            "Its contacts, its addresses, its datasheets in the trash (%(n)s) and its whole "
            "history are deleted too. Nobody can bring them back."
        )
        % {"n": sheets},
        action=reverse("crm:client_purge", args=[pk]),
        button=_("Delete for good"),
        sends={"sure": "1"},
        danger=True,
    )
    return ask_first(request, question)
