"""Tax numbers: which text can be one."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from stdnum.eu import vat
from stdnum.hu import anum

from web.text import digits

_HUNGARIAN = re.compile(r"(\d{8})(?:[- ]?(\d)[- ]?(\d\d))?")


def checked(raw: str) -> str:
    """The tax number as it is written: Hungarian (``12345678-1-42``), or an EU VAT number.

    Eight digits (the company's own part) are enough. Raises ValueError with what is wrong.
    """
    text = " ".join(raw.split()).upper()
    if text[:2].isalpha():
        if vat.is_valid(text):
            return str(vat.compact(text))
        raise ValueError(_("%(number)s is not a valid EU VAT number.") % {"number": raw.strip()})
    found = _HUNGARIAN.fullmatch(text)
    if found is None:
        count = len(digits(text))
        if count < 8:
            raise ValueError(
                _("Tax number %(number)s is too short: a Hungarian one has 8 or 11 digits.")
                % {"number": raw.strip()}
            )
        raise ValueError(
            _("Tax number %(number)s doesn't look like 12345678-1-42.") % {"number": raw.strip()}
        )
    if not anum.is_valid(found[1]):
        raise ValueError(
            _("A digit of tax number %(number)s is mistyped.") % {"number": raw.strip()}
        )
    return f"{found[1]}-{found[2]}-{found[3]}" if found[2] else found[1]
