"""Bringing the values of a field over to the one of another type that took its place.

Block by block, each in one transaction, and safe to run again from any point: a record whose two
values say the same is left alone. Nobody edits values of the field meanwhile
(``Field.filled_from``), so nothing typed is overwritten.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from crm.models import FieldValue
from crm.value_rows import columns, value_of
from jobs.runner import Beat
from modules.fieldtypes.change import convert
from modules.models import About, Field, FieldType
from office.actions.fields_survey import Owner, owner_of

BLOCK = 500
PAUSE = 0.05
"""Seconds between two blocks, in which others get to write."""
KEY = {About.DATASHEET: "datasheet_id", About.CLIENT: "client_id", About.CONTACT: "contact_id"}


def fill(new: Field, *, came_back: bool, beat: Beat | None = None) -> int:
    """Give ``new`` the values of the field before it; how many of those have no form in it.

    ``came_back``: it was in use before and has values of its own. Those that were brought to the
    other type and emptied there are emptied here too; those that never had a form there stay.
    """
    old = new.filled_from
    if old is None:
        return 0
    done = lost = last = 0
    while block := _block(old, last):
        with transaction.atomic():
            lost += _bring(old, new, block)
        last, done = block[-1].pk, done + len(block)
        _breathe(beat, done)
    last = 0
    while came_back and (block := _block(new, last)):
        with transaction.atomic():
            _empty(old, new, block)
        last, done = block[-1].pk, done + len(block)
        _breathe(beat, done)
    return lost


def finish(new: Field) -> None:
    """The values may be edited again; automatic numbers go on after the highest one."""
    changes: dict[str, Any] = {"filled_from": None}
    if new.type == FieldType.NUMBER:
        highest = FieldValue.objects.filter(field=new).aggregate(most=Max("number"))["most"]
        changes["next_number"] = max(new.next_number, int(highest or 0) + 1)
    Field.objects.filter(pk=new.pk).update(**changes)
    new.filled_from = None


def _block(of: Field, after: int) -> list[FieldValue]:
    return list(FieldValue.objects.filter(field=of, pk__gt=after).order_by("pk")[:BLOCK])


def _breathe(beat: Beat | None, done: int) -> None:
    if beat is not None:
        beat(done)
        time.sleep(PAUSE)


def _bring(old: Field, new: Field, block: Sequence[FieldValue]) -> int:
    """One block; how many of its values have no form in the new type."""
    theirs, ours = _values(old, block), _values(new, block)
    lost, gone, made = 0, list[Owner](), list[FieldValue]()
    for owner, value in theirs.items():
        becomes, has = convert(value, old, new), ours.get(owner)
        lost += becomes is None
        if becomes is None or has == becomes or _same(has, new, value, old):
            continue
        if has is not None:
            gone.append(owner)
        made += [_row(new, owner, row) for row in columns(new, becomes)]
    _delete(new, gone)
    FieldValue.objects.bulk_create(made)
    return lost


def _empty(old: Field, new: Field, block: Sequence[FieldValue]) -> None:
    theirs, ours = _values(old, block), _values(new, block)
    emptied = [
        owner
        for owner, value in ours.items()
        if owner not in theirs and convert(value, new, old) is not None
    ]
    _delete(new, emptied)


def _same(has: Any, new: Field, value: Any, old: Field) -> bool:
    """Whether the value that came back says what the other type made of it: then it stays."""
    return has is not None and convert(has, new, old) == value


def _values(of: Field, block: Iterable[FieldValue]) -> dict[Owner, Any]:
    """The field's values of the records in the block, all rows of several choices together."""
    key = KEY[About(of.about)]
    ids = {getattr(row, key) for row in block}
    rows = FieldValue.objects.filter(field=of, **{f"{key}__in": ids}).order_by("pk")
    by_owner: dict[Owner, list[FieldValue]] = defaultdict(list)
    for row in rows:
        by_owner[owner_of(row)].append(row)
    return {owner: value_of(of, found) for owner, found in by_owner.items()}


def _delete(new: Field, owners: list[Owner]) -> None:
    key = KEY[About(new.about)]
    place = list(KEY).index(About(new.about))
    ids = [owner[place] for owner in owners]
    if ids:
        FieldValue.objects.filter(field=new, **{f"{key}__in": ids}).delete()


def _row(new: Field, owner: Owner, row: dict[str, Any]) -> FieldValue:
    datasheet, client, contact = owner
    return FieldValue(
        field=new, datasheet_id=datasheet, client_id=client, contact_id=contact, **row
    )
