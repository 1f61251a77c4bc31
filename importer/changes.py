"""What a row changes of a client that is here: the same code finds it for the check and the load.

Filling in puts something only where nothing stands; overwriting replaces what differs. Either adds
phones, emails and contacts that are missing, and takes nothing away: an empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from crm.constants import Shelf
from crm.models import Contact, Datasheet
from crm.values import is_required
from importer import statuses
from importer.address_changes import changes_of_addresses
from importer.draft import Draft
from importer.match import email_folded, phone_digits
from importer.people import Person
from importer.rules import Change, Rules, What
from importer.snapshot import Held
from importer.values import Wrong
from modules.models import About, FieldType, Module, Status
from web.text import fold

# What an import never writes: a number that the system gives, and what is no text.
UNTOUCHED: Final = frozenset({FieldType.NUMBER, FieldType.FILE})
TEXTS: Final = (
    "eu_vat_number", "registration_number", "website", "industry", "size", "bank_account",
)  # fmt: skip


def changes_of(held: Held, draft: Draft, rules: Rules, *, sheet_only: bool = False) -> list[Change]:
    """All that the row changes of the client, nothing when it says nothing new.

    ``sheet_only``: an earlier row has said who the client is, this one is about another datasheet.
    Raises Wrong for what can't be done.
    """
    differ = _Differ(held, draft, rules)
    if not sheet_only:
        differ.client()
        differ.changes += changes_of_addresses(held, draft, rules)
        differ.people()
    if rules.module is not None:
        differ.datasheet(rules.module)
    if draft.history_note and draft.history_note not in held.notes:
        differ.add("history_note", "", draft.history_note, What.NOTE)
    return differ.changes


def sheet_of(held: Held, draft: Draft) -> Datasheet | None:
    """The datasheet that the row is about: the one it names, else the newest open one.

    A row that would make a closed one is about the newest that there is. None: a new one is made.
    """
    if draft.datasheet_id is not None:
        for sheet in held.sheets:
            if sheet.pk == draft.datasheet_id:
                return sheet
        told = _("Datasheet number %(number)s is none of this client's in this module.")
        raise Wrong(told % {"number": draft.datasheet_id}, "datasheet_id")
    shelves = [Shelf.OPEN]
    if draft.status is not None and draft.status.is_final and draft.todo is None:
        shelves.append(Shelf.CLOSED)
    for shelf in shelves:
        for sheet in held.sheets:
            if sheet.shelf == shelf:
                return sheet
    return None


def contact_of(held: Held, draft: Draft, rules: Rules) -> Contact | None:
    """Who of those that are here the row's main contact is; else the client's first contact."""
    if draft.main is not None:
        found = _Differ(held, draft, rules).contact(draft.main, set(), first=True)
        if found is not None or held.client.is_company:
            return found
    return next(iter(held.contacts), None)


class _Differ:
    """Compares one row with one client."""

    def __init__(self, held: Held, draft: Draft, rules: Rules) -> None:
        self.held, self.draft, self.rules = held, draft, rules
        self.changes: list[Change] = []
        self.numbers = {phone.digits for phone in held.phones}
        self.addresses = {email.folded for email in held.emails}

    def add(self, target: str, old: str, new: str, what: What = What.SET, **more: Any) -> None:
        self.changes.append(Change(target, old, new, what, **more))

    def column(self, target: str, record: Any, column: str, new: str, about: str) -> None:
        """One text column of a record."""
        old = getattr(record, column)
        if self.rules.differs(old, new):
            self.add(target, old, new, about=about, pk=record.pk, column=column, value=new)

    # The client itself

    def client(self) -> None:
        client, draft = self.held.client, self.draft
        if client.is_company and draft.is_company:  # a person bears its contact's name
            self.column("company_name", client, "name", draft.name, "client")
        self.column("tax_number", client, "tax_number", draft.tax_number, "client")
        for name in TEXTS:
            self.column(name, client, name, draft.texts.get(name, ""), "client")
        self.column("notes", client, "notes", draft.notes, "client")
        self.values(draft.values, About.CLIENT, client.pk)

    def values(self, given: Mapping[int, Any], about: About, pk: int, suffix: str = "") -> None:
        """The company's own fields of one record."""
        for field_id, new in given.items():
            one = self.rules.fields.get(field_id)
            if one is None or one.about != about or one.type in UNTOUCHED:
                continue
            old = self.held.value(about, pk, field_id)
            if self.rules.differs(old, new):
                shown = self.rules.show
                self.add(
                    f"f{field_id}{suffix}", shown(one, old), shown(one, new), What.VALUE,
                    about=about.value, pk=pk, column=str(field_id), value=new,
                )  # fmt: skip

    # Its people

    def people(self) -> None:
        used: set[int] = set()
        named = 0
        for place, person in enumerate(self.draft.people, start=1):
            named += person.is_named
            contact = self.contact(person, used, first=named <= 1)
            suffix = f".{person.number}" if person.number > 1 else ""
            if contact is not None:
                used.add(contact.pk)
                self._known(contact, person, suffix)
            elif not person.is_named:
                self._channels(person, 0, suffix)
            elif self.held.client.is_company:
                self._new(person, -place, suffix)

    def contact(self, person: Person, used: set[int], *, first: bool) -> Contact | None:
        """Who of the client's people it is: by name, else by email, else by a phone of somebody
        with a name in common. A private person is their own and only contact.
        """
        held = self.held
        if not held.client.is_company:
            return held.contacts[0] if first and held.contacts else None
        if not person.is_named:
            return None
        free = [contact for contact in held.contacts if contact.pk not in used]
        names = [person.family_name, person.given_name]
        both = {fold(" ".join(names).strip()), fold(" ".join(reversed(names)).strip())}
        by_name = (one for one in free if one.folded_name in both)
        emails = {email_folded(one) for one in person.emails}
        of_email = {email.contact_id for email in held.emails if email.folded in emails}
        by_email = (one for one in free if one.pk in of_email)
        numbers = {phone_digits(one) for one in person.phones} - {""}
        of_phone = {phone.contact_id for phone in held.phones if phone.digits in numbers}
        words = set(fold(" ".join(names)).split())
        by_phone = (
            one for one in free if one.pk in of_phone and words & set(one.folded_name.split())
        )
        return next(by_name, None) or next(by_email, None) or next(by_phone, None)

    def _known(self, contact: Contact, person: Person, suffix: str) -> None:
        names = {"family_name": person.family_name, "given_name": person.given_name}
        agrees = all(
            not getattr(contact, name) or not new or fold(getattr(contact, name)) == fold(new)
            for name, new in names.items()
        )
        if person.is_named and (agrees or self.rules.overwrite):
            for name, new in names.items():
                self.column(name + suffix, contact, name, new, "contact")
        self.column("position" + suffix, contact, "position", person.position, "contact")
        self._channels(person, contact.pk, suffix)
        self.values(person.values, About.CONTACT, contact.pk, suffix)

    def _channels(self, person: Person, pk: int, suffix: str) -> None:
        """Those that nobody at the client has yet; ``pk`` 0: of the company itself."""
        for raw in person.phones:
            if (run := phone_digits(raw)) not in self.numbers:
                self.numbers.add(run)
                self._channel(What.PHONE, raw, pk, suffix)
        for raw in person.emails:
            if (folded := email_folded(raw)) not in self.addresses:
                self.addresses.add(folded)
                self._channel(What.EMAIL, raw, pk, suffix)

    def _channel(self, what: What, raw: str, pk: int, suffix: str) -> None:
        self.add(what.value + suffix, "", raw, what, about="contact", pk=pk, value=raw)

    def _new(self, person: Person, pk: int, suffix: str) -> None:
        """A contact more, with all that the row says of them."""
        self.add(
            "full_name" + suffix, "", person.full_name, What.CONTACT,
            about="contact", pk=pk, value=person,
        )  # fmt: skip
        for raw in person.phones:
            self._channel(What.PHONE, raw, pk, suffix)
        for raw in person.emails:
            self._channel(What.EMAIL, raw, pk, suffix)
        self.values(person.values, About.CONTACT, pk, suffix)

    # Its datasheet in the module

    def datasheet(self, module: Module) -> None:
        draft, sheet = self.draft, sheet_of(self.held, self.draft)
        if sheet is None:
            if draft.status is not None:
                self.add("status", "", draft.status.name, What.SHEET, about="datasheet")
            return
        self.column("datasheet_name", sheet, "name", draft.datasheet_name, "datasheet")
        self.values(draft.values, About.DATASHEET, sheet.pk)
        self._responsible(sheet)
        self._status(sheet, module)
        self._todo(sheet)

    def _responsible(self, sheet: Datasheet) -> None:
        to = self.draft.responsible_id
        if "responsible" not in self.draft.filled or to not in self.rules.people:
            return
        if self.rules.differs(sheet.responsible_id, to):
            old = sheet.responsible.full_name if sheet.responsible else ""
            self.add(
                "responsible", old, self.rules.people[to], What.RESPONSIBLE,
                about="datasheet", pk=sheet.pk, value=to,
            )  # fmt: skip

    def _status(self, sheet: Datasheet, module: Module) -> None:
        """Overwriting moves it where one could move it by hand; filling in never does."""
        to, rules = self.draft.status, self.rules
        if not (rules.overwrite and rules.moves) or "status" not in self.draft.filled:
            return
        if to is None or to.pk == sheet.status_id:
            return
        facts = statuses.facts(module, to)
        if facts and all(getattr(sheet, name) == value for name, value in facts.items()):
            return  # it says so already; why it stands elsewhere (forgotten) the file can't tell
        self._refuse_what_is_asked(sheet, to)
        self.add(
            "status", sheet.status.name, to.name, What.STATUS,
            about="datasheet", pk=sheet.pk, value=to.pk,
        )  # fmt: skip

    def _refuse_what_is_asked(self, sheet: Datasheet, to: Status) -> None:
        lacking = [
            one.label
            for one in self.rules.fields.values()
            if one.about == About.DATASHEET
            and one.required == "from"
            and is_required(one, to)
            and self.held.value(About.DATASHEET, sheet.pk, one.pk) is None
            and self.draft.values.get(one.pk) is None
        ]
        if lacking:
            told = _("“%(status)s” asks for: %(fields)s.")
            raise Wrong(told % {"status": to.name, "fields": ", ".join(lacking)}, "status")

    def _todo(self, sheet: Datasheet) -> None:
        """It keeps its own; one that has none gets what the row says."""
        todo = self.draft.todo
        said = {"todo_text", "todo_due"} & self.draft.filled
        if todo is None or not said or sheet.next_todo_id is not None or sheet.shelf != Shelf.OPEN:
            return
        self.add("todo_text", "", todo.text, What.TODO, about="datasheet", pk=sheet.pk, value=todo)
