"""System checks that refuse an impossible kind before it can reach a database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, register

from modules.kinds.base import (
    HUES,
    TODO_TYPES,
    DocumentSpec,
    GroupSpec,
    Meaning,
    ModuleKind,
    Rule,
    Sets,
    StatusSpec,
    StepSpec,
    Verb,
    matching,
    samples,
)
from modules.models.module import SINGLE_KINDS
from modules.registry import KINDS

TODO_TEXT_LENGTH = 160
Named: TypeAlias = ModuleKind | GroupSpec | StatusSpec | StepSpec | Verb | DocumentSpec


@register()
def check_kinds(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Every registered kind can be true."""
    errors: list[CheckMessage] = []
    errors += [
        Error(f"Two kinds are called {key!r}.", id="modules.E001")
        for key in _repeated(kind.key for kind in KINDS)
    ]
    several = {kind.key for kind in KINDS if not kind.several}
    if several != set(SINGLE_KINDS):
        errors.append(Error("SINGLE_KINDS and the kinds' `several` disagree.", id="modules.E011"))
    for kind in KINDS:
        errors += check_kind(kind)
    return errors


def check_kind(kind: ModuleKind) -> list[CheckMessage]:
    """What makes this kind impossible; empty for a sound one."""
    found: list[tuple[str, str]] = []
    for check in CHECKS:
        found += check(kind)
    return [Error(f"Kind {kind.key!r}: {text}", id=f"modules.{code}") for code, text in found]


def _repeated(keys: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    repeated = []
    for key in keys:
        if key in seen:
            repeated.append(key)
        seen.add(key)
    return repeated


def _keys(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    for what, keys in (
        ("groups", [group.key for group in kind.groups]),
        ("statuses", [status.key for status in kind.statuses]),
        ("steps", [step.key for step in kind.steps]),
        ("verbs", [verb.key for verb in kind.verbs]),
        ("moves", [f"{move.source} {move.verb}" for move in kind.moves]),
    ):
        for key in _repeated(keys):
            yield "E001", f"two {what} are called {key!r}."


def _texts(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    everything: list[Named] = [kind, *kind.groups, *kind.statuses, *kind.steps]
    for named in [*everything, *kind.verbs, *kind.documents]:
        if not (named.name_hu.strip() and named.name_en.strip()):
            yield "E002", f"{named.key!r} lacks its name in one of the languages."
    for status in kind.statuses:
        if status.meaning is Meaning.OPEN and not (status.what_hu and status.what_en):
            yield "E002", f"{status.key!r} doesn't say in both languages what is to be done."
        if bool(status.what_hu) != bool(status.what_en):
            yield "E002", f"{status.key!r} says in one language only what is to be done."


def _statuses(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    if not kind.statuses:
        yield "E003", "has no status."
    for group in kind.groups:
        if not group.statuses:
            yield "E003", f"group {group.key!r} is empty."
    for status in kind.statuses:
        if status.hue not in HUES:
            yield "E004", f"{status.key!r} has no such colour: {status.hue!r}."


def _suggestions(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    keys = {status.key for status in kind.statuses}
    for status in kind.statuses:
        if status.meaning is Meaning.OPEN and not 1 <= len(status.suggestions) <= 3:
            yield "E005", f"{status.key!r} must suggest one to three todos."
        yield from _suggestion(kind, status, keys)


def _suggestion(kind: ModuleKind, status: StatusSpec, keys: set[str]) -> Iterator[tuple[str, str]]:
    for todo in status.suggestions:
        if todo.type not in TODO_TYPES:
            yield "E005", f"{status.key!r} suggests an unknown type: {todo.type!r}."
        for text in (todo.text_hu, todo.text_en):
            if not 0 < len(text) <= TODO_TEXT_LENGTH:
                yield "E002", f"{status.key!r} suggests a todo without text, or with a long one."
        if todo.moves_to and kind.fixed:
            yield "E005", f"{status.key!r} suggests a move by hand, and statuses are fixed."
        elif todo.moves_to and todo.moves_to not in keys - {status.key}:
            yield "E006", f"{status.key!r} suggests a move to {todo.moves_to!r}."


def _steps(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    """In progress first, then the one that wins, then what comes after."""
    order = list(Sets)
    sets = [step.sets for step in kind.steps]
    if sets and (
        sets != sorted(sets, key=order.index)
        or sets.count(Sets.WON) != 1
        or Sets.IN_PROGRESS not in sets
    ):
        yield "E010", "its steps must set in progress, then won (once), then customer."


def _starts(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    keys = {status.key for status in kind.statuses}
    if not kind.starts:
        yield "E006", "says nowhere where a new datasheet stands."
    for key in (*kind.starts, *(document.start for document in kind.documents)):
        if key not in keys:
            yield "E006", f"starts in an unknown status: {key!r}."
    if kind.fixed != bool(kind.rules or kind.moves):
        yield "E007", "must have rules or moves if its statuses are fixed, and only then."


def _rules(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    keys = {status.key for status in kind.statuses}
    for rule in kind.rules:
        if rule.then and rule.then not in keys:
            yield "E006", f"a rule yields an unknown status: {rule.then!r}."
        if bool(rule.then) == bool(rule.refusal):
            yield "E007", "a rule must either yield a status or refuse with a reason."


def _answers(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    """All facts have an answer, every rule is needed, and every status can come out."""
    if not kind.rules:
        return
    try:
        used, unanswered = _fire(kind)
    except KeyError as error:
        yield "E007", f"a rule asks for an unknown fact: {error}."
        return
    if unanswered:
        yield "E008", f"no rule answers {unanswered!r}."
    for number, rule in enumerate(kind.rules):
        if rule not in used:
            yield "E009", f"rule {number} ({rule.then!r}) can never be the one."
    for key in sorted({status.key for status in kind.statuses} - {rule.then for rule in used}):
        yield "E009", f"no rule leads to {key!r}."


def _fire(kind: ModuleKind) -> tuple[list[Rule], dict[str, object] | None]:
    """The rules that are the first to fit some facts; and facts that none fits, if any."""
    used: list[Rule] = []
    unanswered: dict[str, object] | None = None
    for facts in samples(kind.facts):
        rule = matching(kind.rules, facts)
        if rule is None:
            unanswered = {**facts}
        elif rule not in used:
            used.append(rule)
    return used, unanswered


def _moves(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    keys = {status.key for status in kind.statuses}
    verbs = {verb.key for verb in kind.verbs}
    for move in kind.moves:
        if not {move.source, move.target} <= keys:
            yield "E006", f"{move.verb!r} moves from or to an unknown status."
        if move.verb not in verbs:
            yield "E006", f"a move has an unknown verb: {move.verb!r}."
        if not set(move.documents) <= {document.key for document in kind.documents}:
            yield "E006", f"{move.verb!r} moves an unknown document."
    for verb in sorted(verbs - {move.verb for move in kind.moves}):
        yield "E009", f"no move has the verb {verb!r}."


def _reachable(kind: ModuleKind) -> Iterator[tuple[str, str]]:
    """Every status can be reached, by a document that begins where it must."""
    if not kind.moves:
        return
    reached: set[str] = set()
    for document in [spec.key for spec in kind.documents] or [""]:
        reached |= _reached(kind, document)
    for key in sorted({status.key for status in kind.statuses} - reached):
        yield "E009", f"no move leads to {key!r}."


def _reached(kind: ModuleKind, document: str) -> set[str]:
    reached = {kind.first_key(document)}
    moves = [move for move in kind.moves if not move.documents or document in move.documents]
    for _round in moves:
        reached |= {move.target for move in moves if move.source in reached}
    return reached


CHECKS = (
    _keys,
    _texts,
    _statuses,
    _suggestions,
    _steps,
    _starts,
    _rules,
    _answers,
    _moves,
    _reachable,
)
