"""What the search index holds of a client: made of values, read from the records, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction

from crm.constants import Shelf
from crm.models import Address, Client, Contact, Datasheet, Email, Phone, SearchDoc
from web.text import digits, fold, words

# A client with hundreds of contacts is found by each of them; its datasheets by the first few.
CONTACTS_OF_A_DATASHEET = 20
BATCH = 1000


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


def docs_of(source: Source) -> Iterator[SearchDoc]:
    """The rows of one client: its own, then one for each datasheet that has a name."""
    name = words(fold(source.name))
    people = [word for contact in source.contacts for word in words(fold(contact))]
    rest = [w for text in (*source.emails, *source.places) for w in words(fold(text))]
    numbers = [run for run in map(digits, source.numbers) if len(run) >= 3]
    seen_by = {mark_of(sheet.module_id, sheet.responsible_id) for sheet in source.datasheets}
    yield SearchDoc(
        client_id=source.client_id,
        words=_spaced([*name, *people, *rest]),
        numbers=_spaced(numbers),
        marks=" ".join(sorted(seen_by | {m for run in numbers for m in marks_in(run)})),
    )
    few = [w for contact in source.contacts[:CONTACTS_OF_A_DATASHEET] for w in words(fold(contact))]
    for sheet in source.datasheets:
        if sheet.name:
            yield SearchDoc(
                client_id=source.client_id,
                datasheet_id=sheet.id,
                module_id=sheet.module_id,
                words=_spaced([*words(fold(sheet.name)), *name, *few]),
                marks=mark_of(sheet.module_id, sheet.responsible_id),
            )


def mark_of(module_id: int, responsible_id: int | None) -> str:
    """What says who sees it: a datasheet of the module belongs to this user, or to nobody."""
    return f"~{module_id}.{responsible_id or 0}"


def marks_in(number: str) -> Iterator[str]:
    """Every three digits in a row, by which a part of a number is found."""
    return (f"#{number[at : at + 3]}" for at in range(len(number) - 2))


def _spaced(tokens: Iterable[str]) -> str:
    unique = dict.fromkeys(tokens)
    return f" {' '.join(unique)} " if unique else " "


# ---- Reading and writing -----------------------------------------------------------------------


def write_new(sources: Iterable[Source]) -> int:
    """Write the rows of clients that are not in the index yet; how many. The importer's way."""
    rows: list[SearchDoc] = []
    written = 0
    for source in sources:
        rows.extend(docs_of(source))
        if len(rows) >= BATCH:
            written += len(SearchDoc.objects.bulk_create(rows))
            rows = []
    return written + len(SearchDoc.objects.bulk_create(rows))


def refresh(client_ids: Collection[int]) -> None:
    """Make the rows of these clients what they should be; writes only what differs.

    The clients are locked first, so that of two changes at once the later one reads both.
    """
    with transaction.atomic():
        list(
            Client.objects.filter(pk__in=client_ids)
            .select_for_update(no_key=True)
            .order_by("pk")
            .values_list("pk")
        )
        old = {(d.client_id, d.datasheet_id): d for d in _docs_in_index(client_ids)}
        new = {
            (doc.client_id, doc.datasheet_id): doc
            for source in read(client_ids)
            for doc in docs_of(source)
        }
        gone = [doc.pk for key, doc in old.items() if key not in new]
        if gone:
            SearchDoc.objects.filter(pk__in=gone).delete()
        changed = []
        for key, doc in new.items():
            if key in old and _says(doc) != _says(old[key]):
                doc.pk = old[key].pk
                changed.append(doc)
        if changed:
            SearchDoc.objects.bulk_update(changed, ["words", "numbers", "marks"], batch_size=200)
        SearchDoc.objects.bulk_create(doc for key, doc in new.items() if key not in old)


def _docs_in_index(client_ids: Collection[int]) -> Iterable[SearchDoc]:
    return SearchDoc.objects.filter(client__in=client_ids)


def _says(doc: SearchDoc) -> tuple[str, str, str]:
    return doc.words, doc.numbers, doc.marks


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
    SearchDoc.objects.all()._raw_delete("default")
    written, last = 0, 0
    while True:
        ids = list(
            Client.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]
        )
        if not ids:
            return written
        with transaction.atomic():
            written += write_new(read(ids))
        last = ids[-1]
