"""Phones and emails of a contact, or of the company itself: replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm.models import Client, Contact, Email, Phone


class Channel(NamedTuple):
    """A phone number or an email address as a form gives it."""

    kind: str
    text: str
    is_default: bool = False


class Change(NamedTuple):
    """A field that changed: both values as texts."""

    field: str
    old: str
    new: str


def set_channels(
    client: Client,
    contact: Contact | None,
    phones: Sequence[Channel] | None,
    emails: Sequence[Channel] | None,
) -> list[Change]:
    """The phones and emails of the contact (of the company: None) are these; None: as they are."""
    changes = []
    if phones is not None:
        changes += _set(Phone, "raw", client, contact, phones)
    if emails is not None:
        changes += _set(Email, "address", client, contact, emails)
    return changes


def _set(
    model: type[Phone] | type[Email],
    column: str,
    client: Client,
    contact: Contact | None,
    channels: Sequence[Channel],
) -> list[Change]:
    unique = list({channel.text: channel for channel in reversed(channels)}.values())[::-1]
    default = next((i for i, one in enumerate(unique) if one.is_default), 0)
    new = [one._replace(is_default=i == default) for i, one in enumerate(unique)]
    mine = model._default_manager.filter(client=client, contact=contact).order_by("pk")
    old = [Channel(one.kind, getattr(one, column), one.is_default) for one in mine]
    if old == new:
        return []
    mine.delete()
    for one in new:
        model._default_manager.create(
            client=client,
            contact=contact,
            kind=one.kind,
            is_default=one.is_default,
            **{column: one.text},
        )
    field = "phone" if model is Phone else "email"
    return [Change(field, _texts(old), _texts(new))]


def _texts(channels: Sequence[Channel]) -> str:
    return ", ".join(channel.text for channel in channels)
