"""A field made of a column: its heading is the label, its values tell the type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.models import User
from crm.errors import Forbidden, Refused
from importer import fields, rows, values
from importer.models import Import
from importer.readers.base import Cell
from modules.actions.fields import ChoicePlan, FieldPlan, add_field
from modules.fieldtypes import kind_named
from modules.fieldtypes.numbers import SYMBOLS
from modules.models import About, Field, FieldType
from web.text import fold

LABEL: Final = 60
# So many rows tell the type.
_LOOKED_AT: Final = 2_000
# A column with no more different values, each a few times there, is a choice.
_MOST_CHOICES: Final = 12
_CHOICE: Final = 40
_LINE: Final = 120


def make_field(source: Import, column: int, about: str, *, actor: User) -> tuple[Field, bool]:
    """The field of a column, and whether it is new: one of the same label is taken as it is.

    Only for administrators: they alone change what the company keeps of its records.
    """
    if not actor.is_administrator:
        raise Forbidden(_("Only administrators make fields."))
    module = source.module if about == About.DATASHEET else None
    if about not in About.values or (about == About.DATASHEET and module is None):
        raise Refused(_("Choose whose field it is to be."))
    header = str(source.headers[column]).strip()
    label = (header or _("Column %(letter)s") % {"letter": get_column_letter(column + 1)})[:LABEL]
    module_id = module.pk if module is not None else None
    for one in fields.offered(actor, module):
        if one.about == about and fold(label) in (fold(one.label_hu), fold(one.label_en)):
            return one, False
    cells = _cells(source, column)
    kind = guess_type(cells)
    hungarian = (get_language() or "hu").startswith("hu")
    plan = FieldPlan(
        label_hu=label if hungarian else "",
        label_en="" if hungarian else label,
        options=_options(kind, cells),
        choices=_choices(cells, hungarian=hungarian) if kind == FieldType.CHOICE else (),
    )
    return add_field(about, module_id, kind, plan, actor=actor), True


def guess_type(cells: Sequence[Cell]) -> str:
    """The narrowest type that every value of a column can be."""
    if not cells:
        return FieldType.TEXT
    for kind, fits in _TYPES:
        if all(map(fits, cells)):
            return kind
    texts = [values.text(cell) for cell in cells]
    if any("\n" in text or len(text) > _LINE for text in texts):
        return FieldType.LONG_TEXT
    different = {fold(text) for text in texts}
    short = all(len(text) <= _CHOICE for text in texts)
    if short and 2 <= len(different) <= _MOST_CHOICES and len(texts) >= 3 * len(different):
        return FieldType.CHOICE
    return FieldType.TEXT


def _cells(source: Import, column: int) -> list[Cell]:
    found = (
        row[column] for _n, row in islice(rows.read(source.pk), _LOOKED_AT) if column < len(row)
    )
    return [cell for cell in found if cell is not None and values.text(cell)]


def _reads(key: str) -> Callable[[Cell], bool]:
    kind, field = kind_named(key), Field(type=key)

    def fits(cell: Cell) -> bool:
        try:
            # raw: the cell as a form would send it, which is what a type cleans; no SQL.
            return kind.clean(field, fields.raw(field, cell)) is not None
        except ValidationError:
            return False

    return fits


def _plain(key: str) -> Callable[[Cell], bool]:
    """Of numbers: a zip code or an article with a zero before it is a text."""
    reads = _reads(key)
    return lambda cell: reads(cell) and not _is_code(values.text(cell))


def _is_code(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text.isdigit()


def _is_money(cell: Cell) -> bool:
    return not isinstance(cell, Decimal) and bool(_symbol(cell)) and _reads(FieldType.MONEY)(cell)


def _symbol(cell: Cell) -> str:
    """The currency that stands beside an amount."""
    text = fold(values.text(cell))
    signs = ((code, sign) for code, symbol in SYMBOLS.items() for sign in (symbol, code))
    return next((code for code, sign in signs if fold(sign) in text), "")


def _is_word(cell: Cell) -> bool:
    return not values.text(cell).isdigit() and _reads(FieldType.YES_NO)(cell)


def _is_link(cell: Cell) -> bool:
    text = values.text(cell)
    return ("://" in text or "@" in text or text.startswith("www.")) and _reads(FieldType.LINK)(
        cell
    )


_TYPES: Final[tuple[tuple[str, Callable[[Cell], bool]], ...]] = (
    (FieldType.YES_NO, _is_word),
    (FieldType.WHOLE, _plain(FieldType.WHOLE)),
    (FieldType.MONEY, _is_money),
    (FieldType.DECIMAL, _plain(FieldType.DECIMAL)),
    (FieldType.DATE, lambda cell: _midnight(cell) and _reads(FieldType.DATE)(cell)),
    (FieldType.MOMENT, _reads(FieldType.MOMENT)),
    (FieldType.LINK, _is_link),
)


def _midnight(cell: Cell) -> bool:
    return not values.text(cell).rstrip().replace(" 00:00:00", "").count(":")


def _options(kind: str, cells: Sequence[Cell]) -> dict[str, object]:
    if kind == FieldType.MONEY:
        return {"currency": _symbol(cells[0])}
    return {"decimals": 4} if kind == FieldType.DECIMAL else {}


def _choices(cells: Sequence[Cell], *, hungarian: bool) -> tuple[ChoicePlan, ...]:
    texts: dict[str, str] = {}
    for cell in cells:
        text = values.text(cell)
        texts.setdefault(fold(text), text)
    names = sorted(texts.values(), key=fold)
    return tuple(ChoicePlan(name if hungarian else "", "" if hungarian else name) for name in names)
