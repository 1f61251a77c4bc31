"""The system checks refuse every impossible kind that is planted, and accept the real ones."""

from dataclasses import replace

import pytest

from modules import checks
from modules.kinds.base import (
    Between,
    Fact,
    GroupSpec,
    Is,
    Meaning,
    ModuleKind,
    Move,
    Rule,
    Sets,
    StatusSpec,
    StepSpec,
    SuggestionSpec,
    Verb,
)
from modules.kinds.orders import ORDERS
from modules.kinds.projects import PROJECTS
from modules.kinds.sales import SALES
from modules.kinds.webshop import WEBSHOP
from modules.registry import KINDS


def codes(kind: ModuleKind) -> set[str | None]:
    return {error.id for error in checks.check_kind(kind)}


def with_status(kind: ModuleKind, status: StatusSpec) -> ModuleKind:
    first = kind.groups[0]
    return replace(
        kind, groups=(replace(first, statuses=(*first.statuses, status)), *kind.groups[1:])
    )


def changed(kind: ModuleKind, **fields: object) -> ModuleKind:
    """The kind with its first status changed."""
    first = kind.groups[0]
    status = replace(first.statuses[0], **fields)  # type: ignore[arg-type]
    statuses = (status, *first.statuses[1:])
    return replace(kind, groups=(replace(first, statuses=statuses), *kind.groups[1:]))


SOME = Between("orders", least=1)
EMPTY = GroupSpec("empty", "Üres", "Empty", ())
EXTRA = StatusSpec("extra", "Több", "Extra", "sky", Meaning.NO_TODO)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_the_real_kinds_are_possible(kind: ModuleKind) -> None:
    assert checks.check_kind(kind) == []


def test_all_nine_are_registered_and_pass_together() -> None:
    assert checks.check_kinds() == []
    assert [kind.key for kind in KINDS] == [
        "sales",
        "projects",
        "hr",
        "events",
        "partners",
        "helpdesk",
        "invoicing",
        "orders",
        "webshop",
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("modules.E001", with_status(PROJECTS, PROJECTS.statuses[0])),
        ("modules.E001", replace(PROJECTS, groups=(*PROJECTS.groups, PROJECTS.groups[0]))),
        ("modules.E001", replace(SALES, steps=(*SALES.steps, SALES.steps[-1]))),
        ("modules.E001", replace(ORDERS, moves=(*ORDERS.moves, ORDERS.moves[0]))),
        ("modules.E002", replace(PROJECTS, name_hu="")),
        ("modules.E002", changed(PROJECTS, name_en=" ")),
        ("modules.E002", changed(PROJECTS, what_hu="")),
        ("modules.E002", with_status(PROJECTS, replace(EXTRA, what_hu="Semmi"))),
        (
            "modules.E002",
            changed(PROJECTS, suggestions=(SuggestionSpec("call", "Hívás", ""),)),
        ),
        (
            "modules.E002",
            changed(PROJECTS, suggestions=(SuggestionSpec("call", "x" * 161, "Call"),)),
        ),
        ("modules.E003", replace(PROJECTS, groups=(*PROJECTS.groups, EMPTY))),
        ("modules.E003", replace(PROJECTS, groups=())),
        ("modules.E004", changed(PROJECTS, hue="paprika")),
        ("modules.E005", changed(PROJECTS, suggestions=())),
        (
            "modules.E005",
            changed(PROJECTS, suggestions=(SuggestionSpec("fax", "Fax", "Fax"),)),
        ),
        (
            "modules.E005",
            changed(SALES, suggestions=(SuggestionSpec("call", "H", "C", 1, "forgotten"),)),
        ),
        (
            "modules.E006",
            changed(PROJECTS, suggestions=(SuggestionSpec("call", "H", "C", 1, "nowhere"),)),
        ),
        (
            "modules.E006",
            changed(PROJECTS, suggestions=(SuggestionSpec("call", "H", "C", 1, "survey"),)),
        ),
        ("modules.E006", replace(PROJECTS, starts=())),
        ("modules.E006", replace(PROJECTS, starts=("nowhere",))),
        ("modules.E006", replace(WEBSHOP, rules=(Rule((), "nowhere"), *WEBSHOP.rules))),
        ("modules.E006", replace(ORDERS, moves=(*ORDERS.moves, Move("draft", "paid", "gone")))),
        (
            "modules.E006",
            replace(ORDERS, moves=(*ORDERS.moves, Move("draft", "explode", "failed"))),
        ),
        (
            "modules.E006",
            replace(ORDERS, moves=(*ORDERS.moves, Move("draft", "paid", "failed", ("memo",)))),
        ),
        ("modules.E007", replace(PROJECTS, fixed=True)),
        ("modules.E007", replace(SALES, fixed=False)),
        ("modules.E007", replace(WEBSHOP, rules=(*WEBSHOP.rules[:-1], Rule(())))),
        (
            "modules.E007",
            replace(WEBSHOP, rules=(Rule((Is("weather", ("fine",)),), "regular"),)),
        ),
        ("modules.E008", replace(WEBSHOP, rules=WEBSHOP.rules[:-1])),
        (
            "modules.E008",
            replace(WEBSHOP, facts=(Fact("orders", (0, 1)),), rules=(Rule((SOME,), "regular"),)),
        ),
        ("modules.E009", with_status(WEBSHOP, EXTRA)),
        ("modules.E009", with_status(ORDERS, EXTRA)),
        ("modules.E009", replace(WEBSHOP, rules=(*WEBSHOP.rules, Rule((), "regular")))),
        ("modules.E009", replace(ORDERS, verbs=(*ORDERS.verbs, Verb("x", "X", "X")))),
        ("modules.E010", replace(SALES, steps=tuple(reversed(SALES.steps)))),
        ("modules.E010", replace(SALES, steps=SALES.steps[:2])),
        (
            "modules.E010",
            replace(SALES, steps=(*SALES.steps[:4], StepSpec("b", "B", "B", Sets.WON))),
        ),
    ],
)
def test_an_impossible_kind_is_refused(code: str, kind: ModuleKind) -> None:
    assert code in codes(kind)


def test_two_kinds_with_one_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "KINDS", (*KINDS, PROJECTS))
    assert [error.id for error in checks.check_kinds()] == ["modules.E001"]


def test_the_database_and_the_kinds_must_agree_which_come_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "KINDS", tuple(replace(kind, several=True) for kind in KINDS))
    assert "modules.E011" in {error.id for error in checks.check_kinds()}
