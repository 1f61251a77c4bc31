"""What a history entry tells, as a sentence in the reader's language.

An entry keeps values; here they become words. A sentence is a list of parts, of which the names
are strong, so that nothing that a person typed is ever taken for markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from crm import words
from crm.constants import EntryKind, Qualification, SaleState
from crm.forms.when import Moment
from crm.models import Contact, HistoryEntry
from modules.models import Former, Status, Step, TodoType
from web.dates import language


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; ``strong`` for the names in it."""

    text: str
    strong: bool = False


@dataclass
class Names:
    """The records that entries refer to by number."""

    statuses: dict[int, Status | Former] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    types: dict[int, TodoType] = field(default_factory=dict)
    steps: dict[int, Step | Former] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        entries: Sequence[HistoryEntry],
        *,
        statuses: Iterable[Status] = (),
        users: Iterable[User] = (),
        types: Iterable[TodoType] = (),
        steps: Iterable[Step] = (),
        contacts: Iterable[Contact] = (),
    ) -> Names:
        """Those given, and what is still missing: at most one query a kind of record.

        The entries get their authors and contacts from them.
        """
        names = cls(
            {one.pk: one for one in statuses},
            {one.pk: one for one in users},
            {one.pk: one for one in types},
            {one.pk: one for one in steps},
            {one.pk: one for one in contacts},
        )
        for entry in entries:
            if _AUTHOR.is_cached(entry) and entry.author is not None:
                names.users.setdefault(entry.author.pk, entry.author)
        wanted = _references(entries)
        _add(names.statuses, wanted["status"], Status)
        _add(names.users, wanted["user"], User)
        _add(names.types, wanted["type"], TodoType)
        _add(names.steps, wanted["step"], Step)
        _add(names.contacts, wanted["contact"], Contact)
        _add_former(names.statuses, wanted["status"], Former.STATUS)
        _add_former(names.steps, wanted["step"], Former.STEP)
        for entry in entries:
            entry.author = names.users.get(entry.author_id or 0)
            entry.contact = names.contacts.get(entry.contact_id or 0)
        return names


_AUTHOR: Any = HistoryEntry._meta.get_field("author")


def _references(entries: Iterable[HistoryEntry]) -> dict[str, set[int]]:
    """The numbers that the entries' values name, by kind of record."""
    kinds = ("status", "user", "type", "step", "contact")
    found: dict[str, set[int | None]] = {kind: set() for kind in kinds}
    for entry in entries:
        data = entry.data
        found["user"].add(entry.author_id)
        found["contact"].add(entry.contact_id)
        if entry.kind == EntryKind.STATUS:
            found["status"] |= {data.get("from"), data.get("to")}
        elif entry.kind == EntryKind.RESPONSIBLE:
            found["user"] |= {data.get("from"), data.get("to")}
        elif entry.kind == EntryKind.STEP:
            found["step"].add(data.get("step"))
        elif entry.kind == EntryKind.DONE:
            found["type"].add(data.get("type"))
    return {kind: {pk for pk in pks if isinstance(pk, int)} for kind, pks in found.items()}


def _add(known: dict[int, Any], wanted: set[int], model: Any) -> None:
    missing = wanted - known.keys()
    if missing:
        known.update(model.objects.in_bulk(missing))


def _add_former(known: dict[int, Any], wanted: set[int], what: str) -> None:
    """Those that were removed since: by then nothing but their names is left."""
    missing = wanted - known.keys()
    if missing:
        for former in Former.objects.filter(what=what, number__in=missing):
            known[former.number] = former


def phrase(template: str, **values: Any) -> list[Part]:
    """The template's text with its ``{names}`` put in, each of them strong."""
    parts = []
    for text, name, _spec, _conversion in Formatter().parse(template):
        if text:
            parts.append(Part(text))
        if name:
            parts.append(Part(str(values[name]), strong=True))
    return parts


def sentence(entry: HistoryEntry, names: Names, moment: Moment) -> list[Part]:
    """Who did what with whom: "{Nagy Eszter} moved it from {Offer} to {Won}"."""
    who = entry.author.full_name if entry.author else _("The system")
    say = _SAYERS.get(EntryKind(entry.kind), _say_kind)
    return say(_Teller(entry, who, names, moment))


@dataclass(frozen=True)
class _Teller:
    entry: HistoryEntry
    who: str
    names: Names
    moment: Moment

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.entry.data
        return found

    def say(self, template: str, **values: Any) -> list[Part]:
        return phrase(template, who=self.who, **values)

    def say_with(self, alone: str, with_whom: str) -> list[Part]:
        """One of two sentences: the second names the contact."""
        if self.entry.contact is None:
            return self.say(alone)
        return self.say(with_whom, contact=self.entry.contact.full_name)

    def move(self) -> tuple[str, str]:
        """Both statuses' names, with their groups where the names alone are the same."""
        old = self.names.statuses.get(self.data.get("from") or 0)
        new = self.names.statuses.get(self.data.get("to") or 0)
        if old and new and old.name == new.name:
            return old.full_name, new.full_name
        former = _("a former status")
        return old.name if old else former, new.name if new else former

    def user(self, key: str) -> str:
        found = self.names.users.get(self.data.get(key) or 0)
        return found.full_name if found else _("nobody")

    def due(self, key: str) -> str:
        state = self.data.get(key) or {}
        try:
            due = datetime.fromisoformat(state["due_at"])
        except (KeyError, ValueError):
            return "?"
        return words.when_line(due, bool(state.get("timed")), self.moment.now, self.moment.zone)


def _say_note(t: _Teller) -> list[Part]:
    return t.say(_("{who} wrote a note"))


def _say_call(t: _Teller) -> list[Part]:
    return t.say_with(_("{who} made a call"), _("{who} called {contact}"))


def _say_meeting(t: _Teller) -> list[Part]:
    return t.say_with(_("{who} had a meeting"), _("{who} met {contact}"))


def _say_email(t: _Teller) -> list[Part]:
    return t.say_with(_("{who} wrote an email"), _("{who} wrote to {contact}"))


def _say_done(t: _Teller) -> list[Part]:
    type_ = t.names.types.get(t.data.get("type") or 0)
    by_type = {"call": _say_call, "meeting": _say_meeting, "email": _say_email}
    say = by_type.get(type_.key if type_ else "")
    return say(t) if say else t.say(_("{who} finished a todo"))


def _say_created(t: _Teller) -> list[Part]:
    return t.say(_("{who} made this datasheet"))


def _say_planned(t: _Teller) -> list[Part]:
    when = words.when_line(*_first_due(t), t.moment.now, t.moment.zone)
    return t.say(_("{who} planned {todo} for {when}"), todo=t.entry.text, when=when)


def _first_due(t: _Teller) -> tuple[datetime, bool]:
    try:
        return datetime.fromisoformat(t.data["due_at"]), bool(t.data.get("timed"))
    except (KeyError, ValueError):
        return t.entry.at, False


def _say_postponed(t: _Teller) -> list[Part]:
    return t.say(
        _("{who} postponed {todo} from {old} to {new}"),
        todo=t.entry.text,
        old=t.due("before"),
        new=t.due("after"),
    )


def _say_changed_todo(t: _Teller) -> list[Part]:
    before, after = t.data.get("before") or {}, t.data.get("after") or {}
    if before.get("text") != after.get("text"):
        return t.say(
            _("{who} changed {old} to {new}"), old=before.get("text", "?"), new=t.entry.text
        )
    if before.get("due_at") != after.get("due_at"):
        return t.say(
            _("{who} moved {todo} from {old} to {new}"),
            todo=t.entry.text,
            old=t.due("before"),
            new=t.due("after"),
        )
    return t.say(_("{who} changed {todo}"), todo=t.entry.text)


def _say_reopened(t: _Teller) -> list[Part]:
    return t.say(_("{who} opened {todo} again"), todo=t.entry.text)


def _say_deleted(t: _Teller) -> list[Part]:
    return t.say(_("{who} deleted {todo}"), todo=t.entry.text)


def _say_cancelled(t: _Teller) -> list[Part]:
    return t.say(_("{who} cancelled {todo}"), todo=t.entry.text)


def _say_no_next(t: _Teller) -> list[Part]:
    return t.say(_("{who} left it without a next todo"))


def _say_status(t: _Teller) -> list[Part]:
    if t.data.get("from") == t.data.get("to"):
        return _say_facts(t)
    old, new = t.move()
    if t.entry.author is None:
        return phrase(_("It moved by itself from {old} to {new}"), old=old, new=new)
    return t.say(_("{who} moved it from {old} to {new}"), old=old, new=new)


def _say_facts(t: _Teller) -> list[Part]:
    """A sale whose facts changed while its status stayed."""
    before, after = t.data.get("facts") or {}, t.data.get("facts_after") or {}
    if before.get("qualification") != after.get("qualification"):
        new = dict(Qualification.choices).get(after.get("qualification") or "", "?")
        return t.say(_("{who} qualified it: {new}"), new=new)
    if before.get("sale_state") != after.get("sale_state"):
        new = dict(SaleState.choices).get(after.get("sale_state") or "", "?")
        return t.say(_("{who} set the state of the sale: {new}"), new=new)
    if after.get("decided"):
        return t.say(_("{who} wrote down that they have decided to buy"))
    return t.say(_("{who} wrote down that they have not decided yet"))


def _say_responsible(t: _Teller) -> list[Part]:
    to = t.data.get("to")
    if to is None:
        return t.say(_("{who} released it"))
    if to == t.entry.author_id:
        return t.say(_("{who} took it over"))
    return t.say(_("{who} made {new} responsible"), new=t.user("to"))


def _say_step(t: _Teller) -> list[Part]:
    step = t.names.steps.get(t.data.get("step") or 0)
    name = step.name if step else _("a former step")
    if t.data.get("ticked"):
        return t.say(_("{who} ticked {step}"), step=name)
    return t.say(_("{who} unticked {step}"), step=name)


def _say_changed(t: _Teller) -> list[Part]:
    new = t.data.get("to")
    by_field = {
        "name": (_("{who} renamed it to {new}"), _("{who} took its own name off")),
        "main_contact": (
            _("{who} made {new} the main contact"),
            _("{who} left it without a main contact"),
        ),
        "document_type": (_("{who} set what it is: {new}"), _("{who} changed data")),
        "registered_on": (_("{who} set the day of registration: {new}"), _("{who} changed data")),
        "unsubscribed": (_("{who} noted that they unsubscribed"), _("{who} changed data")),
    }
    to_some, to_none = by_field.get(
        t.data.get("field", ""), (_("{who} changed data"), _("{who} changed data"))
    )
    return t.say(to_some, new=new) if new else t.say(to_none)


def _say_field(t: _Teller) -> list[Part]:
    """A field of the company's; of a contact, with their name before it."""
    what, old, new = (in_language_of_reader(t.data.get(key)) for key in _FIELD_WORDS)
    if t.data.get("of"):
        what = f"{t.data['of']}, {what}"
    if not old:
        return t.say(_("{who} wrote {what}: {new}"), what=what, new=new)
    if not new:
        return t.say(_("{who} cleared {what}: it was {old}"), what=what, old=old)
    return t.say(_("{who} changed {what} from {old} to {new}"), what=what, old=old, new=new)


_FIELD_WORDS = ("label", "from_shown", "to_shown")


def in_language_of_reader(said: Any) -> str:
    """Words that an entry keeps in both languages, or in one that is for all."""
    if isinstance(said, dict):
        return str(said.get(language()) or next(iter(said.values()), ""))
    return str(said or "")


def _say_trashed(t: _Teller) -> list[Part]:
    return t.say(_("{who} moved it to the trash"))


def _say_restored(t: _Teller) -> list[Part]:
    return t.say(_("{who} brought it back from the trash"))


def _say_imported(t: _Teller) -> list[Part]:
    file, row = t.data.get("file"), t.data.get("row")
    if not file:
        return t.say(_("{who} imported it"))
    return t.say(_("{who} imported it from {file}, row {row}"), file=file, row=str(row))


def _say_kind(t: _Teller) -> list[Part]:
    return t.say("{who}: {what}", what=EntryKind(t.entry.kind).label)


_SAYERS: dict[EntryKind, Callable[[_Teller], list[Part]]] = {
    EntryKind.NOTE: _say_note,
    EntryKind.CALL: _say_call,
    EntryKind.MEETING: _say_meeting,
    EntryKind.EMAIL: _say_email,
    EntryKind.CREATED: _say_created,
    EntryKind.DONE: _say_done,
    EntryKind.REOPENED: _say_reopened,
    EntryKind.PLANNED: _say_planned,
    EntryKind.POSTPONED: _say_postponed,
    EntryKind.CHANGED_TODO: _say_changed_todo,
    EntryKind.DELETED_TODO: _say_deleted,
    EntryKind.CANCELLED_TODO: _say_cancelled,
    EntryKind.NO_NEXT: _say_no_next,
    EntryKind.STATUS: _say_status,
    EntryKind.RESPONSIBLE: _say_responsible,
    EntryKind.STEP: _say_step,
    EntryKind.CHANGED: _say_changed,
    EntryKind.FIELD: _say_field,
    EntryKind.TRASHED: _say_trashed,
    EntryKind.RESTORED: _say_restored,
    EntryKind.IMPORTED: _say_imported,
}
