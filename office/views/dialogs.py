"""Small forms in a dialog: steps, groups, suggestions, types."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

from accounts.http import HttpRequest
from crm.errors import Conflict, Refused
from web.forms import Form
from web.htmx import page


@dataclass(frozen=True)
class Dialog:
    """A form with its title and where it goes; ``back`` is the page it belongs to.

    ``remove`` is the address that takes the thing away, ``up`` and ``down`` move it in its list:
    with ``move_id`` posted to ``move``.
    """

    title: str
    action: str
    back: str
    button: str
    remove: str = ""
    remove_label: str = ""
    move: str = ""
    move_id: int = 0


def ask(request: HttpRequest, dialog: Dialog, form: Form) -> HttpResponse:
    """The form in its dialog, with 422 when something in it is wrong."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"dialog": dialog, "form": form}
    return page(
        request,
        "office/module/dialog.html",
        context,
        part="office/module/_dialog.html",
        status=status,
    )


def add_refusal(form: Form, refused: Refused, **now: str) -> None:
    """Show what an action refuses at its field.

    After a conflict ``now`` are the hidden fields as they would be filled by now, so that the
    same form, looked at and sent again, is saved.
    """
    if isinstance(refused, Conflict) and now:
        form.data = {**form.data.dict(), **now}  # type: ignore[attr-defined]
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
