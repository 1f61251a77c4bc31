"""The columns that a list can be taken out with.

Their headings are among those that the import knows columns by (tests/importer/test_round_trip.py
holds the two together), in either language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from crm import values
from crm.constants import AddressKind
from modules.models import About, Field, FieldType, Module

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText

IDS: Final = ("client_id", "datasheet_id")
MORE_CONTACTS: Final = "more_contacts"
"""Not a column of its own: the columns of contacts stand for the further ones, too."""

GROUPS: Final = {
    "client": gettext_lazy("Client"),
    "contact": gettext_lazy("Contacts"),
    "address": gettext_lazy("Address"),
    "billing": gettext_lazy("Billing address"),
    "delivery": gettext_lazy("Delivery address"),
    "datasheet": gettext_lazy("Datasheet"),
    "todo": gettext_lazy("Next todo"),
}

PLACE: Final[dict[str, LazyText]] = {
    "country": gettext_lazy("Country"),
    "postcode": gettext_lazy("Postcode"),
    "town": gettext_lazy("Town"),
    "street": gettext_lazy("Street and number"),
}
KINDS: Final = (AddressKind.BILLING, AddressKind.DELIVERY)
"""The addresses that come out in parts beside the default one, as groups."""

_OWN: Final[dict[str, dict[str, LazyText]]] = {
    "client": {
        "client_id": gettext_lazy("Client number"),
        "company_name": gettext_lazy("Company name"),
        "tax_number": gettext_lazy("Tax number"),
        "eu_vat_number": gettext_lazy("EU VAT number"),
        "registration_number": gettext_lazy("Registration number"),
        "website": gettext_lazy("Website"),
        "industry": gettext_lazy("Industry"),
        "size": gettext_lazy("Size"),
        "bank_account": gettext_lazy("Bank account"),
        "notes": gettext_lazy("Notes"),
        "company_phone": gettext_lazy("Company phone"),
        "company_email": gettext_lazy("Company email"),
    },
    "contact": {
        "family_name": gettext_lazy("Family name"),
        "given_name": gettext_lazy("Given name"),
        "position": gettext_lazy("Position"),
        "phone": gettext_lazy("Phone"),
        "email": gettext_lazy("Email"),
    },
    "address": PLACE,
    **{kind.value: {f"{name}.{kind}": text for name, text in PLACE.items()} for kind in KINDS},
    "datasheet": {
        "datasheet_id": gettext_lazy("Datasheet number"),
        "datasheet_name": gettext_lazy("Datasheet name"),
        "status": gettext_lazy("Status"),
        "responsible": gettext_lazy("Responsible"),
    },
    "todo": {
        "todo_text": pgettext_lazy("heading of a column", "Next todo"),
        "todo_due": gettext_lazy("Due date"),
        "todo_type": gettext_lazy("Todo type"),
    },
}
_ABOUT: Final = {About.CLIENT: "client", About.CONTACT: "contact", About.DATASHEET: "datasheet"}
_OF_MODULES: Final = frozenset({"datasheet", "todo"})
OTHER_ADDRESSES: Final = {f"address_{kind}": kind for kind in AddressKind}
"""What there is beside the default address and the first of each of :data:`KINDS`. They are read
by people: a row that is imported has one address of each kind.
"""
REPEATED: Final = frozenset({"company_phone", "company_email", "phone", "email", *OTHER_ADDRESSES})
"""Of these a record may have several, each in a column of its own."""
# What stands on a row of the list.
_LISTED: Final = {
    True: frozenset(
        {"company_name", "family_name", "given_name", "phone", "email", "datasheet_name", "status",
         "responsible", "todo_text", "todo_due", "todo_type"}
    ),
    False: frozenset(
        {"company_name", "family_name", "given_name", "phone", "company_phone", "town"}
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column to choose. ``field`` is the company's own; ``listed``: it stands in the list."""

    key: str
    group: str
    label: str
    field: Field | None = None
    listed: bool = False

    @property
    def heading(self) -> str:
        """What it is called where its group isn't seen: "Billing address: Town"."""
        return f"{GROUPS[self.group]}: {self.label}" if self.group in KINDS else self.label


def offered(user: User, module: Module | None) -> list[Column]:
    """All columns that exist for the user, in the order in which they come out.

    Without a module it is the list of clients, which have no datasheet of their own.
    """
    fields = [*values.fields_for(user, About.CLIENT), *values.fields_for(user, About.CONTACT)]
    if module is not None:
        fields += values.fields_for(user, About.DATASHEET, module.pk)
    listed = _LISTED[module is not None]
    found: list[Column] = []
    for group, labels in _OWN.items():
        if group in _OF_MODULES and module is None:
            continue
        found += [
            Column(key, group, str(label), None, key in listed) for key, label in labels.items()
        ]
        found += [
            Column(f"f{one.pk}", group, one.label, one, one.in_list)
            for one in fields
            if _ABOUT[About(one.about)] == group
        ]
        if group == "address":
            found += [
                Column(key, group, _("Other address (%(kind)s)") % {"kind": kind.label.lower()})
                for key, kind in OTHER_ADDRESSES.items()
            ]
        if group == "contact":
            found.append(Column(MORE_CONTACTS, group, _("Every contact, not only the first")))
    return found


def chosen(
    columns: Iterable[Column], choice: str, keys: Sequence[str], *, with_ids: bool
) -> list[Column]:
    """Those of a choice: "list" as on the rows, "all", or "some" by their keys."""

    def is_in(column: Column) -> bool:
        if column.key in IDS:
            return with_ids
        if choice == "some":
            return column.key in keys
        return choice == "all" or column.listed

    return [column for column in columns if is_in(column)]


def is_readable_only(field: Field) -> bool:
    """Whether a value of the field can be taken out but not in again: files, automatic numbers."""
    return field.type in (FieldType.FILE, FieldType.NUMBER)


@dataclass
class Widths:
    """How many columns what repeats takes: the most that any row of the list has.

    ``people`` are, for each contact of a row, its most phones and emails.
    """

    company: dict[str, int]
    people: list[dict[str, int]]

    @classmethod
    def none(cls) -> Widths:
        return cls({}, [])

    def fit_company(self, counts: dict[str, int]) -> None:
        _fit(self.company, counts)

    def fit_person(self, at: int, counts: dict[str, int]) -> None:
        while len(self.people) <= at:
            self.people.append({})
        _fit(self.people[at], counts)


def _fit(widths: dict[str, int], counts: dict[str, int]) -> None:
    for key, n in counts.items():
        if n > widths.get(key, 0):
            widths[key] = n


def headings(columns: Sequence[Column], widths: Widths) -> list[str]:
    """The headings of a file with these columns."""
    found: list[str] = []
    for group in GROUPS:
        here = [one for one in columns if one.group == group and one.key != MORE_CONTACTS]
        if group != "contact":
            found += [name for one in here for name in _repeated(one, widths.company)]
            continue
        several = len(widths.people) > 1
        for at, counts in enumerate(widths.people or [{}], 1):
            names = [name for one in here for name in _repeated(one, counts)]
            found += [_of_contact(name, at) for name in names] if several else names
    return found


def _repeated(column: Column, counts: dict[str, int]) -> list[str]:
    """ "Phone", "Phone 2" …: a column that nobody fills stays, too."""
    n = counts.get(column.key, 1) if column.key in REPEATED else 1
    return [column.heading if at == 1 else f"{column.heading} {at}" for at in range(1, n + 1)]


def _of_contact(name: str, at: int) -> str:
    return _("Contact %(n)s: %(name)s") % {"n": at, "name": name}
