"""By what the client of a row is known, and which of the clients that are here it is.

What is looked for is a key: ``("tax", digits)``, ``("name", folded name, folded town)``,
``("email", folded)``, ``("phone", digits)``, ``("id", number)``. The town is that of the
main address, of a row and of a client: what a row tells beside it makes nobody another client.
A block of rows takes one query for each sort of key that it holds, each answered from an index,
however many clients there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from accounts.models import User
from crm import access
from crm.bulk import among
from crm.models import Address, Client, Email, Phone
from crm.models.channel import e164
from importer.draft import Draft
from importer.models import SameBy
from web.text import digits, fold, fold_company

Key: TypeAlias = tuple[str, ...]
# A number that no column of ids holds is nobody's.
MOST_ID: Final = 2**63 - 1


def phone_digits(raw: str) -> str:
    """What :class:`crm.models.Phone` compares."""
    return digits(e164(raw) or raw)[:50]


def email_folded(address: str) -> str:
    """What :class:`crm.models.Email` compares."""
    return address.strip().lower()


def keys_of(draft: Draft, same_by: str) -> list[Key]:
    """What the row's client is known by, the surest first.

    A row that lacks what was chosen is known as usual, so that it isn't made again each time that
    the same file is loaded.
    """
    return _CHOSEN.get(same_by, usual_keys)(draft) or usual_keys(draft)


def usual_keys(draft: Draft) -> list[Key]:
    """What a row is known by that lacks what was chosen."""
    return [*_tax(draft), *_name(draft)]


def _tax(draft: Draft) -> list[Key]:
    found = digits(draft.tax_number)[:8]
    return [("tax", found)] if found else []


def _name(draft: Draft) -> list[Key]:
    return [("name", fold(draft.name), fold(draft.town)[:100])]


def _emails(draft: Draft) -> list[Key]:
    return [("email", email_folded(one)) for person in draft.people for one in person.emails]


def _phones(draft: Draft) -> list[Key]:
    found = (phone_digits(one) for person in draft.people for one in person.phones)
    return [("phone", run) for run in found if run]


def _id(draft: Draft) -> list[Key]:
    return [("id", str(draft.client_id))] if draft.client_id is not None else []


_CHOSEN: Final[dict[str, Callable[[Draft], list[Key]]]] = {
    SameBy.TAX_NUMBER: _tax,
    SameBy.EMAIL: _emails,
    SameBy.PHONE: _phones,
    SameBy.NAME_TOWN: _name,
    SameBy.ID: _id,
}


@dataclass
class Found:
    """The clients that answer each key, in the order of their ids, and what they are called.

    The clients of ``only`` answer no other keys than theirs.
    """

    only: Mapping[int, Set[Key]] = field(default_factory=dict)
    by_key: dict[Key, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def add(self, key: Key, pk: int, name: str) -> None:
        if key not in self.only.get(pk, (key,)):
            return
        here = self.by_key.setdefault(key, [])
        if pk not in here:
            here.append(pk)
        self.names[pk] = name

    def clients(self, keys: Iterable[Key]) -> list[int]:
        """Those that a row with these keys is about: all who have one of its phones or emails,
        else those of its surest key.
        """
        several: dict[int, None] = {}
        for key in keys:
            hits = self.by_key.get(key, ())
            if hits and key[0] not in ("email", "phone"):
                return list(hits)
            several.update(dict.fromkeys(hits))
        return list(several)


def find(keys: Sequence[Key], user: User, only: Mapping[int, Set[Key]] | None = None) -> Found:
    """Those of the clients visible to the user that answer one of the keys; those of ``only`` by
    none but these.
    """
    found = Found(only or {})
    sorts: dict[str, list[Key]] = {}
    for key in dict.fromkeys(keys):
        sorts.setdefault(key[0], []).append(key)
    for sort, wanted in sorts.items():
        _FINDERS[sort](found, wanted, user)
    return found


def _find_tax(found: Found, keys: list[Key], user: User) -> None:
    here = live_clients(user).filter(tax_digits__in=among(key[1] for key in keys))
    for pk, name, trashed, tax in _rows(here, "tax_digits"):
        if trashed is None:
            found.add(("tax", tax), pk, name)


def _find_name(found: Found, keys: list[Key], user: User) -> None:
    """A client stands in the town of its main address, else in none."""
    wanted = set(keys)
    here = live_clients(user).filter(
        folded_name__in=among({fold_company(key[1])[:200] for key in keys})
    )
    main: dict[int, tuple[bool, int, Key]] = {}
    names: dict[int, str] = {}
    columns = (f"address_set__{name}" for name in ("is_default", "pk", "folded_town"))
    for pk, name, trashed, is_default, address, town in _rows(here, *columns):
        if trashed is None:
            one = (not is_default, address or 0, ("name", fold(name), town or ""))
            main[pk], names[pk] = min(main.get(pk, one), one), name
    for pk, (_other, _address, key) in main.items():
        if key in wanted:
            found.add(key, pk, names[pk])


def _find_id(found: Found, keys: list[Key], user: User) -> None:
    ids = [int(key[1]) for key in keys if 0 < int(key[1]) <= MOST_ID]
    for pk, name, trashed, _pk in _rows(live_clients(user).filter(pk__in=among(ids)), "pk"):
        if trashed is None:
            found.add(("id", str(pk)), pk, name)


def _find_email(found: Found, keys: list[Key], user: User) -> None:
    _find_channel(found, keys, _seen(Email, user), "folded")


def _find_phone(found: Found, keys: list[Key], user: User) -> None:
    _find_channel(found, keys, _seen(Phone, user), "digits")


def _find_channel(found: Found, keys: list[Key], seen: Any, column: str) -> None:
    here = seen.filter(**{f"{column}__in": among(key[1] for key in keys)})
    of_client = ("client_id", "client__name", "client__trashed_at")
    for pk, name, trashed, text in here.order_by("client_id").values_list(*of_client, column):
        if trashed is None:
            found.add((keys[0][0], text), pk, name)


def live_clients(user: User) -> Any:
    """Where to look for clients that the user sees; who takes some out leaves those in the trash.

    Not ``visible_to`` for who sees everything: SQLite, which keeps no statistics, would rather
    walk all clients that are not in the trash than look for a few hundred by the index of a key.
    """
    if access.sees_everything(user):
        return Client.objects.all()
    return Client.objects.visible_to(user)


def _seen(model: type[Email] | type[Phone], user: User) -> Any:
    everything = model._default_manager.all()
    return everything if access.sees_everything(user) else model.objects.visible_to(user)


def _rows(clients: Any, *columns: str) -> Any:
    return clients.order_by("pk").values_list("pk", "name", "trashed_at", *columns)


_FINDERS: Final[dict[str, Callable[[Found, list[Key], User], None]]] = {
    "tax": _find_tax,
    "name": _find_name,
    "email": _find_email,
    "phone": _find_phone,
    "id": _find_id,
}


def keys_of_client(
    client: Client,
    addresses: Iterable[Address],
    emails: Iterable[Email],
    phones: Iterable[Phone],
    same_by: str,
) -> list[Key]:
    """All that a client that is here is known by, as long as nothing of it is changed."""
    town = next((address.folded_town for address in addresses), "")
    keys: list[Key] = [("name", fold(client.name), town)]
    if client.tax_digits:
        keys.append(("tax", client.tax_digits))
    if same_by == SameBy.EMAIL:
        keys += [("email", one.folded) for one in emails]
    if same_by == SameBy.PHONE:
        keys += [("phone", one.digits) for one in phones]
    if same_by == SameBy.ID:
        keys.append(("id", str(client.pk)))
    return keys
