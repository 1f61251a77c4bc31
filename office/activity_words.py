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
    "to": gettext_lazy("New"),
    "from": gettext_lazy("Before"),
}
# Of these the sentence says enough, or they are numbers of records.
_SILENT: Final = frozenset({"user", "client", "contact", "email", "import", "host", "sent", "id"})


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
        list(_changes(entry.data)),
        kind.icon,
        "late" if entry.action in ("login.failed", "user.deactivated") else "",
        timezone.localtime(entry.at),
    )


def _sentence(entry: AuditEntry) -> list[Part]:
    who = entry.actor.full_name if entry.actor else _("The system")
    said = VERBS.get(entry.action)
    if said is None:  # a verb that has no sentence yet is still told
        words = entry.action.replace(".", " ").replace("_", " ")
        return phrase("{who}: " + ("{what}, {verb}" if entry.target_text else "{verb}"),
                      who=who, what=entry.target_text, verb=words)  # fmt: skip
    return phrase(str(said), who=who, what=entry.target_text or "?")


def _changes(data: Mapping[str, Any]) -> Iterator[Change]:
    for name, pair in (data.get("changes") or {}).items():
        if isinstance(pair, dict) and pair:
            yield Change(label_of(name), value(pair.get("from")), value(pair.get("to")))
        else:
            yield Change(label_of(name), "", _("changed") if pair == {} else value(pair))
    if "from" in data and "to" in data:
        yield Change(_("Changed"), value(data["from"]), value(data["to"]))
    for name, told in data.items():
        if name in _SILENT or name in ("changes", "from", "to"):
            continue
        if name == "fields" and isinstance(told, list):
            told = [label_of(one) for one in told]
        yield Change(label_of(name), "", value(told))


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
