"""Lines of phones, emails and addresses in a form: as many as there are, and one to add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from crm.actions.channels import Channel
from crm.actions.clients import AddressPlan
from crm.constants import AddressKind, EmailKind, PhoneKind
from crm.models import Address
from web.text import digits

MOST_LINES = 20
LEAST_DIGITS = 3
_LETTERS = re.compile(r"[^\W\d_]{4,}")


def clean_email(text: str) -> str:
    """The address without blanks around it. Raises ValidationError that says what is missing."""
    text = text.strip()
    if not text:
        return ""
    name, at, domain = text.rpartition("@")
    for wrong, message in (
        (not at, _("The @ is missing")),
        (" " in text, _("There is a space in it")),
        (not name, _("The part before the @ is missing")),
        (not domain, _("The part after the @ is missing")),
        ("." not in domain.strip("."), _("The ending is missing")),
        (len(text) > 254, _("It is too long")),
    ):
        if wrong:
            raise ValidationError(message)
    try:
        validate_email(text)
    except ValidationError:
        raise ValidationError(_("This is not an email address")) from None
    return text


def clean_phone(text: str) -> str:
    """The number as written, with single blanks. Raises ValidationError when it is none."""
    text = " ".join(text.split())
    if not text:
        return ""
    if len(digits(text)) < LEAST_DIGITS or _LETTERS.search(text):
        raise ValidationError(_("Write it with digits: +36 30 123 4567"))
    if len(text) > 50:
        raise ValidationError(_("It is too long"))
    return text


@dataclass
class Line:
    """One line: ``index`` tells it apart in the form; empty lines are left out when saved."""

    index: int
    kind: str = ""
    text: str = ""
    is_default: bool = False
    error: str = ""


@dataclass
class ChannelLines:
    """The phones or emails of a contact or a company in a form.

    Names of the controls: ``phone-0-kind``, ``phone-0-text``, and ``phone-default`` with the
    index of the default one.
    """

    what: str
    lines: list[Line]

    @classmethod
    def of(cls, what: str, records: Iterable[Any]) -> ChannelLines:
        """The saved ones (phones or emails), and a line to add another."""
        lines = [
            Line(i, record.kind, str(record), record.is_default) for i, record in enumerate(records)
        ]
        return cls(what, lines).with_blank()

    @classmethod
    def sent(cls, what: str, data: Mapping[str, Any]) -> ChannelLines:
        lines = []
        default = str(data.get(f"{what}-default", ""))
        for index in range(MOST_LINES):
            if (text := data.get(f"{what}-{index}-text")) is None:
                continue
            kind = str(data.get(f"{what}-{index}-kind", ""))
            lines.append(Line(index, kind, str(text).strip(), default == str(index)))
        return cls(what, lines)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return (PhoneKind if self.what == "phone" else EmailKind).choices

    def with_blank(self) -> ChannelLines:
        """With an empty line at the end to write in."""
        if (not self.lines or self.lines[-1].text) and len(self.lines) < MOST_LINES:
            index = max((line.index for line in self.lines), default=-1) + 1
            self.lines.append(Line(index, self.kinds[0][0], is_default=not self.lines))
        return self

    def is_valid(self) -> bool:
        """Checks each line and keeps what is wrong beside it."""
        clean = clean_phone if self.what == "phone" else clean_email
        known = {kind for kind, _label in self.kinds}
        for line in self.lines:
            line.kind = line.kind if line.kind in known else self.kinds[0][0]
            try:
                line.text = clean(line.text)
            except ValidationError as wrong:
                line.error = str(wrong.messages[0])
        return not any(line.error for line in self.lines)

    def channels(self) -> list[Channel]:
        return [Channel(line.kind, line.text, line.is_default) for line in self.lines if line.text]


@dataclass
class AddressLine:
    """One address in a form."""

    index: int
    kind: str = AddressKind.HEAD_OFFICE
    country: str = ""
    postcode: str = ""
    town: str = ""
    street: str = ""
    is_default: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.country or self.postcode or self.town or self.street)


_LONGEST = {"country": 60, "postcode": 16, "town": 100, "street": 200}


@dataclass
class AddressLines:
    """The addresses of a client in a form: ``address-0-town``, …, ``address-default``."""

    lines: list[AddressLine] = field(default_factory=list)

    @classmethod
    def of(cls, addresses: Sequence[Address]) -> AddressLines:
        lines = [
            AddressLine(i, a.kind, a.country, a.postcode, a.town, a.street, a.is_default)
            for i, a in enumerate(addresses)
        ]
        return cls(lines).with_blank()

    @classmethod
    def sent(cls, data: Mapping[str, Any]) -> AddressLines:
        default = str(data.get("address-default", ""))
        lines = []
        for index in range(MOST_LINES):
            if f"address-{index}-town" not in data:
                continue
            texts = {
                name: " ".join(str(data.get(f"address-{index}-{name}", "")).split())[:longest]
                for name, longest in _LONGEST.items()
            }
            kind = str(data.get(f"address-{index}-kind", ""))
            kind = kind if kind in AddressKind.values else AddressKind.HEAD_OFFICE
            lines.append(AddressLine(index, kind, is_default=default == str(index), **texts))
        return cls(lines)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return AddressKind.choices

    def with_blank(self) -> AddressLines:
        """With an empty one at the end to write in."""
        if (not self.lines or not self.lines[-1].is_empty) and len(self.lines) < MOST_LINES:
            index = max((line.index for line in self.lines), default=-1) + 1
            self.lines.append(AddressLine(index, is_default=not self.lines))
        return self

    def plans(self) -> list[AddressPlan]:
        return [
            AddressPlan(
                line.kind, line.country, line.postcode, line.town, line.street, line.is_default
            )
            for line in self.lines
            if not line.is_empty
        ]
