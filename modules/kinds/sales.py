"""Sales: the status is a pure function of what the datasheet says (DOMAIN, Module kinds)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from modules.kinds.base import (
    Fact,
    GroupSpec,
    Is,
    Meaning,
    ModuleKind,
    Rule,
    Sets,
    StatusSpec,
    StepSpec,
    decide,
)
from modules.kinds.base import SuggestionSpec as Do


class Qualification(StrEnum):
    """Whom we have before us; NONE (empty) is a lead that nobody has qualified yet."""

    NONE = ""
    NOT_TARGET = "not_target"
    TARGET = "target"
    VIP = "vip"


class State(StrEnum):
    """How far the sale has come."""

    DISCOVERY = "discovery"
    IN_PROGRESS = "in_progress"
    WON = "won"
    LOST = "lost"


# (key, Hungarian, English) of each qualification, the most important first
QUALIFICATIONS = (
    (Qualification.VIP, "VIP", "VIP"),
    (Qualification.TARGET, "Célcsoport", "Target"),
    (Qualification.NOT_TARGET, "Nem célcsoport", "Not target"),
)
UNQUALIFIED = (Qualification.NONE, "Még nincs minősítve", "Not qualified yet")
STATES = (
    (State.DISCOVERY, "Feltérképezés", "Discovery"),
    (State.IN_PROGRESS, "Folyamatban", "In progress"),
    (State.WON, "Megnyert", "Won"),
    (State.LOST, "Elveszett", "Lost"),
)


def _rules() -> tuple[Rule, ...]:
    unqualified = Is("qualification", (Qualification.NONE,))
    rules = [
        Rule(
            when=(unqualified, Is("state", (State.DISCOVERY, State.IN_PROGRESS))),
            then="qualify",
        ),
        Rule(
            when=(unqualified, Is("state", (State.WON, State.LOST))),
            refusal=_("Qualify the client first."),
        ),
    ]
    in_progress = Is("state", (State.IN_PROGRESS,))
    rules.append(Rule(when=(in_progress, Is("forgotten", (True,))), then="forgotten"))
    for key, _hu, _en in QUALIFICATIONS:
        q = Is("qualification", (key,))
        rules += [
            Rule(when=(q, Is("state", (State.DISCOVERY,))), then=f"prospecting_{key}"),
            Rule(when=(q, in_progress, Is("decided", (True,))), then=f"sales_{key}_decided"),
            Rule(when=(q, in_progress), then=f"sales_{key}"),
            Rule(when=(q, Is("state", (State.WON,))), then=f"customers_{key}"),
            Rule(when=(q, Is("state", (State.LOST,))), then=f"database_{key}"),
        ]
    return tuple(rules)


RULES = _rules()


def status_key(
    qualification: str, state: str, decided: bool = False, forgotten: bool = False
) -> str:
    """The key of the status that follows, by the table of DOMAIN ("Sales").

    Raises `Refused` for a won or lost sale that nobody has qualified, and ValueError for a
    qualification or state that doesn't exist.
    """
    return decide(
        RULES,
        {
            "qualification": Qualification(qualification),
            "state": State(state),
            "decided": decided,
            "forgotten": forgotten,
        },
    )


_DECIDE = (
    Do("call", "Szerződés véglegesítése", "Finalise the contract", 1),
    Do("email", "Szerződés elküldése aláírásra", "Send the contract for signature", 1),
)
_SELL = (
    Do("call", "Ajánlat utánkövetése", "Follow up the offer", 3),
    Do("meeting", "Igényfelmérés", "Needs assessment", 2),
    Do("email", "Ajánlat elküldése", "Send the offer", 1),
)

SALES = ModuleKind(
    key="sales",
    name_hu="Értékesítés",
    name_en="Sales",
    icon="trending-up",
    fixed=True,
    several=True,
    starts=("qualify",),
    facts=(
        Fact("qualification", tuple(Qualification)),
        Fact("state", tuple(State)),
        Fact("decided", (False, True)),
        Fact("forgotten", (False, True)),
    ),
    rules=RULES,
    groups=(
        GroupSpec(
            "prospecting",
            "Feltérképezés",
            "Prospecting",
            (
                StatusSpec(
                    "qualify",
                    "Minősítendő",
                    "Qualify",
                    "sky",
                    what_hu="Derítsd ki, kivel van dolgod, és minősítsd",
                    what_en="Find out who they are and qualify them",
                    suggestions=(
                        Do("call", "Bemutatkozó hívás", "Introductory call", 1),
                        Do("task", "Utánanézni a cégnek", "Look the company up", 0),
                    ),
                ),
                StatusSpec(
                    "prospecting_vip",
                    "VIP",
                    "VIP",
                    "plum",
                    what_hu="Találd meg a döntéshozót, és egyeztess vele személyes találkozót",
                    what_en="Find who decides and arrange to meet them in person",
                    suggestions=(
                        Do("meeting", "Személyes találkozó", "Meet in person", 3),
                        Do("call", "Időpont egyeztetése", "Agree on a time to meet", 1),
                    ),
                ),
                StatusSpec(
                    "prospecting_target",
                    "Célcsoport",
                    "Target",
                    "indigo",
                    what_hu="Tudd meg, mire van szüksége, mikor és milyen keretből",
                    what_en="Learn what they need, when, and for how much",
                    suggestions=(
                        Do("call", "Igények felmérése", "Ask about their needs", 2),
                        Do("email", "Bemutatkozó anyag küldése", "Send our introduction", 1),
                    ),
                ),
                StatusSpec(
                    "prospecting_not_target",
                    "Nem célcsoport",
                    "Not target",
                    "slate",
                    what_hu="Döntsd el egy hívással, érdemes-e foglalkozni vele",
                    what_en="Decide in one call whether it is worth the time",
                    suggestions=(
                        Do("call", "Tisztázni, mit keres", "Clarify what they want", 5),
                        Do("email", "Árlista küldése", "Send the price list", 2),
                    ),
                ),
            ),
        ),
        GroupSpec(
            "sales",
            "Értékesítés",
            "Sales",
            (
                StatusSpec(
                    "sales_vip_decided",
                    "VIP, már döntött",
                    "VIP decided",
                    "violet",
                    what_hu="Írasd alá a szerződést, amíg friss a döntés",
                    what_en="Get the contract signed while the decision is fresh",
                    suggestions=_DECIDE,
                ),
                StatusSpec(
                    "sales_vip",
                    "VIP",
                    "VIP",
                    "plum",
                    what_hu="Segítsd döntésre: egyeztesd személyesen az ajánlatot",
                    what_en="Help them decide: go through the offer in person",
                    suggestions=(
                        Do("meeting", "Ajánlat egyeztetése", "Go through the offer", 2),
                        Do("call", "Ajánlat utánkövetése", "Follow up the offer", 3),
                        Do("email", "Ajánlat elküldése", "Send the offer", 1),
                    ),
                ),
                StatusSpec(
                    "sales_target_decided",
                    "Célcsoport, már döntött",
                    "Target decided",
                    "teal",
                    what_hu="Írasd alá a szerződést",
                    what_en="Get the contract signed",
                    suggestions=_DECIDE,
                ),
                StatusSpec(
                    "sales_target",
                    "Célcsoport",
                    "Target",
                    "indigo",
                    what_hu="Kövesd az ajánlatot, és tudd meg, mi kell a döntéshez",
                    what_en="Follow up the offer and learn what the decision needs",
                    suggestions=_SELL,
                ),
                StatusSpec(
                    "sales_not_target_decided",
                    "Nem célcsoport, már döntött",
                    "Not target decided",
                    "moss",
                    what_hu="Zárd le gyorsan a szerződést",
                    what_en="Close the contract quickly",
                    suggestions=_DECIDE,
                ),
                StatusSpec(
                    "sales_not_target",
                    "Nem célcsoport",
                    "Not target",
                    "slate",
                    what_hu="Küldj egyszerű ajánlatot, és kérdezz rá egyszer",
                    what_en="Send a simple offer and ask about it once",
                    suggestions=(
                        Do("email", "Egyszerű ajánlat küldése", "Send a simple offer", 2),
                        Do("call", "Ajánlat utánkövetése", "Follow up the offer", 5),
                    ),
                ),
                StatusSpec(
                    "forgotten",
                    "Elfeledett",
                    "Forgotten",
                    "clay",
                    what_hu="Vedd fel vele újra a kapcsolatot",
                    what_en="Get in touch with them again",
                    suggestions=(
                        Do("call", "Felhívni, hol tart a döntés", "Call: where do they stand?", 0),
                        Do("email", "Érdeklődő email küldése", "Write to ask how things are", 0),
                    ),
                ),
            ),
        ),
        GroupSpec(
            "customers",
            "Vevők",
            "Customers",
            tuple(
                StatusSpec(
                    f"customers_{key}",
                    hu,
                    en,
                    hue,
                    Meaning.WON,
                    "Gondoskodj róla, hogy elégedett legyen",
                    "See that they are satisfied",
                )
                for (key, hu, en), hue in zip(
                    QUALIFICATIONS, ("plum", "indigo", "slate"), strict=True
                )
            ),
        ),
        GroupSpec(
            "database",
            "Adatbázis",
            "Database",
            tuple(
                StatusSpec(
                    f"database_{key}",
                    hu,
                    en,
                    hue,
                    Meaning.LOST,
                    "Most nincs vele teendő",
                    "Nothing for now",
                )
                for (key, hu, en), hue in zip(
                    QUALIFICATIONS, ("plum", "indigo", "slate"), strict=True
                )
            ),
        ),
    ),
    steps=(
        StepSpec("needs_assessment", "Igényfelmérés", "Needs assessment", Sets.IN_PROGRESS),
        StepSpec("offer", "Ajánlat", "Offer", Sets.IN_PROGRESS),
        StepSpec("follow_up", "Utánkövetés", "Follow-up", Sets.IN_PROGRESS),
        StepSpec("contract", "Szerződés", "Contract", Sets.WON),
        StepSpec("delivery", "Teljesítés", "Delivery", Sets.CUSTOMER),
        StepSpec("feedback", "Visszajelzés", "Feedback", Sets.CUSTOMER),
    ),
)
