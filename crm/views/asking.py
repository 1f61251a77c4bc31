""" "What's next?": after Done, and wherever a datasheet has no todo. Planning one, or none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from accounts.models import User
from crm import words
from crm.actions.once import run_once
from crm.actions.todos import leave_without_next, plan_todo
from crm.client_card import client_card
from crm.errors import Missing, Refused
from crm.forms.todo import BlankTodo, Choices, TodoForm
from crm.forms.when import DayChip, Moment, plan_chips
from crm.models import Contact, Datasheet, Todo
from crm.views.needed import asks_what_is_missing, given
from crm.views.places import Place, answer, back_address, place_of, target
from crm.views.tools import answers_refusals, visible_datasheet
from modules.models import Status, Suggestion, TodoType
from modules.registry import kind_of
from web.htmx import page, toast
from web.prepared import Prepared

IDEAS = 3
"""As many as there are keys for them: 1, 2, 3."""


@dataclass(frozen=True)
class Idea:
    """A suggested next todo; ``fills`` is what choosing it writes into the form."""

    key: str
    text: str
    type: TodoType
    day: date
    when: str
    moves_to: Status | None

    @property
    def fills(self) -> str:
        return json.dumps(
            {
                "text": self.text,
                "when": self.day.isoformat(),
                "type": str(self.type.pk),
                "moves_to": str(self.moves_to.pk) if self.moves_to else "",
            }
        )


@dataclass(frozen=True)
class Ask:
    """Everything that templates/crm/todo/_ask.html draws."""

    datasheet: Datasheet
    place: Place
    target: str
    ideas: Sequence[Idea]
    chips: Sequence[DayChip]
    form: TodoForm | BlankTodo
    contact: Contact | None
    doer: User
    back: str
    chosen: str
    closable: bool
    status: Status = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", self.datasheet.status)

    @property
    def moves(self) -> list[Status]:
        """The statuses that ideas move on to, each once."""
        found = {idea.moves_to.pk: idea.moves_to for idea in self.ideas if idea.moves_to}
        return list(found.values())

    @property
    def first_move(self) -> Status | None:
        """Where the chosen idea moves on to."""
        return next((idea.moves_to for idea in self.ideas if idea.key == self.chosen), None)


def ask_context(
    request: HttpRequest,
    datasheet: Datasheet,
    place: Place,
    *,
    form: TodoForm | None = None,
    choices: Choices | None = None,
) -> dict[str, Any]:
    """The context ``{"ask": Ask}`` of templates/crm/todo/_ask.html.

    ``form`` is one that was sent and is wrong. One query for the ideas, and three for the choices
    unless they are given.
    """
    choices = choices or Choices.of(datasheet)
    shown: TodoForm | BlankTodo | None = form
    moment = form.moment if form else Moment.current()
    ideas = _ideas(datasheet, moment, choices)
    doer = choices.doer_for(datasheet, request.user)
    contact = _contact_for(datasheet, choices)
    chosen = str(form.data.get("idea", "")) if form else "1"
    if shown is None:
        shown = BlankTodo(
            choices=choices,
            moment=moment,
            initial=_initial(ideas[0] if ideas else None, choices, doer, contact),
        )
    ask = Ask(
        datasheet=datasheet,
        place=place,
        target=target(place, datasheet.pk),
        ideas=ideas,
        chips=plan_chips(moment, *(idea.day for idea in ideas)),
        form=shown,
        contact=contact,
        doer=doer,
        back=back_address(request, datasheet.get_absolute_url()),
        chosen=chosen,
        closable=not datasheet.status.is_final and _can_be_closed(datasheet),
    )
    return {"ask": ask}


_SUGGESTIONS = Prepared(lambda status: Suggestion.objects.filter(status=status).in_order()[:IDEAS])


def _ideas(datasheet: Datasheet, moment: Moment, choices: Choices) -> list[Idea]:
    """A type that is archived by now gives way to the first one that is offered."""
    found = _SUGGESTIONS.kept(datasheet.status_id)
    custom = not kind_of(datasheet.module).fixed
    ideas = []
    for number, suggestion in enumerate(found, start=1):
        day = moment.calendar.in_working_days(moment.today, suggestion.in_working_days)
        ideas.append(
            Idea(
                key=str(number),
                text=suggestion.text,
                type=suggestion.type if suggestion.type in choices.types else choices.types[0],
                day=day,
                when=_day_words(day, moment),
                moves_to=suggestion.moves_to if custom else None,
            )
        )
    return ideas


def _day_words(day: date, moment: Moment) -> str:
    ahead = (day - moment.today).days
    return {0: _("Today"), 1: _("Tomorrow")}.get(ahead) or words.chip_day(day, moment.today)


def _initial(
    idea: Idea | None, choices: Choices, doer: User, contact: Contact | None
) -> dict[str, Any]:
    common = {"responsible": doer.pk, "contact": contact.pk if contact else ""}
    if idea is None:
        return {**common, "type": choices.types[0].pk if choices.types else None}
    return {
        **common,
        "type": idea.type.pk,
        "text": idea.text,
        "when": idea.day.isoformat(),
        "moves_to": idea.moves_to.pk if idea.moves_to else "",
    }


def _contact_for(datasheet: Datasheet, choices: Choices) -> Contact | None:
    """With whom by default: the main contact, else the only one."""
    if datasheet.main_contact is not None:
        return datasheet.main_contact
    return choices.contacts[0] if len(choices.contacts) == 1 else None


def _can_be_closed(datasheet: Datasheet) -> bool:
    """Whether there is a way from here to a final status that somebody chooses."""
    kind = kind_of(datasheet.module)
    return (
        not kind.fixed
        or kind.key == "sales"
        or bool(kind.verbs_from(datasheet.status.key, datasheet.document_type))
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
@asks_what_is_missing
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: "What's next?" as a page or a part. POST: the next todo."""
    datasheet = visible_datasheet(request, pk, with_next=False)
    place = place_of(request)
    if request.method != "POST":
        return _ask_page(request, datasheet, place)
    card = None
    if place == "datasheet":  # whose answer shows the rest of it too
        card = client_card(datasheet.client, datasheet.main_contact_id)
    choices = Choices.of(datasheet, card.contacts if card else None)
    form = TodoForm(_with_idea(request, datasheet, choices), choices=choices)
    if form.is_valid():
        try:
            made = _plan_once(request, datasheet, form)
            sent = request.POST.get("from", "")
            return answer(
                request,
                pk,
                place=place,
                todo=made,
                sent=sent,
                only=made,
                choices=choices,
                card=card,
            )
        except Missing:
            raise
        except Refused as refused:
            at = refused.field if refused.field in form.fields else None
            form.add_error(at, refused.message)
    if request.POST.get("from") == "quick":
        return _quick_again(request, datasheet, form, choices)
    return _ask_page(request, datasheet, place, form=form, choices=choices)


def _plan_once(request: HttpRequest, datasheet: Datasheet, form: TodoForm) -> Todo | None:
    """The new todo; None when this very form was sent before."""
    made: list[Todo] = []
    values = given(request, datasheet)
    url, token = datasheet.get_absolute_url(), form.cleaned_data["once"]

    def make() -> str:
        made.append(
            plan_todo(
                datasheet.pk,
                form.plan(),
                actor=request.user,
                moves_to=form.cleaned_data["moves_to"],
                values=values,
                alone=token is None,  # else it is taken back together with the token
            )
        )
        return url

    run_once(token, make, actor=request.user, url=url)
    for todo in made:
        moment = form.moment
        when = words.when_line(todo.due_at, todo.timed, moment.now, moment.zone)
        toast(request, _("Planned for %(when)s: %(todo)s") % {"when": when, "todo": todo.text})
    return made[0] if made else None


def _with_idea(request: HttpRequest, datasheet: Datasheet, choices: Choices) -> Any:
    """The sent fields; where scripts didn't write the chosen idea into them, they are its own.

    Without scripts the text is still that of another idea. What somebody typed is never touched.
    """
    data = request.POST.copy()
    key = data.get("idea", "")
    if not key:
        return _with_defaults(data, request, datasheet, choices)
    ideas = {idea.key: idea for idea in _ideas(datasheet, Moment.current(), choices)}
    chosen = ideas.get(key)
    others = {idea.text for idea in ideas.values() if idea is not chosen}
    if chosen is not None and (data.get("text", "").strip() or "") in {"", *others}:
        data["text"], data["type"] = chosen.text, str(chosen.type.pk)
        data["when"] = chosen.day.isoformat()
    return _with_defaults(data, request, datasheet, choices)


def _with_defaults(data: Any, request: HttpRequest, datasheet: Datasheet, choices: Choices) -> Any:
    """A one-click plan sends only what it is about: the rest is as the form would have it."""
    if "responsible" not in data:
        data["responsible"] = str(choices.doer_for(datasheet, request.user).pk)
    if "type" not in data and choices.types:
        data["type"] = str(choices.types[0].pk)
    if "contact" not in data and (contact := _contact_for(datasheet, choices)):
        data["contact"] = str(contact.pk)
    return data


def _ask_page(
    request: HttpRequest,
    datasheet: Datasheet,
    place: Place,
    *,
    form: TodoForm | None = None,
    choices: Choices | None = None,
) -> HttpResponse:
    context = ask_context(request, datasheet, place, form=form, choices=choices)
    return page(
        request,
        "crm/todo/ask.html",
        {**context, "datasheet": datasheet},
        part="crm/todo/_ask.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK,
        target=f"#next-{datasheet.pk}" if form else None,
    )


def _quick_again(
    request: HttpRequest, datasheet: Datasheet, form: TodoForm, choices: Choices
) -> HttpResponse:
    """The line "Add a todo" with what is wrong in it."""
    context = quick_context(request, datasheet, choices, form=form)
    return page(
        request,
        "crm/todo/quick.html",
        {**context, "datasheet": datasheet},
        part="crm/todo/_quick.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        target="#quick",
    )


def quick_context(
    request: HttpRequest,
    datasheet: Datasheet,
    choices: Choices,
    *,
    form: TodoForm | None = None,
) -> dict[str, Any]:
    """The context of templates/crm/todo/_quick.html: ``quick`` (the form) and ``quick_chips``."""
    moment = form.moment if form else Moment.current()
    doer = choices.doer_for(datasheet, request.user)
    initial = _initial(None, choices, doer, _contact_for(datasheet, choices))
    chips = plan_chips(moment)[:4]
    initial["when"] = chips[0].value
    return {
        "quick": form or BlankTodo(choices=choices, moment=moment, initial=initial),
        "quick_chips": chips,
    }


@require_POST
@answers_refusals
def no_next(request: HttpRequest, pk: int) -> HttpResponse:
    """The deliberate "no next todo": in the history; the datasheet stays marked."""
    leave_without_next(pk, actor=request.user)
    toast(request, _("Left without a next todo. It stays marked in the list."), tone="info")
    return answer(request, pk, place=place_of(request))
