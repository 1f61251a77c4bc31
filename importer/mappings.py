"""What the columns of a file were matched to, kept for the next such file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2s
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Company, User
from crm import access, agenda
from importer import asking, fields, statuses
from importer.headings import MOST_PEOPLE
from importer.models import IN_TURN, Existing, Import, Mapping, SameBy
from modules.models import Field, FirstResponsible, Module, TodoType
from web.text import fold

# The columns of Import that are remembered as they are.
_PLAIN: Final = ("existing", "same_by")


def visible_to(user: User) -> QuerySet[Mapping]:
    """One's own, and those that others have saved under a name for modules that the user has."""
    if not access.may_import(user):
        return Mapping.objects.none()
    named = ~Q(name="") & (Q(module=None) | Q(module__in=Module.objects.for_user(user)))
    return Mapping.objects.filter(Q(created_by=user) | named)


def saved(user: User) -> list[Mapping]:
    """Those with a name, in the order of their names."""
    found = visible_to(user).exclude(name="").select_related("module", "created_by")
    return sorted(found, key=lambda one: (one.name.casefold(), one.pk))


def remembered(source: Import, user: User) -> Mapping | None:
    """What the user decided the last time about a file with the same headings."""
    if not any(source.headers):
        return None
    same = Mapping.objects.filter(created_by=user, name="", headings=digest(source.headers))
    return same.select_related("module").first()


def digest(headers: Sequence[str]) -> str:
    """The same for headings that differ only in case, accents and blanks."""
    folded = "\x1f".join(map(fold, headers))
    return blake2s(folded.encode(), digest_size=16).hexdigest()


def decided(source: Import) -> dict[str, Any]:
    """What is to be remembered of an import."""
    return {
        "targets": list(source.targets),
        "statuses": source.statuses,
        "users": source.users,
        "choices": source.choices,
        "responsible": source.responsible_id,
        "first_todo": source.first_todo,
        **{name: getattr(source, name) for name in _PLAIN},
    }


def put(mapping: Mapping, source: Import, user: User) -> None:
    """Take what a mapping says over into an import, as far as all that it names is still there.

    The module is taken over by whoever calls: what hangs on another one is left as it is.
    """
    said = mapping.decisions
    own = fields.offered(user, source.module)
    source.targets = _targets(mapping, source, own)
    source.choices = _choices(said.get("choices", {}), own)
    if said.get("existing") in Existing.values:
        source.existing = said["existing"]
    if said.get("same_by") in SameBy.values:
        source.same_by = said["same_by"]
    if source.module is None or source.module.pk != mapping.module_id:
        return
    known = {status.pk for status in statuses.choices(source.module)}
    source.statuses = _still(said.get("statuses", {}), known)
    people = {one.pk for one in asking.people(source.module)}
    source.users = _still(said.get("users", {}), people | _turns(source.module))
    responsible = said.get("responsible")
    source.responsible_id = responsible if responsible in people else None
    source.first_todo = _first_todo(said.get("first_todo", {}))


def _turns(module: Module) -> set[int]:
    """What may stand for a user beside the users: nobody, and whoever is next."""
    in_turn = module.first_responsible == FirstResponsible.IN_TURN
    return {0, IN_TURN} if in_turn else {0}


def _targets(mapping: Mapping, source: Import, own: Iterable[Field]) -> list[str]:
    """Each column goes where one of the same heading went; the others as they were guessed,
    unless that field is taken.
    """
    offered = {one.key: one for one in asking.targets(source.module, own, MOST_PEOPLE)}
    waiting: dict[str, list[str]] = {}
    for header, target in zip(mapping.headers, mapping.decisions.get("targets", ()), strict=False):
        waiting.setdefault(fold(header), []).append(target)
    found: list[str | None] = []
    for header in source.headers:
        several = waiting.get(fold(header))
        found.append(several.pop(0) if several else None)
    taken = {key for key in found if key and key in offered and not offered[key].several}
    targets = []
    for before, key in zip(source.targets, found, strict=True):
        if key is None:
            key = "" if before in taken else before
        targets.append(key if key in offered else "")
    return targets


def _still(said: dict[str, int | None], known: set[int]) -> dict[str, int | None]:
    return {value: one for value, one in said.items() if one is None or one in known}


def _choices(
    said: dict[str, dict[str, int | None]], own: Iterable[Field]
) -> dict[str, dict[str, int | None]]:
    known = {f"f{field.pk}": field for field in own if field.type in fields.ASKED}
    return {
        target: _still(values, {*fields.possible(known[target]), fields.EMPTY})
        for target, values in said.items()
        if target in known
    }


def _first_todo(said: dict[str, Any]) -> dict[str, Any]:
    """The same text and pace; from the next working day on if that day is over."""
    if not said.get("text"):
        return {}
    today = timezone.localdate()
    calendar = agenda.Calendar(Company.current().country)
    first = max(date.fromisoformat(said["from"]), calendar.in_working_days(today, 1))
    known = TodoType.objects.live().filter(key=said.get("type")).exists()
    return said | {"from": first.isoformat(), "type": said["type"] if known else "call"}
