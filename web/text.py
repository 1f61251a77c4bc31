"""Text for machines: folding for search and matching, and the Hungarian order.

Everything here is a pure function of its text, the same on every database, so that SQLite and
PostgreSQL find and order alike.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ĳ": "ij",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "„": '"',
        "”": '"',
        "“": '"',
        "«": '"',
        "»": '"',
    }
)
_DROPPED: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Cn", "Co"})


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    kept = [
        char
        for char in plain
        if char.isascii() or unicodedata.category(char) not in _DROPPED or char.isspace()
    ]
    return " ".join("".join(kept).replace("\x00", "").split())


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case, without accents, with single spaces: what searching and matching compare.

    "  Őrségi   VAJKÉSZÍTŐ " gives "orsegi vajkeszito". Idempotent. Typographic quotes and dashes
    become the typed ones; invisible characters go.
    """
    if text.isascii():
        return " ".join(text.lower().replace("\x00", "").split())
    return " ".join(filter(None, map(_fold_word, text.split(" "))))


# Names, towns and streets are made of words that come again and again.
@lru_cache(maxsize=16384)
def _fold_word(word: str) -> str:
    folded = _fold_once(word)
    # A few characters (e.g. U+1E9E, U+0345) reach their final form only at the second time.
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


# Longest first: a form that contains another is taken whole. Dots and spaces are gone by then.
_LEGAL_FORMS: Final = tuple(
    tuple(form.split())
    for form in (
        "zartkoruen mukodo reszvenytarsasag",
        "nyilvanosan mukodo reszvenytarsasag",
        "korlatolt felelossegu tarsasag",
        "kozkereseti tarsasag",
        "beteti tarsasag",
        "reszvenytarsasag",
        "egyeni vallalkozo",
        "egyeni ceg",
        "gmbh co kg",
        "sp z o o",
        "nonprofit",
        "d o o",
        "s r l",
        "s r o",
        "s p a",
        "k f t",
        "z r t",
        "s a",
        "a s",
        "a g",
        "b v",
        "e v",
        "e c",
        "f a",
        "v a",
        "b t",
        "kft",
        "zrt",
        "nyrt",
        "rt",
        "bt",
        "kkt",
        "kht",
        "nkft",
        "ev",
        "ec",
        "fa",
        "va",
        "ltd",
        "limited",
        "llc",
        "llp",
        "inc",
        "corp",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "srl",
        "sro",
        "doo",
        "spa",
        "sarl",
        "sas",
        "bv",
        "nv",
        "oy",
        "ab",
        "aps",
        "co",
    )
)
_FORMS_BY_END: Final[dict[str, list[tuple[str, ...]]]] = {}
for _form in _LEGAL_FORMS:
    _FORMS_BY_END.setdefault(_form[-1], []).append(_form)
_NO_DIGITS: Final = {code: None for code in range(128) if not chr(code).isdigit()}
_NOT_WORD: Final = re.compile(r"[^\w]+|_+")


@lru_cache(maxsize=8192)
def fold_company(text: str) -> str:
    """A company's name for matching: folded, without punctuation and without its legal form.

    "Bakonyi Faipari Kft." and "BAKONYI FAIPARI KFT" both give "bakonyi faipari". A name that is
    nothing but a legal form stays ("AB" is a name, too).
    """
    parts = words(fold(text))
    while size := _legal_form_of(parts):
        parts = parts[:-size]
    return " ".join(parts)


def _legal_form_of(parts: list[str]) -> int:
    """How many words at the end are a legal form, with something before them; 0 for none."""
    for form in _FORMS_BY_END.get(parts[-1], ()) if parts else ():
        if len(parts) > len(form) and tuple(parts[-len(form) :]) == form:
            return len(form)
    return 0


def words(folded: str) -> list[str]:
    """The words of a folded text: runs of letters and digits, in their order, repeats kept."""
    return _NOT_WORD.sub(" ", folded).split()


def digits(text: str) -> str:
    """The decimal digits of a text as 0-9: "+36 (70) 534-1968" gives "36705341968"."""
    if text.isascii():
        return text.translate(_NO_DIGITS)
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


# ---- The Hungarian order -----------------------------------------------------------------------
#
# Three levels, as ICU's "hu" has them: letters, then accents, then case. The rules are CLDR's
# common/collation/hu.xml on top of its root order:
#   &C<cs &D<dz<dzs &G<gy &L<ly &N<ny &S<sz &T<ty &Z<zs &O<ö<<ő &U<ü<<ű, and "ccs" as "cs"+"cs".

KEY_LENGTH: Final = 600
"""No sort key is longer. A cut key can only make two very long texts equal, never swap them."""

_LEVEL: Final = "!"  # below every weight, so that a shorter text stands first
_COMMON: Final = "0"  # the smallest weight of the second and third levels
_ALPHABET: Final = (
    *"0123456789",
    *("a", "b", "c", "cs", "d", "dz", "dzs", "e", "f", "g", "gy", "h", "i", "j", "k", "l", "ly"),
    *("m", "n", "ny", "o", "o\u0308", "p", "q", "r", "s", "sz", "t", "ty", "u", "u\u0308", "v"),
    *("w", "x", "y", "z", "zs"),
)
_PRIMARY: Final = {letter: chr(ord("0") + i) for i, letter in enumerate(_ALPHABET)}
# ICU's root order of what is neither letter nor digit; two characters each, all below "0".
_SIGNS: Final = (
    "\t\n\x0b\x0c\r \u00a0_-‐–—,;:!¡?¿.·'‘’‚“”„‟«»()[]{}§¶@*/\\&#%‰†‡•`´^¯¨°©®+±÷×<=>¬|¦~¤¢$£¥€"
)
_PRIMARY.update({sign: "#" + chr(ord("0") + i) for i, sign in enumerate(_SIGNS)})
_PRIMARY["\u00a0"] = _PRIMARY[" "]
_OTHER: Final = "~"  # before any other letter's own code point: after all Latin ones

_DIGRAPHS: Final = ("cs", "dz", "dzs", "gy", "ly", "ny", "sz", "ty", "zs")
_ACCENTS: Final = (
    "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0327\u0328\u0304"
)
_SECONDARY: Final = {accent: chr(ord("2") + i) for i, accent in enumerate(_ACCENTS)}
_LONG: Final = "1"  # ő after ö, ű after ü: one weight in place of the common one
_SPLIT: Final = str.maketrans(
    {
        "ß": "\x00s\x00s\x00",  # kept apart by the ignored \0: "ßz" has no "sz" in it
        "ẞ": "\x00S\x00S\x00",
        "…": "...",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o\u0338",
        "Ø": "O\u0338",
        "đ": "d\u0338",
        "Đ": "D\u0338",
        "ł": "l\u0338",
        "Ł": "L\u0338",
    }
)


def _tokens() -> dict[str, tuple[str, str, str]]:
    """Every letter or group of letters with its weights on the three levels."""
    table: dict[str, tuple[str, str, str]] = {}
    for text, weight in _PRIMARY.items():
        if len(text) == 1:
            table[text] = (weight, _COMMON, _COMMON)
            if text.isalpha():
                table[text.upper()] = (weight, _COMMON, "4")
    for base in "ou":
        weight = _PRIMARY[base + "\u0308"]
        for mark, second in (("\u0308", _COMMON), ("\u030b", _LONG)):
            table[base + mark] = (weight, second, _COMMON)
            table[base.upper() + mark] = (weight, second, "4")
    for pair in _DIGRAPHS:
        weight = _PRIMARY[pair]
        for form, third in ((pair, "0"), (pair.capitalize(), "2"), (pair.upper(), "4")):
            table[form] = (weight, _COMMON, third)
            # "ccs" is "cs" twice, told apart from it on the third level only. The second half of
            # "Ccs" is a small "cs", that of "CCS" a big one.
            doubled = form[0] + (form[0] if form.isupper() else pair[0]) + form[1:]
            rest = "4" if form.isupper() else "0"
            table[doubled] = (weight * 2, _COMMON * 2, chr(ord(third) + 1) + rest)
    return table


_TABLE: Final = _tokens()
_TOKEN: Final = re.compile(
    "|".join(re.escape(t) for t in sorted(_TABLE, key=len, reverse=True)) + "|.", re.DOTALL
)


def _weights(token: str) -> tuple[str, str, str]:
    known = _TABLE.get(token)
    if known is not None:
        return known
    if token in _SECONDARY:
        return "", _SECONDARY[token], _COMMON
    if unicodedata.category(token) in ("Cc", "Cf", "Cs", "Mn", "Me"):
        return "", "", ""
    lower = token.lower()
    return _OTHER + (lower if len(lower) == 1 else token), _COMMON, _COMMON


def sort_key(text: str) -> str:
    """A key that puts texts into the order of the Hungarian alphabet when compared by code point.

    cs, dz, dzs, gy, ly, ny, sz, ty and zs are letters of their own, doubled too (ssz is sz + sz);
    ö and ü follow o and u; other accents and long vowels count only between otherwise equal texts,
    short before long, and case after that. For Latin text it equals ICU's "hu" (PostgreSQL's
    hu-x-icu).

    Compare the keys by code point: in Python, in SQLite's BINARY collation, in PostgreSQL in a
    column with db_collation "C" (its default collation would sort the weights as letters). For
    Latin text the key is printable ASCII, which sorts alike in all of them, as does all UTF-8.
    """
    words = [_word_levels(word) for word in text.split(" ")]
    primary, second, third = (
        space.join(levels)
        for space, levels in zip(_word_levels(" "), zip(*words, strict=True), strict=True)
    )
    # The common weight is the smallest: without it at the end the order is the same.
    return _LEVEL.join((primary, second.rstrip(_COMMON), third.rstrip(_COMMON)))[:KEY_LENGTH]


@lru_cache(maxsize=16384)
def _word_levels(word: str) -> tuple[str, str, str]:
    """The weights of a word, level by level; no letter of several signs goes over a blank."""
    plain = unicodedata.normalize("NFD", word.translate(_SPLIT))
    weights = [_weights(token) for token in _TOKEN.findall(plain)] or [("", "", "")]
    primary, second, third = ("".join(level) for level in zip(*weights, strict=True))
    return primary, second, third


LETTERS: Final = tuple(letter for letter in _ALPHABET if letter[0].isalpha())
"""The letters of the Hungarian alphabet in their order; ö and ü as o and u with a mark."""


def letter(key: str) -> str:
    """The letter under which a text with this sort key stands: "A", "Cs", "Ö"; "#" for others."""
    weight = key[:1]
    found = next((text for text, known in _PRIMARY.items() if known == weight), "")
    return unicodedata.normalize("NFC", found).capitalize() if found[:1].isalpha() else "#"


def letter_start(wanted: str) -> str:
    """The beginning of the sort keys of texts under a letter; "" for what is no letter."""
    folded = unicodedata.normalize("NFD", wanted.strip().lower())
    return _PRIMARY.get(folded, "") if folded in LETTERS else ""
