"""What the columns of vCards are called: they have no headings of their own."""

from __future__ import annotations

from django.utils.translation import gettext

from importer.readers.vcard import HEADING


def headings() -> list[str]:
    """Those that the reader gives, in the language of whoever imports: "Telefon 2"."""
    named = ((name, name.rstrip(" 0123456789")) for name in HEADING)
    return [gettext(word) + name.removeprefix(word) for name, word in named]
