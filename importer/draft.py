"""A row read as what it would make: a client, contacts, addresses, a datasheet, a first todo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from accounts.models.company import name_order
from crm.models import Address, Client, Contact, Datasheet
from crm.models.todo import TEXT_MAX
from crm.tax_numbers import checked
from importer import fields, people, places, standing, statuses
from importer.headings import BY_KEY, KINDS, kind_of, of_kind, split
from importer.mapped import Mapped, apart, mended
from importer.models import IN_TURN, Import
from importer.people import Person
from importer.places import PARTS, Place
from importer.readers.base import Cell
from importer.todos import FirstTodo, Todos
from importer.values import Wrong
from modules.models import About, Status
from web.text import fold, fold_company

__all__ = ["Draft", "FirstTodo", "Person", "Reader"]

# A number of a record that has more digits than this is none.
_DIGITS: Final = 18


def _most(model: type[Model], column: str) -> int:
    field = model._meta.get_field(column)
    return (field.max_length if isinstance(field, Field) else None) or 0


# How long a value may be, by the target that it goes into.
LENGTHS = {
    key: _most(model, column)
    for model, columns in (
        (Client, {"company_name": "name"}),
        (Client, dict.fromkeys(("registration_number", "website", "industry", "size"))),
        (Client, {"bank_account": "bank_account", "eu_vat_number": "eu_vat_number"}),
        (Contact, dict.fromkeys(("family_name", "given_name", "position"))),
        (Address, dict.fromkeys(PARTS)),
        (Datasheet, {"datasheet_name": "name"}),
    )
    for key, column in ((key, column or key) for key, column in columns.items())
} | {"todo_text": TEXT_MAX}
LENGTHS |= {of_kind(key, kind): LENGTHS[key] for kind in KINDS for key in PARTS}
_OF_PEOPLE: Final = ("family_name", "given_name", "position")
_CLIENT_TEXTS: Final = (
    "eu_vat_number", "registration_number", "website", "industry", "size", "bank_account",
)  # fmt: skip


@dataclass
class Draft:
    """What a right row would make. Names and numbers are as they will be stored.

    ``people`` are its contacts, the main one first, after the company's own phones and emails if
    it has any (a :class:`Person` without a name). ``values`` are of the company's fields of the
    client and of the datasheet, by the field's id. ``client_id`` and ``datasheet_id`` are those
    that the row names. ``filled`` are the targets that the row holds something for.

    Its own columns are those of the main address: of the plain one, else of the first that the
    row tells (``kind`` says which, as :class:`Place` does); ``other_places`` are the rest.
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
    kind: str = ""
    country: str = ""
    postcode: str = ""
    town: str = ""
    street: str = ""
    other_places: list[Place] = field(default_factory=list)
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

    def person(self, number: int) -> Person | None:
        """The contact of this number, if the row names one."""
        return next((one for one in self.people if one.is_named and one.number == number), None)

    @property
    def contact(self) -> str:
        """The name of the main contact, in the company's order of names."""
        return self.main.full_name if self.main else ""

    @property
    def places(self) -> list[Place]:
        """The addresses that the row tells, the main one first."""
        main = Place(self.kind, self.country, self.postcode, self.town, self.street)
        return [main, *self.other_places] if main.parts else []

    @property
    def made_places(self) -> list[Place]:
        """Those that a new client gets: none that says nothing that the main one doesn't."""
        main, *others = self.places or [Place()]
        return [one for one in (main, *others) if one is main or not one.is_said_by(main)]

    @property
    def folded_company(self) -> str:
        return fold_company(self.name)


class Reader:
    """Reads rows by the decisions of one import; asks the database nothing row by row."""

    def __init__(self, source: Import, *, now: datetime, zone: ZoneInfo) -> None:
        self.source = source
        self.family_first = name_order() != "given_first"
        self.todos = Todos(source, now=now, zone=zone)
        module = source.module
        self.statuses: dict[int, Status] = {}
        self.start: Status | None = None
        if module is not None:
            self.statuses = {status.pk: status for status in statuses.choices(module)}
            self.start = statuses.start(module)
        self.unset = standing.statuses_nobody_sets(module) if module else frozenset[str]()
        self.former = standing.people_of_before(module) if module else frozenset[str]()
        self.fields = [target for target in source.targets if fields.id_of(target) is not None]
        offered = fields.offered(source.created_by, module) if self.fields else []
        self.values = fields.Values(offered, source.choices)
        self.contacts = people.numbers(source.targets)
        self.kinds = places.kinds_in(source.targets)
        self.steps = self._steps(set(source.targets))

    def _steps(self, told: set[str]) -> list[tuple[Callable[[Draft, Mapped], Any], str]]:
        """What is read of each row, and the field that is wrong when it can't be. Who it is about
        always; else nothing that no column of the file tells.
        """
        every: list[tuple[Callable[[Draft, Mapped], Any], str, set[str]]] = [
            (self._company, "tax_number", {"tax_number", *_CLIENT_TEXTS}),
            (self._place, "address", {"address", *PARTS}),
            (self._other_places, "address", {target for target in told if kind_of(target)}),
            (self._texts, "notes", {"notes", "history_note", "datasheet_name"}),
            (self._numbers, "client_id", {"client_id", "datasheet_id"}),
        ]
        some = [(step, target) for step, target, keys in every if keys & told]
        return [(self._people, "company_name"), *some]

    def read(self, number: int, cells: list[Cell]) -> tuple[Draft, list[Wrong], list[str]]:
        """The draft of a row, what is wrong with it, and why it was chosen to be left out.

        What was mended by hand takes the place of the row's own cells.
        """
        by_hand = self.source.mended.get(str(number), {}).get("cells")
        mapped = apart(self.source.targets, mended(cells, by_hand) if by_hand else cells)
        draft, wrong = Draft("", is_company=True, filled=set(mapped.texts)), list[Wrong]()
        left_out: list[str] = []
        for step, target in self.steps:
            wrong += self._try(step, target, draft, mapped, wrong) or []
        self._own_fields(draft, mapped, wrong, left_out)
        if self.source.module is not None:
            for choose, target in ((self._status, "status"), (self._responsible, "responsible")):
                left_out += self._try(choose, target, draft, mapped, wrong) or []
            if not left_out:
                self._try(self._todo, "todo_due", draft, mapped, wrong)
        return draft, wrong + _too_long(draft), left_out

    def make_todo(self, draft: Draft) -> None:
        """Give a row whose datasheet is made, and that has no todo, the first one that was asked
        for. Once a row, in their order: each takes a place in somebody's day.
        """
        if draft.todo is None and draft.status is not None:
            draft.todo = self.todos.made(draft.status, draft.responsible_id, in_turn=draft.in_turn)

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

    def _people(self, draft: Draft, mapped: Mapped) -> list[Wrong]:
        found = people.read(mapped, self.contacts, family_first=self.family_first)
        draft.people, draft.notes = found.people, "\n".join(found.notes)
        draft.name = " ".join(mapped.joined("company_name").split())
        if not draft.name:
            draft.name, draft.is_company = draft.contact, False
        if not draft.name:
            said = _("There is no name of a company or person.")
            found.wrong.insert(0, Wrong(said, "company_name"))
        elif not draft.is_company and sum(one.is_named for one in draft.people) > 1:
            said = _("Several contacts need a company, and there is no name of one.")
            found.wrong.append(Wrong(said, "company_name"))
        return found.wrong

    def _company(self, draft: Draft, mapped: Mapped) -> None:
        draft.texts = {key: mapped.joined(key) for key in _CLIENT_TEXTS}
        number = mapped.joined("tax_number")
        if number:
            try:
                draft.tax_number = checked(number)
            except ValueError as error:
                raise Wrong(str(error)) from None

    def _place(self, draft: Draft, mapped: Mapped) -> None:
        places.fill(draft, mapped, "")

    def _other_places(self, draft: Draft, mapped: Mapped) -> None:
        for kind in self.kinds:
            place = Place(kind)
            places.fill(place, mapped, kind)
            if not place.parts:
                continue
            if draft.other_places or any(getattr(draft, name) for name in PARTS):
                draft.other_places.append(place)
            else:
                draft.kind = kind
                places.fill(draft, mapped, kind)

    def _texts(self, draft: Draft, mapped: Mapped) -> None:
        draft.notes = "\n".join(filter(None, [mapped.joined("notes", "\n"), draft.notes]))
        draft.history_note = mapped.joined("history_note", "\n")
        draft.datasheet_name = mapped.joined("datasheet_name")

    def _numbers(self, draft: Draft, mapped: Mapped) -> None:
        """The records that the row names; whether they are there is asked later, in bulk."""
        draft.client_id = _record_number(mapped, "client_id")
        draft.datasheet_id = _record_number(mapped, "datasheet_id")

    def _own_fields(
        self, draft: Draft, mapped: Mapped, wrong: list[Wrong], left_out: list[str]
    ) -> None:
        """The company's own fields. What a contact's says of nobody goes into the notes."""
        for target in self.fields:
            if target not in mapped.cells:
                continue
            try:
                value = self.values.value(target, mapped.cells[target])
            except Wrong as found:
                wrong.append(found)
                continue
            except fields.LeftOut as chosen:
                left_out.append(str(chosen))
                continue
            field = self.values.fields[fields.id_of(target) or 0]
            if field.about != About.CONTACT:
                draft.values[field.pk] = value
                continue
            person = draft.person(split(target)[1])
            if person is not None:
                person.values[field.pk] = value
            elif value is not None:
                said = {"field": field.label, "value": mapped.joined(target)}
                told = _("%(field)s: %(value)s") % said
                draft.notes = "\n".join(filter(None, [draft.notes, told]))

    def _status(self, draft: Draft, mapped: Mapped) -> list[str]:
        draft.status = self.start
        value = mapped.joined("status")
        if not value:
            return []
        chosen = self.source.statuses.get(fold(value), 0)
        if chosen is None:
            return [_("Left out: status “%(value)s”.") % {"value": value}]
        if chosen not in self.statuses:
            if draft.datasheet_id is not None and fold(value) in self.unset:
                draft.filled.discard("status")
                return []
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
            if draft.datasheet_id is not None and fold(value) in self.former:
                draft.filled.discard("responsible")
                return []
            raise Wrong(_("No user was chosen for “%(value)s”.") % {"value": value})
        chosen = self.source.users[fold(value)]
        if chosen is None:
            return [_("Left out: responsible “%(value)s”.") % {"value": value}]
        draft.responsible_id = chosen or None
        return []

    def _todo(self, draft: Draft, mapped: Mapped) -> None:
        draft.todo, draft.is_past = self.todos.given(mapped, draft.status)


def _record_number(mapped: Mapped, target: str) -> int | None:
    """The number of a record as exports write it."""
    written = mapped.joined(target)
    if not written:
        return None
    if written.isascii() and written.isdigit() and len(written) <= _DIGITS:
        return int(written)
    said = {"field": BY_KEY[target].label, "value": written}
    raise Wrong(_("%(field)s: “%(value)s” is not a number.") % said, target)


def _too_long(draft: Draft) -> list[Wrong]:
    """What would not fit into its column, wherever it came from."""
    found = [*draft.texts.items(), ("datasheet_name", draft.datasheet_name)]
    found += [(of_kind(key, draft.kind), getattr(draft, key)) for key in PARTS]
    found += [
        (of_kind(key, place.kind), text)
        for place in draft.other_places
        for key, text in place.parts.items()
    ]
    found += [(key, getattr(person, key)) for person in draft.people for key in _OF_PEOPLE]
    found.append(("company_name", draft.name))
    found.append(("todo_text", draft.todo.text if draft.todo else ""))
    long = [key for key, text in found if len(text) > LENGTHS[key]]
    told = _("%(field)s is too long: at most %(most)s characters.") if long else ""
    return [Wrong(told % {"field": BY_KEY[key].name, "most": LENGTHS[key]}, key) for key in long]
