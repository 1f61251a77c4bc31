"""Which values a change of type would not leave as they are, told before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from django.db.models import QuerySet

from crm.models import Client, Contact, Datasheet, FieldValue
from crm.value_rows import value_of
from modules.fieldtypes import choices_of, type_of
from modules.fieldtypes.change import LISTS, SAFE, convert, draft
from modules.models import About, Field, FieldChoice
from web.text import fold

CHECKED = 5_000
"""Values that are looked through before a change, in about a second. The change looks at all."""
SHOWN = 20
MOST_CHOICES = 50
LONGEST_CHOICE = 80
Owner = tuple[int | None, int | None, int | None]
"""Ids of the datasheet, the client and the contact that a value belongs to."""


@dataclass(frozen=True)
class Lost:
    """A value that can't be one of the new type, and the record that has it."""

    record: Datasheet | Client | Contact
    text: str
    url: str


@dataclass
class Survey:
    """``lost`` of the ``checked`` values don't fit; ``all_checked``: there are no more than these.

    ``choices`` are names for the choices of the new type, made of the values themselves;
    ``kept`` values of an earlier time, when the field was of that type, come back.
    """

    checked: int = 0
    lost: int = 0
    all_checked: bool = True
    safe: bool = False
    shown: list[Lost] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    kept: int = 0


def survey(old: Field, new_type: str) -> Survey:
    """What a change of the field to the type would do to its values."""
    earlier = old.earlier.filter(type=new_type).first()
    found = Survey(safe=(old.type, new_type) in SAFE)
    if earlier is not None:
        found.kept = FieldValue.objects.filter(field=earlier)[:CHECKED].count()
    if found.safe:
        found.checked = FieldValue.objects.filter(field=old)[:CHECKED].count()
        return found
    values = list(islice(values_in_order(old), CHECKED + 1))
    found.all_checked, found.checked = len(values) <= CHECKED, min(len(values), CHECKED)
    found.choices = names_for(old, new_type, (value for _owner, value in values))
    new = draft(old, new_type, _drafted(old, new_type, earlier, found.choices))
    lost = [(owner, one) for owner, one in values[:CHECKED] if convert(one, old, new) is None]
    found.lost = len(lost)
    found.shown = _told(old, lost[:SHOWN])
    return found


def values_in_order(of: Field) -> Iterator[tuple[Owner, Any]]:
    """Every value of a field with its owner, in the order in which they were made."""
    rows = FieldValue.objects.filter(field=of).order_by("pk")
    if not type_of(of).several:
        for row in rows.iterator(chunk_size=2000):
            yield owner_of(row), value_of(of, [row])
        return
    # Rows of one record need not stand together: they are brought together by their owner.
    together = rows.order_by("datasheet_id", "client_id", "contact_id", "slot")
    for owner, group in groupby(together.iterator(chunk_size=2000), owner_of):
        yield owner, value_of(of, list(group))


def owner_of(row: FieldValue) -> Owner:
    """The ids that say whose a value is."""
    return row.datasheet_id, row.client_id, row.contact_id


def names_for(old: Field, new_type: str, values: Iterable[Any]) -> list[str]:
    """Names of choices for values that have been no choices: each text that occurs, the 50 most
    frequent ones.
    """
    if new_type not in LISTS or old.type in LISTS:
        return []
    kind, spelling, times = type_of(old), dict[str, str](), Counter[str]()
    for value in islice(values, CHECKED):
        text = kind.display(old, value).strip()
        if text and len(text) <= LONGEST_CHOICE:
            times[spelling.setdefault(fold(text), text)] += 1
    return [text for text, _n in times.most_common(MOST_CHOICES)]


def _drafted(
    old: Field, new_type: str, earlier: Field | None, names: list[str]
) -> list[FieldChoice]:
    """The choices that the new field would have; those that don't exist yet with made-up ids."""
    if new_type not in LISTS:
        return []
    if old.type in LISTS:
        return choices_of(old)
    made = [FieldChoice(pk=-n, name_hu=name) for n, name in enumerate(names, 1)]
    return [*(choices_of(earlier) if earlier else []), *made]


def _told(old: Field, lost: list[tuple[Owner, Any]]) -> list[Lost]:
    """The records with their values; in the trash they have no page to go to."""
    kind = type_of(old)
    place = {About.DATASHEET: 0, About.CLIENT: 1, About.CONTACT: 2}[About(old.about)]
    records = _records(old).in_bulk([owner[place] for owner, _value in lost])
    return [
        Lost(record, kind.display(old, value)[:80], _url(record))
        for owner, value in lost
        if (record := records.get(owner[place] or 0)) is not None
    ]


def _records(old: Field) -> QuerySet[Any]:
    if old.about == About.DATASHEET:
        return Datasheet.objects.select_related("client", "main_contact", "module")
    if old.about == About.CLIENT:
        return Client.objects.all()
    return Contact.objects.select_related("client")


def _url(record: Datasheet | Client | Contact) -> str:
    if isinstance(record, Contact):
        return record.client.get_absolute_url()
    return "" if record.trashed_at else record.get_absolute_url()
