"""The first todo of a row: the one that the file gives, or the one that is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Company
from crm import agenda
from importer import values
from importer.first_todos import Spread
from importer.mapped import Mapped
from importer.models import Import, PastDue, Step
from importer.values import Due, Wrong
from modules.models import Module, ModuleTurn, Status, Suggestion, TodoType
from web.text import fold

_CALLS: Final = ("call", "felhiv", "hiv", "telefon")


@dataclass
class FirstTodo:
    """The first todo of a row's datasheet."""

    text: str
    type: TodoType
    due_at: datetime
    timed: bool


class Todos:
    """Makes first todos by the decisions of one import."""

    def __init__(self, source: Import, *, now: datetime, zone: ZoneInfo) -> None:
        self.source, self.now, self.zone = source, now, zone
        self.today = agenda.today(now, zone)
        self.calendar = agenda.Calendar(Company.current().country)
        self.types = {kind.key: kind for kind in TodoType.objects.all()}
        self.type_names = {
            fold(name): kind
            for kind in self.types.values()
            for name in (kind.key, kind.name_hu, kind.name_en)
        }
        self.suggestions = _suggestions(source.module)
        self.spread = self._spread()
        self.seats = _seats(source.module)
        self.turns = 0

    def given(self, mapped: Mapped, status: Status | None) -> tuple[FirstTodo | None, bool]:
        """The todo that the row gives, and whether it is overdue. Raises Wrong.

        A due date without a text takes the status's suggestion, else "Call".
        """
        text = mapped.joined("todo_text")
        try:
            due = values.due(mapped.cells.get("todo_due"), self.today)
        except Wrong as wrong:
            raise Wrong(str(wrong), "todo_due") from None
        if not text and due is None:
            return None, False
        kind = self.type_names.get(fold(mapped.joined("todo_type")))
        suggestion = self.suggestions.get(status.pk) if status else None
        if not text and suggestion is not None:
            text, kind = suggestion.text, kind or suggestion.type
        due = due or Due(self.calendar.in_working_days(self.today, 1), None)
        due_at = self._due_at(due)
        is_past = due_at < self.now
        if is_past and self.source.past_due == PastDue.LEAVE:
            return None, True
        if is_past and self.source.past_due == PastDue.NEXT:
            due_at = self._due_at(Due(self.calendar.in_working_days(self.today, 1), due.at))
        kind = kind or self._guess(text)
        text = text or pgettext("todo", "Call")
        return FirstTodo(text, kind, due_at, due.at is not None), is_past

    def made(
        self, status: Status, responsible_id: int | None, *, in_turn: bool
    ) -> FirstTodo | None:
        """The todo of a row that has none, None where none is made or the status expects none.

        It takes a place in somebody's day, so it is to be asked for once a row, in their order.
        What nobody is responsible for falls to the one who imports; who is given a row in turn is
        not known yet, but that they come one after the other is.
        """
        if self.spread is None or not status.expects_todo:
            return None
        person: object = responsible_id or self.source.created_by_id
        if in_turn and self.seats:
            person = ("turn", self.turns % self.seats)
            self.turns += 1
        said = self.source.first_todo
        kind = self.types.get(said.get("type", ""))
        due_at = agenda.due_at(self.spread.next_day(person), None, self.zone)
        return FirstTodo(said["text"], kind or self._guess(said["text"]), due_at, False)

    def _spread(self) -> Spread | None:
        """Days from the chosen one on, if it isn't over when the load begins; a load that goes on
        after a night gives the days that it gave before.
        """
        said = self.source.first_todo
        if not said.get("text"):
            return None
        loading = self.source.job if self.source.step == Step.LOAD else None
        begun = loading.created_at if loading is not None else self.now
        first = max(date.fromisoformat(said["from"]), agenda.today(begun, self.zone))
        return Spread(self.calendar, first, int(said.get("a_day") or 0))

    def _due_at(self, due: Due) -> datetime:
        try:
            due_at = agenda.due_at(due.day, due.at, self.zone)
        except (ValueError, OverflowError):
            due_at = agenda.FAR
        if due_at >= agenda.FAR:  # which stands for "no todo"
            raise Wrong(_("The due date is out of the calendar."), "todo_due")
        return due_at

    def _guess(self, text: str) -> TodoType:
        """A todo without a type: a call when it says so or says nothing, else a task."""
        calls = not text or fold(text).startswith(_CALLS)
        return self.types["call" if calls else "task"]


def _suggestions(module: Module | None) -> dict[int, Suggestion]:
    """The first suggestion of each status of the module."""
    if module is None:
        return {}
    rows = Suggestion.objects.filter(status__module=module).select_related("type")
    return {one.status_id: one for one in rows.order_by("-order", "-pk")}


def _seats(module: Module | None) -> int:
    """Among how many the module's new datasheets go round."""
    return ModuleTurn.objects.filter(module=module).count() if module is not None else 0
