"""The tables that are filled, and the two fast ways to fill them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db import connection, models

from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    DatasheetCount,
    Email,
    HistoryEntry,
    Phone,
    SearchDoc,
    Todo,
)

Value = str | int | None
Row = Sequence[Value]
# Text for both databases: what a column holds that no row of ours sets otherwise.
PLAIN = {True: 1, False: 0}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table:
    """A table with the columns that rows bring; the others keep their model's default."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.name = model._meta.db_table
        self.model = model
        brought = columns.split()
        self._rest = [field for field in model._meta.concrete_fields if field.column not in brought]
        self.columns = [*brought, *(str(field.column) for field in self._rest)]

    @cached_property
    def rest(self) -> tuple[Value, ...]:
        """What the other columns hold; some defaults are read from the database."""
        blank = self.model()
        return tuple(_value(field, blank) for field in self._rest)

    def write(self, rows: Iterable[Row]) -> None:
        """Rows whose values stand in the order of the brought columns."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as db:
            if connection.vendor == "postgresql":
                tail = "".join(f"\t{_text(value)}" for value in self.rest) + "\n"
                with db.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write("\t".join(map(_text, row)) + tail)
            else:
                marks = ", ".join("?" * len(self.columns))
                sql = f"INSERT INTO {self.name} ({columns}) VALUES ({marks})"  # noqa: S608
                db.connection.executemany(sql, ((*row, *self.rest) for row in rows))


def _value(field: models.Field[Any, Any], blank: models.Model) -> Value:
    value = field.get_db_prep_save(getattr(blank, field.attname), connection)
    if isinstance(value, bool):
        return PLAIN[value]
    if isinstance(field, models.JSONField):
        return "[]" if isinstance(getattr(blank, field.attname), list) else "{}"
    return value if value is None or isinstance(value, int) else str(value)


def _text(value: Value) -> str:
    if value is None:
        return "\\N"
    return str(value) if isinstance(value, int) else value.translate(_ESCAPES)


CLIENTS = Table(Client, "id kind name folded_name sort_key tax_number tax_digits created_at")
CONTACTS = Table(Contact, "id client_id family_name given_name folded_name sort_key created_at")
PHONES = Table(Phone, "id client_id contact_id raw e164 digits is_default")
EMAILS = Table(Email, "id client_id contact_id address folded is_default")
ADDRESSES = Table(Address, "id client_id postcode town folded_town street is_default")
DATASHEETS = Table(
    Datasheet,
    "id module_id client_id main_contact_id name folded_name status_id status_since responsible_id"
    " shelf next_todo_id next_due_at last_contact_at created_at qualification sale_state decided"
    " forgotten document_type",
)
TODOS = Table(
    Todo,
    "id datasheet_id module_id contact_id type_id text due_at timed first_due_at responsible_id"
    " state done_at done_by_id created_at zone",
)
HISTORY = Table(HistoryEntry, "id client_id datasheet_id contact_id author_id at kind text data")
SEARCH = Table(SearchDoc, "id client_id datasheet_id module_id words numbers marks")
COUNTS = Table(DatasheetCount, "id module_id status_id shelf responsible_id n")
ALL = (
    CLIENTS, CONTACTS, PHONES, EMAILS, ADDRESSES, DATASHEETS, TODOS, HISTORY, SEARCH, COUNTS,
)  # fmt: skip
