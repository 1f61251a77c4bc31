"""Bringing values over to the field of another type that took the place of one.

What a record says is in the field that was in front last; where that has nothing, in the latest
one behind it whose value had no form in any that came after (else it was shown there, and
somebody emptied it). Block by block, each in one transaction, and safe to run again from any
point. Nobody edits values of the field meanwhile (``Field.filled_from``), so nothing typed is
overwritten.
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
Chain = Sequence[Field]
"""The fields that were in front, the last one first; one that comes back stands where it was."""
Said = dict[int, Any]
"""The values of one record by the id of the field."""


def fill(new: Field, chain: Chain, *, beat: Beat | None = None) -> int:
    """Give ``new`` what its records say; how many of the values in front have no form in it."""
    done = lost = 0
    for source in chain:
        last = 0
        while block := _block(source, last):
            with transaction.atomic():
                missed = _bring(new, chain, block)
            lost += missed if source == chain[0] else 0
            last, done = block[-1].pk, done + len(block)
            if beat is not None:
                beat(done)
                time.sleep(PAUSE)
    return lost


def finish(new: Field) -> None:
    """The values may be edited again; automatic numbers go on after the highest one."""
    changes: dict[str, Any] = {"filled_from": None}
    if new.type == FieldType.NUMBER:
        highest = FieldValue.objects.filter(field=new).aggregate(most=Max("number"))["most"]
        changes["next_number"] = max(new.next_number, int(highest or 0) + 1)
    Field.objects.filter(pk=new.pk).update(**changes)
    new.filled_from = None


def chain_of(new: Field, ids: Iterable[int]) -> list[Field]:
    """The fields of these ids in this order, with their choices at hand."""
    found = Field.objects.prefetch_related("choices").in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found] or [new]


def says(said: Said, chain: Chain) -> tuple[Field, Any] | None:
    """What a record says and the field that says it; None: nothing, or it was emptied."""
    for n, field in enumerate(chain):
        value = said.get(field.pk)
        if value is None:
            continue
        shown_later = any(convert(value, field, later) is not None for later in chain[:n])
        return None if shown_later else (field, value)
    return None


def unchanged(new: Field, said: Said, chain: Chain) -> bool:
    """Whether the value of a field that comes back is still what the types after it made of it.

    Then it stays as it was written: "0014" that was 14 in between is "0014" again. So it is, by
    whatever way it came there, when what the record says is the very same in its own type.
    """
    value, field = said.get(new.pk), new
    places = [n for n, one in enumerate(chain) if one.pk == new.pk]
    if value is None or not places:
        return False
    told = says(said, chain)
    if told is not None and told[0].pk in _reached(new, value, said, chain):
        return True
    for later in reversed(chain[: places[0]]):
        becomes = convert(value, field, later)
        if said.get(later.pk) != becomes:
            return False
        if becomes is not None:
            value, field = becomes, later
    return True


def _reached(new: Field, value: Any, said: Said, chain: Chain) -> set[int]:
    """The fields that say what was made of the value, by one type after the other: a type that
    was had twice stands in the chain once, so their order tells nothing.
    """
    reached, ways = {new.pk}, [(new, value)]
    for field, made in ways:  # which grows
        for other in chain:
            if other.pk in reached or (here := said.get(other.pk)) is None:
                continue
            if convert(made, field, other) == here:
                reached.add(other.pk)
                ways.append((other, here))
    return reached


def _block(of: Field, after: int) -> list[FieldValue]:
    return list(FieldValue.objects.filter(field=of, pk__gt=after).order_by("pk")[:BLOCK])


def _bring(new: Field, chain: Chain, block: Sequence[FieldValue]) -> int:
    """The records of one block; how many of them say what has no form in the new type."""
    lost, gone, made = 0, list[Owner](), list[FieldValue]()
    for owner, said in _values([*chain, new], block).items():
        has, told = said.get(new.pk), says(said, chain)
        becomes = has if unchanged(new, said, chain) else _becomes(new, told)
        lost += told is not None and becomes is None
        if becomes == has:
            continue
        if has is not None:
            gone.append(owner)
        made += [_row(new, owner, row) for row in columns(new, becomes)]
    _delete(new, gone)
    FieldValue.objects.bulk_create(made)
    return lost


def _becomes(new: Field, told: tuple[Field, Any] | None) -> Any:
    if told is None:
        return None
    field, value = told
    return value if field.pk == new.pk else convert(value, field, new)


def _values(fields: Iterable[Field], block: Iterable[FieldValue]) -> dict[Owner, Said]:
    """What the fields say of the records in the block, all rows of several choices together."""
    by_id = {field.pk: field for field in fields}
    key = KEY[About(next(iter(by_id.values())).about)]
    ids = {getattr(row, key) for row in block}
    rows = FieldValue.objects.filter(field__in=by_id, **{f"{key}__in": ids}).order_by("pk")
    apart: dict[tuple[Owner, int], list[FieldValue]] = defaultdict(list)
    for row in rows:
        apart[owner_of(row), row.field_id].append(row)
    said: dict[Owner, Said] = defaultdict(dict)
    for (owner, field_id), found in apart.items():
        said[owner][field_id] = value_of(by_id[field_id], found)
    return said


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
