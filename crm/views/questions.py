"""A plain question before something is done: in the dialog, or as a page without scripts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse

from accounts.http import HttpRequest
from crm.constants import TodoState
from crm.models import Datasheet
from crm.views.places import back_address, place_of
from web.htmx import is_htmx, page


@dataclass(frozen=True)
class Question:
    """``sends`` is posted to ``action`` when the answer is yes.

    ``todos``: how many open todos are asked about (cancel them by default); None asks nothing.
    """

    title: str
    action: str
    button: str
    text: str = ""
    sends: dict[str, str] = field(default_factory=dict)
    todos: int | None = None
    danger: bool = False


def ask_first(
    request: HttpRequest, question: Question, datasheet: Datasheet | None = None
) -> HttpResponse:
    """The question. For htmx it opens in the dialog, whatever button was pressed."""
    back = back_address(request, datasheet.get_absolute_url() if datasheet else "/")
    context = {"question": question, "place": place_of(request), "back": back}
    response = page(
        request, "crm/datasheet/question.html", context, part="crm/datasheet/_question.html"
    )
    if is_htmx(request):
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
    return response


def open_todos(datasheet: Datasheet) -> int:
    """How many todos closing the datasheet must ask about."""
    return datasheet.todos.filter(state=TodoState.OPEN).count()


def keeps_todos(request: HttpRequest) -> bool:
    """What the question about the open todos was answered: cancel them unless said otherwise."""
    return request.POST.get("todos") == "keep"
