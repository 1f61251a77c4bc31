"""The activity log as it is read: each entry a sentence, with what changed from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, Company, Language, MailSecurity, NameOrder, Theme, User
from accounts.roles import Role
from crm.history import Part, phrase
from modules.models import Field, Module, Status, TodoType
from office.activity_verbs import KINDS, VERBS, kind_of
from web import dates

_MODELS: Final = (Company, User, Module, Status, Field, TodoType)
# Words for values that are kept as keys; a value means the same in every field.
_VALUES: Final = {
    str(key): label
    for choices in (Role, NameOrder, MailSecurity, Language, Theme)
    for key, label in choices.choices
}
_LABELS: Final[dict[str, str | Promise]] = {
    "rows": gettext_lazy("Rows"),
    "create": gettext_lazy("Created"),
    "wrong": gettext_lazy("Wrong"),
    "skip": gettext_lazy("Skipped"),
    "entries": gettext_lazy("Entries"),
    "before": gettext_lazy("Older than"),
    "datasheets": gettext_lazy("Datasheets"),
    "clients": gettext_lazy("Clients"),
    "contacts": gettext_lazy("Contacts"),
    "todos": gettext_lazy("Todos"),
    "files": gettext_lazy("Files"),
    "mail_password": gettext_lazy("Password at the mail server"),
    "fields": gettext_lazy("Changed"),
    "format": gettext_lazy("Format"),
    "reason": gettext_lazy("Reason"),
    "modules": gettext_lazy("Modules"),
    "to_name": gettext_lazy("Its datasheets go to"),
    "moved": gettext_lazy("Moved"),
    "why": gettext_lazy("Why"),
    "kinds": gettext_lazy("What"),
    "hu": gettext_lazy("In Hungarian"),
    "en": gettext_lazy("In English"),
    "wins": gettext_lazy("Wins the sale"),
    "choices": gettext_lazy("Choices"),
    "options": gettext_lazy("Options"),
    "people": gettext_lazy("Who uses it"),
    "to": gettext_lazy("New"),
}
# Of these the sentence says enough, or they are numbers of records.
_SILENT: Final = frozenset(
    {
        "user", "client", "contact", "email", "import", "host", "sent", "id", "module", "status",
        "field", "group", "step", "type", "suggestion", "invitation", "copy_of", "was", "kind",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A value before and after; only ``new`` for what is told beside the sentence."""

    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Told:
    """An entry as it is drawn."""

    entry: AuditEntry
    parts: Sequence[Part]
    changes: Sequence[Change]
    icon: str
    tone: str
    local: datetime
    heads_day: bool = False

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def changes_text(self) -> str:
        """The changes on one line, for an export."""
        return "; ".join(
            f"{one.label}: {one.old} → {one.new}" if one.old else f"{one.label}: {one.new}"
            for one in self.changes
        )

    @property
    def place(self) -> str:
        return " · ".join(part for part in (self.entry.address or "", self.entry.device) if part)


def tell(entry: AuditEntry) -> Told:
    """The entry in the reader's language and the company's zone."""
    kind = KINDS[kind_of(entry.action)]
    return Told(
        entry,
        _sentence(entry),
        list(_changes(entry.action, entry.data)),
        kind.icon,
        "late" if entry.action.startswith("login.") or entry.action == "user.deactivated" else "",
        timezone.localtime(entry.at),
    )


def _sentence(entry: AuditEntry) -> list[Part]:
    who = entry.actor.full_name if entry.actor else _("The system")
    said = VERBS.get(entry.action)
    if said is None:  # a verb that has no sentence yet is still told
        words = entry.action.replace(".", " ").replace("_", " ")
        return phrase("{who}: " + ("{what}, {verb}" if entry.target_text else "{verb}"),
                      who=who, what=entry.target_text, verb=words)  # fmt: skip
    return phrase(str(said), who=who, what=_target(entry.target_text) or "?")


def _target(text: str) -> str:
    """A name; of a person who was erased, a number in its place (crm.traces.Subject.key)."""
    kind, _blank, number = text.partition(" ")
    if not number.isdecimal():
        return text
    words = {"client": _("client no. {number}"), "contact": _("contact no. {number}")}
    return words.get(kind, text).replace("{number}", number)


def _changes(action: str, data: Mapping[str, Any]) -> Iterator[Change]:
    """What changed, and the numbers beside it; an order is a list of ids and says nothing."""
    if action.endswith(".ordered"):
        return
    yield from _pairs(data.get("changes"))
    yield from _pairs(data.get("fields"))
    if "from" in data:
        yield from _from_to(data["from"], data.get("to"))
    elif isinstance(data.get("to"), str):
        yield Change(label_of("to"), "", value(data["to"]))
    for name, told in data.items():
        if name not in _SILENT and name not in ("changes", "from", "to") and _says(told):
            yield Change(label_of(name), "", value(_named(name, told)))


def _pairs(told: Any) -> Iterator[Change]:
    """Changes by field: {"town": {"from": "", "to": "Eger"}}; without values only that it did."""
    for name, pair in told.items() if isinstance(told, dict) else ():
        if pair:
            yield Change(label_of(name), value(pair.get("from")), value(pair.get("to")))
        else:
            yield Change(label_of(name), "", _("changed"))


def _from_to(old: Any, new: Any) -> Iterator[Change]:
    """Two values, or two states of a record of which only what differs is told."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield Change(_("Changed"), value(old), value(new))
        return
    for name in new:
        if old.get(name) == new[name]:
            continue
        if name.endswith("_id"):
            yield Change(label_of(name.removesuffix("_id")), "", _("changed"))
        else:
            yield Change(label_of(name), value(old.get(name)), value(new[name]))


def _says(told: Any) -> bool:
    """Whether a value beside the changes means anything to a reader: lists of ids don't."""
    if isinstance(told, dict):
        return False
    return not (isinstance(told, list) and all(isinstance(one, int) for one in told))


def _named(name: str, told: Any) -> Any:
    return [label_of(one) for one in told] if name == "fields" else told


def label_of(name: object) -> str:
    """A column's name in words: as the form that changes it calls it."""
    key = str(name)
    known = _LABELS.get(key) or _verbose().get(key)
    text = str(known) if known else key.replace("_", " ")
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1)
def _verbose() -> dict[str, Any]:
    return {
        field.name: field.verbose_name
        for model in reversed(_MODELS)
        for field in model._meta.concrete_fields
    }


def value(told: Any) -> str:
    """A logged value in words; what is empty is a dash."""
    if told is None or told in ("", [], {}):
        return "—"
    if isinstance(told, bool):
        return _("yes") if told else _("no")
    if isinstance(told, list):
        return ", ".join(value(one) for one in told)
    if isinstance(told, dict):
        return ", ".join(f"{label_of(key)}: {value(one)}" for key, one in told.items())
    return _text(str(told))


def _text(told: str) -> str:
    if told in _VALUES:
        return str(_VALUES[told])
    if len(told) > 18 and told[4:5] == "-" and "T" in told:
        try:
            return dates.long(datetime.fromisoformat(told))
        except ValueError:
            return told
    return told
