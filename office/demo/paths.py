"""How a datasheet of the demo came to stand where it stands: the statuses before, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from crm.constants import Qualification, SaleState
from modules.kinds import sales
from modules.kinds.base import Meaning
from modules.registry import BY_KEY
from office.demo.matters import Matter

NOTHING = {"qualification": "", "sale_state": "discovery", "decided": False, "forgotten": False}


@dataclass(frozen=True)
class Stage:
    """A status on the way, the sale's facts that led to it, and the steps ticked on arriving."""

    status: str
    facts: dict[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    by_system: bool = False


def path(matter: Matter, random: Random) -> list[Stage]:
    """The stages in order, the present one last."""
    if matter.module == "sales":
        return _sale(matter.status, random)
    if matter.module == "webshop":
        start = "subscriber" if matter.days_ago is None else "registered"
        return _from([start], matter.status, by_system=matter.status != "unsubscribed")
    if matter.module == "orders":
        on_the_way = {
            "draft": [],
            "in_progress": ["draft"],
            "completed": ["draft", "in_progress"],
            "successful": ["draft", "in_progress", "completed"],
            "failed": ["draft", "in_progress"],
        }
        return _from(on_the_way[matter.status], matter.status)
    if matter.module == "invoicing":
        first = BY_KEY["invoicing"].first_key(matter.document)
        second = ["sent"] if first == "being_prepared" else ["issued"]
        return _from([first, *second] if matter.is_final else [first], matter.status)
    return _custom(matter, random)


def _from(before: list[str], status: str, *, by_system: bool = False) -> list[Stage]:
    stages = [Stage(key) for key in before if key != status]
    return [*stages, Stage(status, by_system=by_system and bool(stages))]


def _custom(matter: Matter, random: Random) -> list[Stage]:
    """From the first status through some of the open ones before it."""
    specs = BY_KEY[matter.module].statuses
    first, *_rest = specs
    before = [
        spec.key
        for spec in specs[1 : specs.index(matter.spec)]
        if spec.meaning == Meaning.OPEN and spec.key not in ("complaint", "urgent", "on_hold")
    ]
    chosen = set(random.sample(before, min(len(before), random.choice((1, 2, 2, 3)))))
    between = [key for key in before if key in chosen]
    start = [] if matter.status == first.key else [first.key]
    return _from([*start, *between], matter.status)


def _sale(status: str, random: Random) -> list[Stage]:
    """Facts one after the other; the status of each follows by the kind's own rule."""
    if status == "qualify":
        return [_stage()]
    quality = _quality(status, random)
    stages = [_stage(), _stage(quality)]
    group = status.partition("_")[0]
    if group == "prospecting":
        return stages
    if group == "database" and random.random() < 0.4:
        return [*stages, _stage(quality, SaleState.LOST)]
    early = ("needs_assessment", "offer", "follow_up")[: random.choice((1, 2, 2, 3))]
    stages.append(_stage(quality, SaleState.IN_PROGRESS, steps=early))
    if status.endswith("_decided") or group == "customers":
        stages.append(_stage(quality, SaleState.IN_PROGRESS, decided=True))
    if group == "customers":
        late = ("contract", "delivery", "feedback")[: random.choice((1, 2, 3))]
        stages.append(_stage(quality, SaleState.WON, decided=True, steps=late))
    elif group == "database":
        stages.append(_stage(quality, SaleState.LOST))
    elif status == "forgotten":
        stages.append(_stage(quality, SaleState.IN_PROGRESS, forgotten=True))
    return stages


def _quality(status: str, random: Random) -> str:
    """The qualification in the key of a status; a forgotten one may have had any."""
    if status == "forgotten":
        return random.choice((Qualification.TARGET.value, Qualification.VIP.value))
    return next(quality for quality in ("vip", "not_target", "target") if quality in status)


def _stage(
    qualification: str = "",
    state: SaleState = SaleState.DISCOVERY,
    *,
    decided: bool = False,
    forgotten: bool = False,
    steps: tuple[str, ...] = (),
) -> Stage:
    facts = {
        "qualification": qualification,
        "sale_state": state.value,
        "decided": decided,
        "forgotten": forgotten,
    }
    key = sales.status_key(qualification, state.value, decided, forgotten)
    return Stage(key, facts, steps, by_system=forgotten)
