"""What an update may change: its rules, and one cell that changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accounts.models import User
from crm import access
from crm.values import fields_for
from importer.fields import id_of
from importer.models import Existing, Import
from modules.fieldtypes import type_of
from modules.models import About, Field, Module, Status
from modules.registry import kind_of


class What(StrEnum):
    """What applying a change does; SET puts a value into a column."""

    SET = "set"
    VALUE = "value"
    ADDRESS = "address"
    CONTACT = "contact"
    PHONE = "phone"
    EMAIL = "email"
    STATUS = "status"
    RESPONSIBLE = "responsible"
    SHEET = "sheet"
    TODO = "todo"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that changes: the field it is (a key of targets), and both values as people read
    them; ``old`` is "" where nothing stands.

    ``about`` and ``pk`` say of which record ("client", "contact", "address", "datasheet"; of a
    new contact or address minus its place among those of the row, from 1), ``column`` and
    ``value`` what to put there.
    """

    target: str
    old: str
    new: str
    what: What = What.SET
    about: str = "client"
    pk: int = 0
    column: str = ""
    value: Any = None


@dataclass
class Rules:
    """What an import may change, read once for all its rows."""

    overwrite: bool
    module: Module | None
    fields: dict[int, Field] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    moves: bool = False
    _shown: dict[tuple[int, Any], str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Import, user: User) -> Rules:
        """Those of the import; ``user`` is who imports."""
        module, rules = source.module, cls(source.existing == Existing.OVERWRITE, source.module)
        fields = [*fields_for(user, About.CLIENT), *fields_for(user, About.CONTACT)]
        if module is not None:
            fields += fields_for(user, About.DATASHEET, module.pk)
            found = Status.objects.filter(module=module).select_related("group")
            rules.statuses = {one.pk: one for one in found}
            able = access.possible_responsibles(module.pk)
            rules.people = {one.pk: one.full_name for one in able}
            kind = kind_of(module)
            # Of the fixed kinds only a sale says all that its status follows from.
            rules.moves = not kind.fixed or kind.key == "sales"
        told = {id_of(target) for target in source.targets}
        moved = rules.overwrite and "status" in source.targets  # then a status may ask for more
        rules.fields = {
            one.pk: one
            for one in fields
            if one.filled_from_id is None and (one.pk in told or (moved and one.required == "from"))
        }
        return rules

    def differs(self, old: Any, new: Any) -> bool:
        """Whether ``new`` goes into the place of ``old``; an empty one never does."""
        if new is None or new == "":
            return False
        return bool(new != old) if self.overwrite else old is None or old == ""

    def show(self, one: Field, value: Any) -> str:
        """A value as people read it; asked once for each, for a user's name is a query."""
        key = (one.pk, value)
        if key not in self._shown:
            if len(self._shown) > 10_000:
                self._shown.clear()
            self._shown[key] = type_of(one).display(one, value)
        return self._shown[key]
