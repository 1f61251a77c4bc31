"""What the search index holds of a client: made of values, read from the records, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection, transaction

from crm.bulk import Rows, insert_rows
from crm.constants import Shelf
from crm.models import Address, Client, Contact, Datasheet, Email, Phone, SearchDoc
from web.text import digits, fold, words

# A client with hundreds of contacts is found by each of them; its datasheets by the first few.
CONTACTS_OF_A_DATASHEET = 20
FEW_ROWS = 20


class Sheet(NamedTuple):
    """A live datasheet as the index knows it."""

    id: int
    name: str
    module_id: int
    responsible_id: int | None


@dataclass
class Source:
    """All that a live client is found by. ``contacts`` are whole names, ``numbers`` any texts
    with digits (phones, tax numbers), ``places`` towns.
    """

    client_id: int
    name: str
    numbers: Sequence[str] = ()
    places: Sequence[str] = ()
    contacts: Sequence[str] = ()
    emails: Sequence[str] = ()
    datasheets: Sequence[Sheet] = ()


class Row(NamedTuple):
    """The columns of a :class:`SearchDoc`."""

    client_id: int
    datasheet_id: int
    module_id: int | None
    words: str
    numbers: str
    marks: str


def rows_of(source: Source) -> Iterator[Row]:
    """The rows of one client: its own, then one for each datasheet that has a name."""
    name = _words(source.name)
    people = [word for contact in source.contacts for word in _words(contact)]
    rest = [word for text in (*source.emails, *source.places) for word in _words(text)]
    numbers = [run for run in map(_digits, source.numbers) if len(run) >= 3]
    owners = {mark_of(sheet.responsible_id) for sheet in source.datasheets}
    marks = "".join(sorted(owners | {m for run in numbers for m in marks_in(run)}))
    found_by = _spaced([*name, *people, *rest])
    yield Row(source.client_id, 0, None, found_by, _spaced(numbers), marks)
    few = [
        word for contact in source.contacts[:CONTACTS_OF_A_DATASHEET] for word in _words(contact)
    ]
    for sheet in source.datasheets:
        if sheet.name:
            found_by = _spaced([*_words(sheet.name), *name, *few])
            mark = mark_of(sheet.responsible_id)
            yield Row(source.client_id, sheet.id, sheet.module_id, found_by, " ", mark)


def mark_of(responsible_id: int | None) -> str:
    """What says that a live datasheet belongs to this user, or to nobody; a blank ends a mark."""
    return f"~{responsible_id or 0} "


def marks_in(number: str) -> Iterator[str]:
    """Every three digits in a row, by which a part of a number is found."""
    return (f"#{number[at : at + 3]} " for at in range(len(number) - 2))


# Imports fold millions of texts, nearly all of them plain: these are the short ways.
_APART: Final = {code: None if code == 0 else " " for code in range(128) if not chr(code).isalnum()}
_NO_DIGITS: Final = {code: None for code in range(128) if not chr(code).isdigit()}


def _words(text: str) -> list[str]:
    if text.isascii():
        return text.lower().translate(_APART).split()
    return words(fold(text))


def _digits(text: str) -> str:
    return text.translate(_NO_DIGITS) if text.isascii() else digits(text)


def _spaced(tokens: Iterable[str]) -> str:
    unique = dict.fromkeys(tokens)
    return f" {' '.join(unique)} " if unique else " "


# ---- Reading and writing -----------------------------------------------------------------------


def index_of(sources: Iterable[Source]) -> Rows:
    """The rows of clients that are not in the index yet, for :func:`crm.bulk.insert_rows`.

    Written with many rows a statement: FTS5 writes out what it has gathered at the end of each
    that has a trigger, which for single rows takes six times as long.
    """
    rows = [tuple(row) for source in sources for row in rows_of(source)]
    return Rows(SearchDoc._meta.db_table, Row._fields, rows)


def _write(rows: Sequence[Row]) -> None:
    insert_rows(SearchDoc._meta.db_table, Row._fields, rows)


def refresh(client_ids: Collection[int]) -> None:
    """Make the rows of these clients what they should be; writes only what differs.

    The clients are locked first, so that of two changes at once the later one reads both.
    """
    with transaction.atomic():
        of = Client.objects.filter(pk__in=client_ids).order_by("pk")
        list(of.select_for_update(no_key=True).values_list("pk"))
        kept = SearchDoc.objects.filter(client__in=client_ids).values_list("pk", *Row._fields)
        old = {row[:2]: (pk, row) for pk, *columns in kept for row in [Row(*columns)]}
        new = {row[:2]: row for source in read(client_ids) for row in rows_of(source)}
        changed = [key for key, (_pk, row) in old.items() if key in new and new[key] != row]
        if len(changed) > FEW_ROWS:  # one by one they would take longer than all of them anew
            anew, changed = set(changed), []
        else:
            anew = set()
        gone = [pk for key, (pk, _row) in old.items() if key not in new or key in anew]
        if gone:
            SearchDoc.objects.filter(pk__in=gone).delete()
        for key in changed:
            SearchDoc.objects.filter(pk=old[key][0]).update(**new[key]._asdict())
        _write([row for key, row in new.items() if key not in old or key in anew])


def read(client_ids: Collection[int]) -> list[Source]:
    """What the index should hold of these clients; trashed ones are left out."""
    clients = Client.objects.filter(pk__in=client_ids, trashed_at=None).values_list(
        "pk", "name", "tax_number", "eu_vat_number", "registration_number"
    )
    numbers, places = defaultdict(list), defaultdict(list)
    contacts, emails = defaultdict(list), defaultdict(list)
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    of = {"client__in": client_ids}
    for pk, town in Address.objects.filter(**of).exclude(town="").values_list("client_id", "town"):
        places[pk].append(town)
    for pk, family, given in (
        Contact.objects.filter(**of)
        .order_by("pk")
        .values_list("client_id", "family_name", "given_name")
    ):
        contacts[pk].append(f"{family} {given}")
    for pk, address in Email.objects.filter(**of).order_by("pk").values_list("client_id", "folded"):
        emails[pk].append(address)
    for pk, run in Phone.objects.filter(**of).order_by("pk").values_list("client_id", "digits"):
        numbers[pk].append(run)
    for pk, *sheet in (
        Datasheet.objects.filter(**of)
        .exclude(shelf=Shelf.TRASH)
        .order_by("pk")
        .values_list("client_id", "pk", "name", "module_id", "responsible_id")
    ):
        sheets[pk].append(Sheet(*sheet))
    return [
        Source(
            pk,
            name,
            [*numbers[pk], *official],
            places[pk],
            contacts[pk],
            emails[pk],
            sheets[pk],
        )
        for pk, name, *official in clients.order_by("pk")
    ]


def rewrite_all(batch: int = 2000) -> int:
    """Make the whole index anew; how many rows. A million clients take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_searchdoc")
    written, last = 0, 0
    while True:
        ids = list(
            Client.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]
        )
        if not ids:
            return written
        with transaction.atomic():
            index = index_of(read(ids))
            insert_rows(*index)
        written += len(index.values)
        last = ids[-1]
