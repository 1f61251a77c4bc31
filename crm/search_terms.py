"""What somebody types into a search box, taken apart; and whether a text answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from web.text import digits, fold, words

LONGEST: Final = 100
MOST_WORDS: Final = 6
LEAST_DIGITS: Final = 3
LEAST_INSIDE: Final = 3
"""Letters from which on a word is looked for inside others: what trigrams can do."""

_NUMBER: Final = re.compile(r"[\d\s()+/.\-]+")


@dataclass(frozen=True)
class Term:
    """A word that must begin some word found, or be a part of a number.

    ``numbers`` are the spellings to look for among digits ("0630…" is stored as "3630…").
    """

    word: str
    numbers: tuple[str, ...] = ()

    def begins(self, found: Iterable[str]) -> bool:
        return any(word.startswith(self.word) for word in found)

    def within(self, found: Iterable[str]) -> bool:
        """As :meth:`begins`, and inside of words when it is long enough."""
        if len(self.word) < LEAST_INSIDE:
            return self.begins(found)
        return any(self.word in word for word in found)

    def in_numbers(self, found: Iterable[str]) -> bool:
        return any(part in number for number in found for part in self.numbers)


def parse(text: str) -> list[Term]:
    """The terms that must all be found; none for a text without letters and digits.

    A text that is one number however it is written ("+36 30 412-7788", "12345678-2-42") is one
    term.
    """
    folded = fold(text)[:LONGEST]
    if _NUMBER.fullmatch(folded):
        whole = digits(folded)
        if len(whole) >= LEAST_DIGITS:
            return [Term(whole, spellings(whole))]
    found = sorted(set(words(folded)), key=len, reverse=True)[:MOST_WORDS]
    kept: list[str] = []
    for word in found:  # "anna an" asks no more than "anna"
        if not any(longer.startswith(word) for longer in kept):
            kept.append(word)
    return [Term(word, spellings(word)) for word in kept]


def parse_words(text: str) -> list[Term]:
    """As :func:`parse`, but each run of digits on its own: "2026 118" is a year and a number."""
    return [Term(word, spellings(word)) for word in dict.fromkeys(words(fold(text)[:LONGEST]))][
        :MOST_WORDS
    ]


def spellings(word: str) -> tuple[str, ...]:
    """How a run of digits may stand among stored numbers; nothing for other words."""
    if not word.isascii() or not word.isdigit() or len(word) < LEAST_DIGITS:
        return ()
    if word.startswith("00") and len(word) > 2 + LEAST_DIGITS:
        return (word, word[2:])
    if word.startswith("06") and len(word) > LEAST_DIGITS:
        return (word, f"36{word[2:]}")
    return (word,)


# ---- Showing what was found --------------------------------------------------------------------


class Piece(NamedTuple):
    """A part of a shown text; ``hit``: it is what was looked for."""

    text: str
    hit: bool


def pieces(text: str, terms: Sequence[Term], *, inside: bool = False) -> list[Piece]:
    """A text cut where the terms begin its words, accents or not: to be marked when shown."""
    folded, origin = _fold_with_origin(text)
    hit = [False] * len(text)
    for term in terms:
        for at in _places(folded, term.word, inside and len(term.word) >= LEAST_INSIDE):
            for i in range(origin[at], origin[at + len(term.word) - 1] + 1):
                hit[i] = True
    for i in range(1, len(text) - 1):  # the blank between two marked words is marked, too
        hit[i] = hit[i] or (text[i] == " " and hit[i - 1] and hit[i + 1])
    found: list[Piece] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or hit[i] != hit[start]:
            found.append(Piece(text[start:i], hit[start]))
            start = i
    return found


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in ``text`` it comes from."""
    folded: list[str] = []
    origin: list[int] = []
    for i, char in enumerate(text):
        for plain in fold(char) or (" " if char.isspace() else ""):
            folded.append(plain)
            origin.append(i)
    return "".join(folded), origin


def _places(folded: str, word: str, inside: bool) -> Iterable[int]:
    at = folded.find(word)
    while word and at >= 0:
        if inside or at == 0 or not folded[at - 1].isalnum():
            yield at
        at = folded.find(word, at + 1)
