"""The vocabulary of module kinds: frozen data, and the one interpreter of its rules.

Nothing here knows the database. A kind says which statuses a module starts with and, when they
are fixed, which facts lead to which status; `checks.py` proves at start-up that it can be true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from modules.names import in_language

Text: TypeAlias = str | Promise
FactValue: TypeAlias = str | int | bool

# DESIGN.md: paprika (late) and honey (broken chain) are never a status's colour.
HUES = ("slate", "indigo", "sky", "teal", "moss", "olive", "sand", "clay", "plum", "violet")
TODO_TYPES = ("call", "meeting", "email", "task")


class Meaning(StrEnum):
    """What standing in a status means for the todos of a datasheet."""

    OPEN = "open"
    NO_TODO = "no_todo"
    WON = "won"
    LOST = "lost"


class Sets(StrEnum):
    """What ticking a step of the sale does to its state (`customer`: nothing, it is won)."""

    IN_PROGRESS = "in_progress"
    WON = "won"
    CUSTOMER = "customer"


class Refused(Exception):
    """A kind's rules don't allow this; `reason` is for the user, in the current language."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


# What a module starts with


@dataclass(frozen=True)
class SuggestionSpec:
    """A suggested next todo: its type, its text, due in so many working days (0: today)."""

    type: str
    text_hu: str
    text_en: str
    in_working_days: int = 1
    moves_to: str = ""


@dataclass(frozen=True)
class StatusSpec:
    """A status of the tree a module of this kind starts with."""

    key: str
    name_hu: str
    name_en: str
    hue: str
    meaning: Meaning = Meaning.OPEN
    what_hu: str = ""
    what_en: str = ""
    suggestions: tuple[SuggestionSpec, ...] = ()


@dataclass(frozen=True)
class GroupSpec:
    """A group of the tree with its statuses, both in order."""

    key: str
    name_hu: str
    name_en: str
    statuses: tuple[StatusSpec, ...]


@dataclass(frozen=True)
class StepSpec:
    """A step of the sale."""

    key: str
    name_hu: str
    name_en: str
    sets: Sets


# Rules: facts that lead to a status


@dataclass(frozen=True)
class Is:
    """The fact is one of these."""

    fact: str
    values: tuple[FactValue, ...]

    def holds(self, facts: Mapping[str, FactValue]) -> bool:
        return facts[self.fact] in self.values


@dataclass(frozen=True)
class Between:
    """The whole-number fact lies within bounds, both inclusive; an absent bound is open."""

    fact: str
    least: int | None = None
    most: int | None = None

    def holds(self, facts: Mapping[str, FactValue]) -> bool:
        value = int(facts[self.fact])
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


@dataclass(frozen=True)
class Rule:
    """When all conditions hold, the status is `then`; with a `refusal` instead, there is none."""

    when: tuple[Is | Between, ...]
    then: str = ""
    refusal: Text = ""


@dataclass(frozen=True)
class Fact:
    """What rules look at, with values that stand for all others (each bound and its neighbours)."""

    name: str
    samples: tuple[FactValue, ...]


@dataclass(frozen=True)
class Verb:
    """Something that happens to a datasheet of fixed moves, as its button says it."""

    key: str
    name_hu: str
    name_en: str

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)


@dataclass(frozen=True)
class Move:
    """`verb` takes a datasheet from one status to another; only these documents', if any."""

    source: str
    verb: str
    target: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentSpec:
    """A type of document (Invoicing) and the status in which a new one stands."""

    key: str
    name_hu: str
    name_en: str
    start: str

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)


@dataclass(frozen=True)
class ModuleKind:
    """A kind of module.

    `fixed`: the tree belongs to the kind and a status is never chosen by hand; it follows from
    `rules` over `facts`, or from `moves` that begin at `starts`.
    `several`: a company may have more than one module of it. Of a kind that isn't fixed the
    company edits the tree, and any status can be chosen.
    """

    key: str
    name_hu: str
    name_en: str
    icon: str
    groups: tuple[GroupSpec, ...]
    starts: tuple[str, ...]
    fixed: bool = False
    several: bool = True
    steps: tuple[StepSpec, ...] = ()
    facts: tuple[Fact, ...] = ()
    rules: tuple[Rule, ...] = ()
    verbs: tuple[Verb, ...] = ()
    moves: tuple[Move, ...] = ()
    documents: tuple[DocumentSpec, ...] = ()

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)

    @property
    def statuses(self) -> tuple[StatusSpec, ...]:
        """All statuses, in the order of the tree."""
        return tuple(status for group in self.groups for status in group.statuses)

    def first_key(self, document: str = "") -> str:
        """The key of the status in which a new datasheet (of this type of document) stands."""
        starts = (spec.start for spec in self.documents if spec.key == document)
        return next(starts, self.starts[0])

    def move(self, status_key: str, verb: str, document: str = "") -> str:
        """The key of the status after `verb`; raises `Refused` when there is no such move."""
        for move in self.moves:
            if (move.source, move.verb) == (status_key, verb) and _knows(move, document):
                return move.target
        raise Refused(_("This can't be done from the present status."))

    def verbs_from(self, status_key: str, document: str = "") -> tuple[Verb, ...]:
        """What can be done from this status, in the order of the buttons."""
        keys = {
            move.verb for move in self.moves if move.source == status_key and _knows(move, document)
        }
        return tuple(verb for verb in self.verbs if verb.key in keys)


def _knows(move: Move, document: str) -> bool:
    return not move.documents or document in move.documents


# The interpreter of rules


def matching(rules: tuple[Rule, ...], facts: Mapping[str, FactValue]) -> Rule | None:
    """The first rule whose conditions all hold, or None."""
    for rule in rules:
        if all(condition.holds(facts) for condition in rule.when):
            return rule
    return None


def decide(rules: tuple[Rule, ...], facts: Mapping[str, FactValue]) -> str:
    """The key of the status that these facts lead to.

    Raises `Refused` where a rule says so, and LookupError where no rule fits (the system checks
    make sure that none of a kind's facts gets there).
    """
    rule = matching(rules, facts)
    if rule is None:
        raise LookupError(f"No rule for {dict(facts)!r}.")
    if not rule.then:
        raise Refused(rule.refusal)
    return rule.then


def samples(facts: tuple[Fact, ...]) -> Iterator[dict[str, FactValue]]:
    """Every combination of the facts' sample values."""
    names = [fact.name for fact in facts]
    for values in product(*(fact.samples for fact in facts)):
        yield dict(zip(names, values, strict=True))
