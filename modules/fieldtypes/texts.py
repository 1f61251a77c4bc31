"""Text, long text and links."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.forms.widgets import Widget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from modules.fieldtypes.base import FieldKind, one_text
from modules.models.field import Field, FieldType
from web.text import fold

LONGEST = {FieldType.TEXT: 250, FieldType.LONG_TEXT: 10_000, FieldType.LINK: 500}
FOLDED = 200


class TextKind(FieldKind):
    key = FieldType.TEXT
    icon = "type"
    column = "text"
    hint = gettext_lazy("One line")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.TextInput(attrs={"maxlength": LONGEST[self.key]})

    def clean(self, field: Field, raw: Any) -> Any:
        return self.short_enough(" ".join(one_text(raw).split())) or None

    def short_enough(self, text: str) -> str:
        """The text; raises ValidationError with how much too long it is."""
        over = len(text) - LONGEST[self.key]
        if over > 0:
            said = ngettext(
                "Shorten it by %(n)s character.", "Shorten it by %(n)s characters.", over
            )
            raise ValidationError(said % {"n": over})
        return text

    def fold(self, value: Any) -> str:
        return fold(value or "")[:FOLDED]


class LongTextKind(TextKind):
    key = FieldType.LONG_TEXT
    icon = "text-align-start"
    sortable = False
    hint = gettext_lazy("Several lines")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.Textarea(attrs={"rows": 3, "data-grow": True})

    def clean(self, field: Field, raw: Any) -> Any:
        text = (
            ""
            if raw is None
            else re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", str(raw))
        )
        lines = [line.rstrip() for line in one_text(text).split("\n")]
        return self.short_enough("\n".join(lines)) or None


class LinkKind(TextKind):
    """A web page or an email address: nothing else is ever opened by a click."""

    key = FieldType.LINK
    icon = "link"
    hint = gettext_lazy("A web page or an email address")

    def widget(self, field: Field, current: Any = None) -> Widget:
        return forms.TextInput(attrs={"inputmode": "url", "maxlength": LONGEST[self.key]})

    def clean(self, field: Field, raw: Any) -> Any:
        text = one_text(raw)
        if not text:
            return None
        url = self.short_enough(with_scheme(text))
        if not is_safe(url):
            raise ValidationError(_("This is not a link. Write it like www.example.com."))
        return url

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        short = str(value).removeprefix("https://").removeprefix("mailto:")
        # A page whose address ends like an email one is shown whole: it would be taken for that.
        return short if with_scheme(short) == value else str(value)


def with_scheme(text: str) -> str:
    """What was typed as an address: "www.x.hu" is a page, "a@x.hu" an email address."""
    if re.match(r"(?i)(https?|mailto):", text):
        scheme, _colon, rest = text.partition(":")
        return f"{scheme.lower()}:{rest}"
    if _is_email(text):
        return f"mailto:{text}"
    return f"https://{text}"


def is_safe(url: str) -> bool:
    """Whether it can be offered as a link: http, https or mailto, with a real address."""
    if url.startswith("mailto:"):
        return _is_email(url.removeprefix("mailto:"))
    try:
        URLValidator(schemes=["http", "https"])(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        return False
    # A name before the host only serves to make it look like another one.
    return "@" not in parts.netloc


def _is_email(text: str) -> bool:
    try:
        EmailValidator()(text)
    except ValidationError:
        return False
    return True
