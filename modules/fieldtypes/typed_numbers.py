"""Numbers as people type them in either language: "1 250 000", "1.250.000,50", "1,250,000.50"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from web.dates import language
from web.text import fold

DIGITS: Final = 15
NBSP: Final = "\u00a0"
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<sep>[ .,'])\d{3})(?:(?P=sep)\d{3})*")
_TIMES: Final = {
    **dict.fromkeys(("e", "ezer", "k", "thousand"), 3),
    **dict.fromkeys(("m", "mio", "millio", "million"), 6),
}
_PARTS: Final = re.compile(r"(?P<sign>[+-]?)\s*(?P<number>[\d.,' ]*\d)\s*(?P<word>[a-z]*)\.?")


def read_number(
    text: str, *, places: int, units: tuple[str, ...] = (), words: bool = False
) -> Decimal:
    """The number of a text, with at most ``places`` decimals and 15 digits.

    ``units`` may stand on either side; with ``words`` so may "e", "ezer", "k", "m", "millió".
    One separator before three digits is ambiguous: it is a decimal mark only where the current
    language writes it so and that many decimals are allowed. Raises ValidationError.
    """
    folded = _without_units(fold(text), units)
    match = _PARTS.fullmatch(folded)
    if match is None:
        raise ValidationError(_no_number(text))
    whole, decimals = _split(match["number"], places, text)
    number = Decimal(f"{match['sign']}{whole}.{decimals or '0'}")
    if match["word"]:
        number = number.scaleb(_times(match["word"], words, text))
    return fit(number, places)


def fit(number: Decimal, places: int) -> Decimal:
    """The number in its shortest form; raises ValidationError when it can't be kept exactly."""
    if not number.is_finite():
        raise ValidationError(_no_number(str(number)))
    if not number:
        return Decimal(0)
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 (it is finite)
    while len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if -exponent > places:
        raise ValidationError(_too_many_decimals(places))
    if len(digits) + max(exponent, 0) > DIGITS:
        raise ValidationError(_("A number can have at most 15 digits."))
    if exponent > 0:
        digits, exponent = (*digits, *[0] * exponent), 0
    return Decimal((sign, digits, exponent))


def format_number(number: Decimal | int, *, least: int = 0) -> str:
    """ "1 250 000,5" or "1,250,000.5"; ``least``: decimals that are written even when zero."""
    plain = f"{Decimal(number):f}"
    sign = "-" if plain.startswith("-") else ""
    whole, _dot, decimals = plain.lstrip("-").partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    thousands, mark = (NBSP, ",") if language() == "hu" else (",", ".")
    grouped = f"{int(whole):,}".replace(",", thousands)
    return f"{sign}{grouped}{mark}{decimals}" if decimals else f"{sign}{grouped}"


def _without_units(folded: str, units: tuple[str, ...]) -> str:
    sign = folded[:1] if folded[:1] in ("+", "-") else ""
    rest = folded.removeprefix(sign).strip()
    for unit in (fold(one) for one in units if one):
        rest = rest.removesuffix(unit).removeprefix(unit).strip()
    return sign + rest


def _split(number: str, places: int, text: str) -> tuple[str, str]:
    """Whole part and decimals, both digits only."""
    marks = [char for char in number if char in ".,"]
    last = max(number.rfind("."), number.rfind(","))
    whole, decimals = number, ""
    if marks and (len(set(marks)) > 1 or (len(marks) == 1 and not _groups(number, last, places))):
        whole, decimals = number[:last], number[last + 1 :]
    if not (whole or "0").isdigit() and not _GROUPED.fullmatch(whole):
        raise ValidationError(_no_number(text))
    if not decimals.isdigit() and decimals:
        raise ValidationError(_no_number(text))
    return re.sub(r"\D", "", whole) or "0", decimals


def _groups(number: str, at: int, places: int) -> bool:
    """Whether the only separator of a number stands between thousands."""
    before, after = number[:at], number[at + 1 :]
    if len(after) != 3 or not (1 <= len(before) <= 3) or before.startswith("0"):
        return False
    decimal_mark = "," if language() == "hu" else "."
    return places < 3 or number[at] != decimal_mark


def _times(word: str, words: bool, text: str) -> int:
    if not words or word not in _TIMES:
        raise ValidationError(_no_number(text))
    return _TIMES[word]


def _no_number(text: str) -> str:
    return _("“%(text)s” is not a number. Write it like %(example)s.") % {
        "text": text[:40],
        "example": format_number(Decimal("1250.5")),
    }


def _too_many_decimals(places: int) -> str:
    if not places:
        return _("Only a whole number can stand here.")
    said = ngettext("At most %(n)s decimal.", "At most %(n)s decimals.", places)
    return said % {"n": places}
