"""Helpdesk: from a report to its solution."""

from modules.kinds.base import GroupSpec, StatusSpec
from modules.kinds.base import SuggestionSpec as Do
from modules.kinds.plain import lost, plain_kind, won

HELPDESK = plain_kind(
    "helpdesk",
    "Ügyfélszolgálat",
    "Helpdesk",
    "life-buoy",
    GroupSpec(
        "reported",
        "Bejelentve",
        "Reported",
        (
            StatusSpec(
                "new",
                "Új bejelentés",
                "New report",
                "sky",
                what_hu="Válaszolj, és vedd gondozásba",
                what_en="Answer and take care of it",
                suggestions=(
                    Do("call", "Bejelentés tisztázása", "Clarify the report", 0),
                    Do("email", "Visszajelzés: megkaptuk", "Confirm that we have it", 0),
                    Do("task", "Megoldás elkezdése", "Start on the solution", 1, "in_progress"),
                ),
            ),
            StatusSpec(
                "urgent",
                "Sürgős",
                "Urgent",
                "plum",
                what_hu="Oldd meg ma, vagy adj rá időpontot",
                what_en="Solve it today or give a time",
                suggestions=(
                    Do("call", "Azonnali visszahívás", "Call back at once", 0),
                    Do("task", "Sürgős hiba elhárítása", "Mend the urgent fault", 0),
                ),
            ),
        ),
    ),
    GroupSpec(
        "working",
        "Megoldás alatt",
        "Being solved",
        (
            StatusSpec(
                "in_progress",
                "Folyamatban",
                "In progress",
                "teal",
                what_hu="Keresd meg az okát, és oldd meg",
                what_en="Find the cause and solve it",
                suggestions=(
                    Do("task", "Megoldás kidolgozása", "Work out the solution", 1),
                    Do("call", "Részletek egyeztetése", "Clarify the details", 1),
                    Do("email", "Megoldás elküldése", "Send the solution", 1, "to_confirm"),
                ),
            ),
            StatusSpec(
                "waiting_client",
                "Ügyfélre vár",
                "Waiting for the client",
                "sand",
                what_hu="Kérd be, ami a megoldáshoz hiányzik",
                what_en="Ask for what the solution needs",
                suggestions=(
                    Do("call", "Hiányzó adatok bekérése", "Ask for missing data", 2),
                    Do("email", "Emlékeztető a kérdésünkről", "Remind them of our question", 3),
                ),
            ),
            StatusSpec(
                "waiting_partner",
                "Partnerre vár",
                "Waiting for a partner",
                "olive",
                what_hu="Sürgesd a partnert, és tájékoztasd az ügyfelet",
                what_en="Chase the partner and tell the client",
                suggestions=(
                    Do("call", "Partner sürgetése", "Chase the partner", 2),
                    Do("email", "Ügyfél tájékoztatása", "Inform the client", 1),
                ),
            ),
            StatusSpec(
                "to_confirm",
                "Visszaigazolásra vár",
                "To be confirmed",
                "violet",
                what_hu="Kérdezd meg, jó-e így",
                what_en="Ask whether it is all right now",
                suggestions=(
                    Do("call", "Rákérdezni, megoldódott-e", "Ask if it is solved", 2),
                    Do("email", "Visszaigazolás kérése", "Ask for confirmation", 3),
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
                "solved",
                "Megoldva",
                "Solved",
                what_hu="Nincs vele teendő, megoldódott",
                what_en="Nothing, it is solved",
            ),
            lost("unsolved", "Nem megoldható", "Cannot be solved"),
            lost("duplicate", "Ismételt bejelentés", "Reported twice", "clay"),
        ),
    ),
)
