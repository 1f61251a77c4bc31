"""Orders: what happens to the order moves it; no other move exists (DOMAIN, Module kinds)."""

from django.utils.translation import gettext_lazy as _

from modules.kinds.base import GroupSpec, Meaning, ModuleKind, Refused, StatusSpec, Verb
from modules.kinds.base import SuggestionSpec as Do

VERBS: dict[str, Verb] = {
    verb.key: verb
    for verb in (
        Verb("finalise", "Véglegesítés", "Finalise"),
        Verb("complete", "Teljesítve", "Complete"),
        Verb("paid", "Kifizetve", "Paid"),
        Verb("edit", "Módosítás", "Edit"),
        Verb("fail", "Meghiúsult", "Fail"),
    )
}

# (from, verb) -> to
MOVES: dict[tuple[str, str], str] = {
    ("draft", "finalise"): "in_progress",
    ("in_progress", "complete"): "completed",
    ("in_progress", "edit"): "draft",
    ("in_progress", "fail"): "failed",
    ("completed", "paid"): "successful",
    ("completed", "fail"): "failed",
    ("failed", "paid"): "successful",
}
START = "draft"
# Lines are edited only here (DOMAIN), and only these count as a buyer's orders for the Webshop.
EDITABLE = "draft"
BOUGHT = ("completed", "successful")


def move(status_key: str, verb: str) -> str:
    """The key of the status after `verb`; raises `Refused` for every other pair."""
    try:
        return MOVES[status_key, verb]
    except KeyError:
        raise Refused(_("An order can't make this move from its present status.")) from None


def verbs(status_key: str) -> tuple[Verb, ...]:
    """The verbs that this status allows, in the order of their buttons."""
    return tuple(verb for key, verb in VERBS.items() if (status_key, key) in MOVES)


ORDERS = ModuleKind(
    key="orders",
    name_hu="Megrendelések",
    name_en="Orders",
    icon="package",
    fixed=True,
    several=False,
    starts=(START,),
    verbs=tuple(VERBS.values()),
    moves=tuple(MOVES.items()),
    groups=(
        GroupSpec(
            "open",
            "Nyitott megrendelések",
            "Open orders",
            (
                StatusSpec(
                    "draft",
                    "Piszkozat",
                    "Draft",
                    "slate",
                    what_hu="Egyeztesd a tételeket, és véglegesítsd",
                    what_en="Agree on the lines and finalise it",
                    suggestions=(
                        Do("call", "Tételek egyeztetése", "Agree on the lines", 1),
                        Do("task", "Megrendelés véglegesítése", "Finalise the order", 1),
                    ),
                ),
                StatusSpec(
                    "in_progress",
                    "Folyamatban",
                    "In progress",
                    "teal",
                    what_hu="Teljesítsd a vállalt határidőre",
                    what_en="Fulfil it by the promised date",
                    suggestions=(
                        Do("task", "Teljesítés ellenőrzése", "Check the fulfilment", 3),
                        Do("call", "Szállítás egyeztetése", "Agree on the delivery", 2),
                        Do("email", "Tájékoztatás a határidőről", "Tell them the date", 1),
                    ),
                ),
                StatusSpec(
                    "completed",
                    "Teljesítve",
                    "Completed",
                    "violet",
                    what_hu="Gondoskodj róla, hogy kifizessék",
                    what_en="See that it gets paid",
                    suggestions=(
                        Do("task", "Számla kiállítása", "Issue the invoice", 0),
                        Do("task", "Befizetés ellenőrzése", "Check the payment", 8),
                        Do("call", "Érdeklődés a fizetésről", "Ask about the payment", 10),
                    ),
                ),
            ),
        ),
        GroupSpec(
            "closed",
            "Lezárt megrendelések",
            "Closed orders",
            (
                StatusSpec(
                    "successful",
                    "Sikeres",
                    "Successful",
                    "moss",
                    Meaning.WON,
                    "Nincs vele teendő, kifizették",
                    "Nothing, it is paid",
                ),
                StatusSpec(
                    "failed",
                    "Meghiúsult",
                    "Failed",
                    "clay",
                    Meaning.LOST,
                    "Nincs vele teendő",
                    "Nothing",
                ),
            ),
        ),
    ),
)
