"""A row read as what it would make: a client, a contact, an address, a datasheet, a first todo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Company
from accounts.models.company import name_order
from crm import agenda
from crm.models import Address, Client, Contact, Datasheet
from crm.models.todo import TEXT_MAX
from crm.tax_numbers import checked
from importer import statuses, values
from importer.headings import BY_KEY
from importer.models import IN_TURN, Import, PastDue
from importer.people import Person
from importer.readers.base import Cell
from importer.values import Wrong
from modules.models import Status, Suggestion, TodoType
from web.text import fold, fold_company


@dataclass
class Mapped:
    """A row by the fields its columns go to: the texts, and the cell of the due date."""

    texts: dict[str, list[str]]
    due: Cell = None

    def all(self, key: str) -> list[str]:
        return self.texts.get(key, [])

    def joined(self, key: str, sign: str = " ") -> str:
        return sign.join(self.texts.get(key, ()))


def _most(model: type[Model], column: str) -> int:
    field = model._meta.get_field(column)
    return (field.max_length if isinstance(field, Field) else None) or 0


# How long a value may be, by the target that it goes into.
LENGTHS: Final = {
    key: _most(model, column)
    for model, columns in (
        (Client, {"company_name": "name"}),
        (Client, dict.fromkeys(("registration_number", "website", "industry", "size"))),
        (Client, {"bank_account": "bank_account", "eu_vat_number": "eu_vat_number"}),
        (Contact, dict.fromkeys(("family_name", "given_name", "position"))),
        (Address, dict.fromkeys(("country", "postcode", "town", "street"))),
        (Datasheet, {"datasheet_name": "name"}),
    )
    for key, column in ((key, column or key) for key, column in columns.items())
} | {"todo_text": TEXT_MAX}
_DRAFTED: Final = ("country", "postcode", "town", "street", "datasheet_name")
_OF_PEOPLE: Final = ("family_name", "given_name", "position")
_CLIENT_TEXTS: Final = (
    "eu_vat_number", "registration_number", "website", "industry", "size", "bank_account",
)  # fmt: skip


@dataclass
class FirstTodo:
    """The first todo of a row's datasheet."""

    text: str
    type: TodoType
    due_at: datetime
    timed: bool


@dataclass
class Draft:
    """What a right row would make. Names and numbers are as they will be stored.

    ``people`` are its contacts, the main one first, after the company's own phones and emails if
    it has any (a :class:`Person` without a name). ``values`` are of the company's fields of the
    client and of the datasheet, by the field's id. ``client_id`` and ``datasheet_id`` are those
    that the row names. ``filled`` are the targets that the row holds something for.
    """

    name: str
    is_company: bool
    client_id: int | None = None
    datasheet_id: int | None = None
    filled: set[str] = field(default_factory=set)
    values: dict[int, Any] = field(default_factory=dict)
    tax_number: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    people: list[Person] = field(default_factory=list)
    country: str = ""
    postcode: str = ""
    town: str = ""
    street: str = ""
    datasheet_name: str = ""
    status: Status | None = None
    responsible_id: int | None = None
    in_turn: bool = False
    todo: FirstTodo | None = None
    is_past: bool = False
    history_note: str = ""

    @property
    def main(self) -> Person | None:
        """The main contact: the first who has a name."""
        return next((person for person in self.people if person.is_named), None)

    @property
    def contact(self) -> str:
        """The name of the main contact, in the company's order of names."""
        return self.main.full_name if self.main else ""

    @property
    def folded_company(self) -> str:
        return fold_company(self.name)


class Reader:
    """Reads rows by the decisions of one import; asks the database nothing row by row."""

    def __init__(self, source: Import, *, now: datetime, zone: ZoneInfo) -> None:
        self.source, self.now, self.zone = source, now, zone
        self.today = agenda.today(now, zone)
        self.calendar = agenda.Calendar(Company.current().country)
        self.family_first = name_order() != "given_first"
        self.types = {kind.key: kind for kind in TodoType.objects.all()}
        self.type_names = {
            fold(name): kind
            for kind in self.types.values()
            for name in (kind.key, kind.name_hu, kind.name_en)
        }
        module = source.module
        self.statuses: dict[int, Status] = {}
        self.start: Status | None = None
        self.suggestions: dict[int, Suggestion] = {}
        if module is not None:
            self.statuses = {status.pk: status for status in statuses.choices(module)}
            self.start = statuses.start(module)
            rows = Suggestion.objects.filter(status__module=module).select_related("type")
            for suggestion in rows.order_by("-order", "-pk"):
                self.suggestions[suggestion.status_id] = suggestion

    def read(self, cells: list[Cell]) -> tuple[Draft, list[Wrong], list[str]]:
        """The draft of a row, what is wrong with it, and why it was chosen to be left out."""
        mapped = Mapped({})
        for target, cell in zip(self.source.targets, cells, strict=False):
            if target and cell is not None and (text := values.text(cell)):
                mapped.texts.setdefault(target, []).append(text)
                if target == "todo_due" and mapped.due is None:
                    mapped.due = cell
        draft, wrong = Draft("", is_company=True, filled=set(mapped.texts)), list[Wrong]()
        left_out: list[str] = []
        for step, target in (
            (self._names, "company_name"),
            (self._company, "tax_number"),
            (self._channels, "email"),
            (self._place, "address"),
            (self._texts, "notes"),
        ):
            self._try(step, target, draft, mapped, wrong)
        if self.source.module is not None:
            for choose, target in ((self._status, "status"), (self._responsible, "responsible")):
                left_out += self._try(choose, target, draft, mapped, wrong) or []
            if not left_out:
                self._try(self._todo, "todo_due", draft, mapped, wrong)
        return draft, wrong + _too_long(draft), left_out

    def _try(
        self,
        step: Callable[[Draft, Mapped], Any],
        target: str,
        draft: Draft,
        mapped: Mapped,
        wrong: list[Wrong],
    ) -> Any:
        try:
            return step(draft, mapped)
        except Wrong as found:
            found.target = found.target or target
            wrong.append(found)
            return None

    def _names(self, draft: Draft, mapped: Mapped) -> None:
        person = Person()
        full = mapped.joined("full_name")
        if full:
            names = values.person(full, family_first=self.family_first)
            person.family_name, person.given_name = names
        person.family_name = mapped.joined("family_name") or person.family_name
        person.given_name = mapped.joined("given_name") or person.given_name
        person.position = mapped.joined("position", ", ")
        draft.people = [person]
        draft.name = " ".join(mapped.joined("company_name").split())
        if not draft.name:
            draft.name, draft.is_company = person.full_name, False
        if not draft.name:
            raise Wrong(_("There is no name of a company or person."))

    def _company(self, draft: Draft, mapped: Mapped) -> None:
        draft.texts = {key: mapped.joined(key) for key in _CLIENT_TEXTS}
        number = mapped.joined("tax_number")
        if number:
            try:
                draft.tax_number = checked(number)
            except ValueError as error:
                raise Wrong(str(error)) from None

    def _channels(self, draft: Draft, mapped: Mapped) -> None:
        person = draft.people[0]
        for text in mapped.all("phone"):
            numbers, other = values.phones(text)
            person.phones += [number[:50] for number in numbers]
            draft.notes = "\n".join(filter(None, [draft.notes, *other]))
        for text in mapped.all("email"):
            person.emails += values.emails(text)
        person.phones = list(dict.fromkeys(person.phones))
        person.emails = list(dict.fromkeys(person.emails))

    def _place(self, draft: Draft, mapped: Mapped) -> None:
        whole = mapped.joined("address")
        if whole:
            draft.postcode, draft.town, draft.street = values.place(whole)
        for key in ("country", "postcode", "town", "street"):
            setattr(draft, key, mapped.joined(key) or getattr(draft, key))

    def _texts(self, draft: Draft, mapped: Mapped) -> None:
        draft.notes = "\n".join(filter(None, [mapped.joined("notes", "\n"), draft.notes]))
        draft.history_note = mapped.joined("history_note", "\n")
        draft.datasheet_name = mapped.joined("datasheet_name")

    def _status(self, draft: Draft, mapped: Mapped) -> list[str]:
        draft.status = self.start
        value = mapped.joined("status")
        if not value:
            return []
        chosen = self.source.statuses.get(fold(value), 0)
        if chosen is None:
            return [_("Left out: status “%(value)s”.") % {"value": value}]
        if chosen not in self.statuses:
            raise Wrong(_("No status was chosen for “%(value)s”.") % {"value": value})
        draft.status = self.statuses[chosen]
        return []

    def _responsible(self, draft: Draft, mapped: Mapped) -> list[str]:
        draft.responsible_id = self.source.responsible_id
        value = mapped.joined("responsible")
        if not value:
            draft.in_turn = self.source.users.get("") == IN_TURN
            return []
        if fold(value) not in self.source.users:
            raise Wrong(_("No user was chosen for “%(value)s”.") % {"value": value})
        chosen = self.source.users[fold(value)]
        if chosen is None:
            return [_("Left out: responsible “%(value)s”.") % {"value": value}]
        draft.responsible_id = chosen or None
        return []

    def _todo(self, draft: Draft, mapped: Mapped) -> None:
        """The first todo. A due date without a text takes the status's suggestion, else "Call"."""
        text = mapped.joined("todo_text")
        due = values.due(mapped.due, self.today)
        if not text and due is None:
            return
        kind = self.type_names.get(fold(mapped.joined("todo_type")))
        suggestion = self.suggestions.get(draft.status.pk) if draft.status else None
        if not text and suggestion is not None:
            text, kind = suggestion.text, kind or suggestion.type
        day = due.day if due else self.calendar.in_working_days(self.today, 1)
        try:
            due_at = agenda.due_at(day, due.at if due else None, self.zone)
        except (ValueError, OverflowError):
            due_at = agenda.FAR
        if due_at >= agenda.FAR:  # which stands for "no todo"
            raise Wrong(_("The due date is out of the calendar."))
        draft.is_past = due_at < self.now
        if draft.is_past and self.source.past_due == PastDue.LEAVE:
            return
        if draft.is_past and self.source.past_due == PastDue.NEXT:
            day = self.calendar.in_working_days(self.today, 1)
            due_at = agenda.due_at(day, due.at if due else None, self.zone)
        timed = due is not None and due.at is not None
        kind = kind or self._guess(text)
        draft.todo = FirstTodo(text or pgettext("todo", "Call"), kind, due_at, timed)

    def _guess(self, text: str) -> TodoType:
        """A todo without a type: a call when it says so or says nothing, else a task."""
        calls = not text or fold(text).startswith(("call", "felhiv", "hiv", "telefon"))
        return self.types["call" if calls else "task"]


def _too_long(draft: Draft) -> list[Wrong]:
    """What would not fit into its column, wherever it came from."""
    found = [*draft.texts.items(), *((key, getattr(draft, key)) for key in _DRAFTED)]
    found += [(key, getattr(person, key)) for person in draft.people for key in _OF_PEOPLE]
    found.append(("company_name", draft.name))
    found.append(("todo_text", draft.todo.text if draft.todo else ""))
    told = _("%(field)s is too long: at most %(most)s characters.")
    return [
        Wrong(told % {"field": BY_KEY[key].label, "most": LENGTHS[key]}, key)
        for key, text in found
        if len(text) > LENGTHS[key]
    ]
