"""Orders: what happens to the order moves it; no other move exists (DOMAIN, Module kinds)."""

from modules.kinds.base import GroupSpec, Meaning, ModuleKind, Move, StatusSpec, Verb
from modules.kinds.base import SuggestionSpec as Do

VERBS = (
    Verb("finalise", "Véglegesítés", "Finalise"),
    Verb("complete", "Teljesítve", "Complete"),
    Verb("paid", "Kifizetve", "Paid"),
    Verb("edit", "Módosítás", "Edit"),
    Verb("fail", "Meghiúsult", "Fail"),
)
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
# Lines are edited only in this status (DOMAIN).
EDITABLE = "draft"
# What counts as a buyer's order for the Webshop.
BOUGHT = ("completed", "successful")


def move(status_key: str, verb: str) -> str:
    """The key of the status after `verb`; raises `Refused` when there is no such move."""
    return ORDERS.move(status_key, verb)


ORDERS = ModuleKind(
    key="orders",
    name_hu="Megrendelések",
    name_en="Orders",
    icon="package",
    fixed=True,
    several=False,
    starts=("draft",),
    verbs=VERBS,
    moves=tuple(Move(source, verb, target) for (source, verb), target in MOVES.items()),
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
