"""What lies ahead on a datasheet: its open todos, the next one with the four answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm import agenda, words
from crm.client_card import Channels, ClientCard
from crm.day_words import clock, day_with_weekday
from crm.forms.todo import Choices
from crm.forms.when import DayChip, Moment, day_chips
from crm.models import Datasheet, Todo
from crm.words import Label
from web.prepared import Prepared

MOST_TODOS = 200


@dataclass(frozen=True)
class Line:
    """An open todo in the thread; ``answer`` is its time as the first of the four answers."""

    todo: Todo
    band: str
    when: str
    time: str
    answer: Label
    full_when: str
    chips: list[DayChip]
    channels: Channels


def thread(
    datasheet: Datasheet, card: ClientCard, choices: Choices, moment: Moment
) -> dict[str, Any]:
    """The context of templates/crm/datasheet/_thread.html and _botbar.html, but for what is asked.

    ``next`` is the Line with the four answers, ``later`` the others.
    """
    types = {one.pk: one for one in choices.types}
    # The datasheet knows whether there is any.
    open_todos = _OPEN_TODOS.ask(datasheet.pk) if datasheet.next_todo_id else []
    for todo in open_todos:
        if todo.type_id in types:
            todo.type = types[todo.type_id]
    lines = [_line(todo, card, moment, first=i == 0) for i, todo in enumerate(open_todos)]
    upcoming = lines[0] if lines else None
    reach = upcoming.channels if upcoming else card.channels_of(datasheet.main_contact)
    return {"next": upcoming, "later": lines[1:], "bar_channels": reach}


_OPEN_TODOS: Prepared[Todo] = Prepared(
    lambda datasheet: (
        Todo.objects.filter(datasheet=datasheet)
        .open()
        .in_due_order()
        .select_related("contact", "responsible")[:MOST_TODOS]
    )
)


def _line(todo: Todo, card: ClientCard, moment: Moment, *, first: bool) -> Line:
    chips = []
    if first:
        day = moment.day_of(todo.due_at)
        chips = day_chips(agenda.postpone_chips(moment.today, day, moment.calendar), moment)
    label = words.when_label(todo.due_at, todo.timed, moment.now, moment.zone)
    band = agenda.band(todo.due_at, moment.now, moment.zone)
    if band in ("today", "tomorrow"):
        label = Label(words.band_label(band), "")
    shows_time = todo.timed and band != "late"
    return Line(
        todo=todo,
        band=band,
        when=label.main,
        time=clock(todo.due_at.astimezone(moment.zone).time()) if shows_time else "",
        answer=_whole_when(todo, label, moment),
        full_when=words.full_label(todo.due_at, todo.timed, moment.zone),
        chips=chips,
        channels=card.channels_of(todo.contact),
    )


def _whole_when(todo: Todo, label: Label, moment: Moment) -> Label:
    """The first of the four answers: the day always stands in it, and the time if there is one."""
    due = todo.due_at.astimezone(moment.zone)
    day = day_with_weekday(moment.day_of(todo.due_at))
    at = clock(due.time()) if todo.timed else ""
    band = agenda.band(todo.due_at, moment.now, moment.zone)
    if band == "late":
        return Label(label.main, ", ".join(one for one in (day, at) if one))
    if band in ("today", "tomorrow"):
        return Label(f"{words.band_label(band)} {at}".rstrip(), _soon(todo, moment) or day)
    return Label(day, at or _("Any time"))


def _soon(todo: Todo, moment: Moment) -> str:
    """How long until a timed todo of the next hours; empty for any other."""
    minutes = int((todo.due_at - moment.now).total_seconds()) // 60
    if not todo.timed or not 0 <= minutes < 12 * 60:
        return ""
    if minutes < 60:
        return _("in %(minutes)s min") % {"minutes": minutes}
    return _("in %(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}
