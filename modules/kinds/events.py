"""Events: one datasheet is one client at one event."""

from modules.kinds.base import GroupSpec, StatusSpec
from modules.kinds.base import SuggestionSpec as Do
from modules.kinds.plain import lost, plain_kind, won

EVENTS = plain_kind(
    "events",
    "Rendezvények",
    "Events",
    "ticket",
    GroupSpec(
        "inviting",
        "Meghívás",
        "Inviting",
        (
            StatusSpec(
                "to_invite",
                "Meghívandó",
                "To invite",
                "sky",
                what_hu="Küldd el a meghívót",
                what_en="Send the invitation",
                suggestions=(
                    Do("email", "Meghívó küldése", "Send the invitation", 1, "invited"),
                    Do("call", "Személyes meghívás telefonon", "Invite by phone", 1),
                ),
            ),
            StatusSpec(
                "invited",
                "Meghívott",
                "Invited",
                "indigo",
                what_hu="Tudd meg, eljön-e",
                what_en="Learn whether they come",
                suggestions=(
                    Do("call", "Részvétel megkérdezése", "Ask if they come", 3),
                    Do("email", "Emlékeztető a meghívóról", "Remind them of the invitation", 5),
                ),
            ),
            StatusSpec(
                "maybe",
                "Bizonytalan",
                "Undecided",
                "sand",
                what_hu="Segíts dönteni, mielőtt lejár a jelentkezés",
                what_en="Help them decide before registration closes",
                suggestions=(
                    Do("call", "Döntés megkérdezése", "Ask for the decision", 3),
                    Do("email", "Program elküldése", "Send the programme", 1),
                ),
            ),
        ),
    ),
    GroupSpec(
        "participants",
        "Résztvevők",
        "Participants",
        (
            StatusSpec(
                "registered",
                "Jelentkezett",
                "Registered",
                "teal",
                what_hu="Igazold vissza, és kérd be, ami hiányzik",
                what_en="Confirm it and ask for what is missing",
                suggestions=(
                    Do("email", "Visszaigazolás küldése", "Send the confirmation", 1, "confirmed"),
                    Do("call", "Hiányzó adatok bekérése", "Ask for missing data", 1),
                    Do("task", "Részvételi díj ellenőrzése", "Check the fee", 5),
                ),
            ),
            StatusSpec(
                "confirmed",
                "Visszaigazolt",
                "Confirmed",
                "violet",
                what_hu="Küldj emlékeztetőt a rendezvény előtt",
                what_en="Send a reminder before the event",
                suggestions=(
                    Do("email", "Emlékeztető a rendezvényről", "Remind them of the event", 3),
                    Do("call", "Érkezés egyeztetése", "Agree on the arrival", 3),
                ),
            ),
            StatusSpec(
                "follow_up",
                "Utánkövetés",
                "Follow-up",
                "plum",
                what_hu="Köszönd meg a részvételt, és kérj visszajelzést",
                what_en="Thank them and ask for feedback",
                suggestions=(
                    Do(
                        "email",
                        "Köszönet és visszajelzés kérése",
                        "Thank them and ask for feedback",
                        1,
                    ),
                    Do("call", "Folytatás megbeszélése", "Talk about what comes next", 3),
                ),
            ),
        ),
    ),
    GroupSpec(
        "closed",
        "Lezárt",
        "Closed",
        (
            won(
                "attended",
                "Részt vett",
                "Attended",
                what_hu="Nincs vele teendő, itt volt",
                what_en="Nothing, they were here",
            ),
            lost("absent", "Nem jött el", "Did not come"),
            lost("declined", "Lemondta", "Declined", "clay"),
        ),
    ),
)
