"""Answers to a list that was put into another order, by dragging or by buttons."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from crm.errors import Conflict, Refused
from web.htmx import go, here, is_htmx, refuse, toast


def numbers(text: str | None) -> list[int]:
    """ "3,1,2" as numbers; what is none is left out."""
    return [int(part) for part in (text or "").split(",") if part.strip().isdigit()]


def number(text: str | None) -> int:
    """0 for what is no number."""
    return int(text) if text and text.isdigit() else 0


def answer_order(
    request: HttpRequest,
    *,
    order: Callable[[], object],
    nudge: Callable[[int, int], object],
    back: str,
    done: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """``order`` for a whole new order; ``nudge(id, by)`` when a button moved one item.

    The page stays as the hand left it (``done`` may bring companions); where the list has changed
    meanwhile it is loaded again, and the reason said.
    """
    by = request.POST.get("by")
    try:
        if by is not None:
            nudge(number(request.POST.get("id")), -1 if by.startswith("-") else 1)
            return go(request, here(request, back))
        order()
    except Conflict as conflict:
        toast(request, conflict.message, tone="late")
        return go(request, here(request, back))
    except Refused as refused:
        return refuse(request, refused.message, status=HTTPStatus.CONFLICT)
    if not is_htmx(request):
        return go(request, here(request, back))
    return done() if done else HttpResponse(status=HTTPStatus.NO_CONTENT)
