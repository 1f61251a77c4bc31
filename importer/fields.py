"""The company's own fields as targets of columns: which there are, and what their cells say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import AuditEntry
from crm import access
from importer import values
from importer.columns import Named
from importer.guesses import heading_words
from importer.headings import Target, split
from importer.readers.base import Cell
from importer.values import Wrong
from modules.fieldtypes import choices_of, type_of
from modules.models import About, Field, FieldChoice, FieldType, Module
from web.text import fold

LISTS: Final = (FieldType.CHOICE, FieldType.CHOICES)
# What a cell of these names is asked about once for all rows when nothing bears the name.
ASKED: Final = (*LISTS, FieldType.USER)
# What no column can say: a file, and a number that the system gives.
_NEVER: Final = (FieldType.FILE, FieldType.NUMBER)
_GROUPS: Final = {About.CLIENT: "client", About.CONTACT: "contact", About.DATASHEET: "datasheet"}
# What a choice was mapped to when the value is to be left empty.
EMPTY: Final = 0


def offered(user: User, module: Module | None) -> list[Field]:
    """The fields that a column can go to: those that the user sees, of clients, of contacts and
    of the module's datasheets. One whose values are being brought over is left out until then.
    """
    ours = Q(about__in=(About.CLIENT, About.CONTACT))
    if module is not None:
        ours |= Q(about=About.DATASHEET, module=module)
    live = Field.objects.live().filter(ours, access.field_scope(user), filled_from=None)
    choices = Prefetch("choices", FieldChoice.objects.order_by("order", "pk"))
    return list(live.exclude(type__in=_NEVER).in_order().prefetch_related(choices))


def target_of(field: Field) -> Target:
    """The field as a target."""
    return Target(f"f{field.pk}", field.label, _GROUPS[About(field.about)])


def id_of(target: str) -> int | None:
    """The id of the company's field that a target is, None for the others."""
    base = split(target)[0]
    return int(base[1:]) if base[:1] == "f" and base[1:].isdigit() else None


def base_of(target: str) -> str:
    """The target without the number of the contact: what was decided is for all of them."""
    return split(target)[0]


def named(fields: Iterable[Field]) -> list[Named]:
    """The fields with all the names they have and had: labels in both languages, those from
    before they were renamed, and those of the field that they replaced.
    """
    ours = {field.pk: field for field in fields}
    names: dict[int, set[str]] = {pk: {f.label_hu, f.label_en} for pk, f in ours.items()}
    for earlier in Field.objects.filter(replaced_by__in=ours):
        names[earlier.replaced_by_id or 0] |= {earlier.label_hu, earlier.label_en}
    renamed = AuditEntry.objects.filter(action="field.changed", data__field__in=list(ours))
    for data in renamed.values_list("data", flat=True):
        was = data.get("from") or {}
        names[data["field"]] |= {str(was.get(key) or "") for key in ("label_hu", "label_en")}
    found = {pk: frozenset(map(heading_words, several)) - {""} for pk, several in names.items()}
    labels = {pk: frozenset(map(fold, (f.label_hu, f.label_en))) - {""} for pk, f in ours.items()}
    return [
        Named(target_of(field), found[pk], labels[pk]) for pk, field in ours.items() if found[pk]
    ]


class Values:
    """Reads cells of the company's fields; each different text of a field is taken once."""

    def __init__(self, fields: Sequence[Field], choices: dict[str, dict[str, int | None]]) -> None:
        self.fields = {field.pk: field for field in fields}
        self.choices = choices
        self._read: dict[tuple[int, Any], Any] = {}

    def value(self, target: str, cell: Cell) -> Any:
        """The value as it is stored, None for an empty one.

        Raises Wrong with the name of the field, or :class:`LeftOut`.
        """
        field = self.fields.get(id_of(target) or 0)
        if field is None:
            raise Wrong(_("The field of this column is not there any more."), target)
        key = (field.pk, cell)
        if key not in self._read:
            try:
                self._read[key] = self._value(field, cell)
            except (Wrong, LeftOut) as told:
                self._read[key] = told
        found = self._read[key]
        if isinstance(found, LeftOut):
            raise LeftOut(str(found))
        if isinstance(found, Wrong):
            raise Wrong(str(found), target)
        return found

    def _value(self, field: Field, cell: Cell) -> Any:
        try:
            if field.type in ASKED:
                return self._chosen(field, values.text(cell))
            return type_of(field).clean(field, raw(field, cell))
        except ValidationError as error:
            said = {"field": field.label, "why": " ".join(error.messages)}
            raise Wrong(_("%(field)s: %(why)s") % said) from None

    def _chosen(self, field: Field, text: str) -> Any:
        """The options or the user that a text names, what was decided about the others taken."""
        mapped = self.choices.get(f"f{field.pk}", {})
        found: list[int] = []
        for piece in pieces(field, text):
            option = option_of(field, piece)
            if option is None:
                option = self._decided(field, piece, mapped)
            if option:
                found.append(option)
        if field.type == FieldType.CHOICES:
            return tuple(sorted(set(found))) or None
        return found[0] if found else None

    def _decided(self, field: Field, piece: str, mapped: dict[str, int | None]) -> int:
        chosen = mapped.get(fold(piece), -1)
        said = {"field": field.label, "value": piece}
        if chosen is None:
            raise LeftOut(_("Left out: %(field)s “%(value)s”.") % said)
        if chosen != EMPTY and chosen not in possible(field):
            raise Wrong(_("%(field)s: no choice was made for “%(value)s”.") % said)
        return chosen


class LeftOut(Exception):
    """The row was chosen to be left out because of this value; the text says so."""


def raw(field: Field, cell: Cell) -> Any:
    """The cell as the type reads it: numbers and days as they are, all else as text."""
    if field.type == FieldType.YES_NO and isinstance(cell, Decimal):
        return values.text(cell)
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return timezone.make_aware(cell) if field.type in _TIMED else values.text(cell)
    if isinstance(cell, date | Decimal) and field.type in _EXACT:
        return cell
    return values.text(cell)


_TIMED: Final = (FieldType.DATE, FieldType.MOMENT)
_EXACT: Final = (*_TIMED, FieldType.WHOLE, FieldType.DECIMAL, FieldType.MONEY)


def possible(field: Field) -> dict[int, str]:
    """What a value of a field of :data:`ASKED` may be: ids of options or users, with their names.

    Whoever has left the company is told by name all the same, but is no answer.
    """
    if field.type == FieldType.USER:
        able = User.objects.filter(is_active=True).order_by("sort_key", "pk")
        return {user.pk: user.full_name for user in able}
    return {one.pk: one.name for one in choices_of(field) if one.removed_at is None}


def option_of(field: Field, name: str) -> int | None:
    """The option that bears the name in either language; a removed one only says what it was.
    Of a field with users the user.
    """
    if field.type == FieldType.USER:
        try:
            found: int | None = type_of(field).clean(field, name)
        except ValidationError:
            return None
        return found
    wanted = fold(name)
    for choice in choices_of(field):
        names = (choice.name_hu, choice.name_en)
        if choice.removed_at is None and wanted in [fold(one) for one in names if one]:
            return choice.pk
    return None


def pieces(field: Field, text: str) -> list[str]:
    """The names in a cell: several of a field with several choices, else the text itself.

    A name may itself hold the comma that parts them.
    """
    if field.type != FieldType.CHOICES or option_of(field, text) is not None:
        return [text] if text else []
    parts = [part.strip() for part in text.replace(";", ",").replace("\n", ",").split(",")]
    parts = [part for part in parts if part]
    found: list[str] = []
    while parts:
        known = (n for n in range(len(parts), 1, -1) if _known(field, parts[:n]))
        n = next(known, 1)
        found.append(", ".join(parts[:n]))
        parts = parts[n:]
    return found


def _known(field: Field, parts: Sequence[str]) -> bool:
    return option_of(field, ", ".join(parts)) is not None
