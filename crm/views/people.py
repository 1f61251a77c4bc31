"""Who is responsible for a datasheet, and who is its main contact."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from accounts.models import User
from crm import access
from crm.actions.datasheets import hand_over, set_main_contact
from crm.errors import Conflict
from crm.models import Datasheet
from crm.views.places import answer, back_address, place_of, target
from crm.views.questions import Question, ask_first
from crm.views.tools import answers_refusals, visible_datasheet
from web.htmx import page, toast


@require_http_methods(["GET", "POST"])
@answers_refusals
def responsible(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: who can be responsible. POST: hand it over, take it, or release it (``to`` empty)."""
    datasheet = visible_datasheet(request, pk)
    if request.method == "POST":
        return _handed_over(request, datasheet)
    place = place_of(request)
    context = {
        "datasheet": datasheet,
        "people": list(access.possible_responsibles(datasheet.module_id)),
        "will_be_gone": not access.sees_everything(request.user),
        "place": place,
        "target": target(place, pk),
        "back": back_address(request, datasheet.get_absolute_url()),
    }
    return page(
        request, "crm/datasheet/responsible.html", context, part="crm/datasheet/_responsible.html"
    )


def _handed_over(request: HttpRequest, datasheet: Datasheet) -> HttpResponse:
    said = request.POST.get("to", "")
    to_id = int(said) if said.isascii() and said.isdigit() else None
    to = User.objects.filter(pk=to_id).first() if to_id is not None else None
    gone = to is not None and to != request.user and not access.sees_everything(request.user)
    if gone and to is not None and "sure" not in request.POST:
        return ask_first(request, _warning(datasheet, to), datasheet)
    was = request.POST.get("was")
    try:
        entry = hand_over(
            datasheet.pk,
            to_id,
            actor=request.user,
            was=None if was is None else (int(was) if was.isdigit() else 0),
        )
    except Conflict as conflict:
        return _meanwhile(request, conflict, to)
    if entry is not None:
        undo = None if gone else reverse("crm:undo", args=[entry.pk])
        toast(request, _told(request.user, to), undo_url=undo)
    return answer(request, datasheet.pk, place=place_of(request))


def _told(user: User, to: User | None) -> str:
    if to is None:
        return _("Nobody is responsible for it now.")
    if to == user:
        return _("You are responsible for it now.")
    return _("%(name)s is responsible for it now.") % {"name": to.full_name}


def _warning(datasheet: Datasheet, to: User) -> Question:
    return Question(
        title=_("Hand it over to %(name)s?") % {"name": to.full_name},
        text=_("You won't see this datasheet any more. Your open todos on it go along."),
        action=reverse("crm:responsible", args=[datasheet.pk]),
        button=_("Hand it over"),
        sends={"to": str(to.pk), "sure": "1"},
    )


def _meanwhile(request: HttpRequest, conflict: Conflict, to: User | None) -> HttpResponse:
    now: Datasheet = conflict.current
    name = now.responsible.full_name if now.responsible else _("nobody")
    question = Question(
        title=conflict.message,
        text=_("Responsible now: %(name)s.") % {"name": name},
        action=reverse("crm:responsible", args=[now.pk]),
        button=_("Change it all the same"),
        sends={
            "to": str(to.pk) if to else "",
            "was": str(now.responsible_id or 0),
            "sure": "1",
        },
    )
    return ask_first(request, question, now)


@require_POST
@answers_refusals
def main_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom it is about by default: the contact of the next todos."""
    said = request.POST.get("contact", "")
    contact_id = int(said) if said.isascii() and said.isdigit() else None
    set_main_contact(pk, contact_id, actor=request.user)
    return answer(request, pk, place=place_of(request))
