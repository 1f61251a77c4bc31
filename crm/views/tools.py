"""What the views of records share: finding a visible one, and answering what can't be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse

from accounts.http import HttpRequest
from accounts.models import User
from crm.errors import Forbidden, Refused
from crm.models import Datasheet
from web.htmx import refuse
from web.prepared import Prepared

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def answers_refusals(view: View[P]) -> View[P]:
    """Turn what an action refuses into an answer: 403 for what is not allowed, else 409.

    For views of single buttons. A form catches :class:`Refused` itself, to show it at the field.
    """

    @wraps(view)
    def answering(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Forbidden as refused:
            return refuse(request, refused.message)
        except Refused as refused:
            return refuse(request, refused.message, status=HTTPStatus.CONFLICT)

    return answering


def visible_datasheet(request: HttpRequest, pk: int, *, with_next: bool = True) -> Datasheet:
    """The datasheet with what every page of it shows; 404 when it doesn't exist for the user.

    ``with_next`` False leaves the next todo out, where all open ones are read anyway.
    """
    found = _SEEN.first(request.user.pk, pk, role=request.user.role, with_next=with_next)
    if found is None:
        raise Http404
    request.module_id = found.module_id  # type: ignore[attr-defined]
    return found


_RELATED = ("module", "client", "main_contact", "status__group", "responsible")
_NEXT = ("next_todo__type", "next_todo__contact", "next_todo__responsible")

_SEEN: Prepared[Datasheet] = Prepared(
    lambda user, pk, role, with_next: (
        Datasheet.objects.visible_to(User(pk=user, role=role))
        .filter(pk=pk)
        .select_related(*_RELATED, *(_NEXT if with_next else ()))
    )
)
