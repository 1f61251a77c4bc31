"""Partners: suppliers and others one works with."""

from modules.kinds.base import GroupSpec, Meaning, StatusSpec
from modules.kinds.base import SuggestionSpec as Do
from modules.kinds.plain import lost, plain_kind

PARTNERS = plain_kind(
    "partners",
    "Partnerek",
    "Partners",
    "handshake",
    GroupSpec(
        "searching",
        "Keresés",
        "Searching",
        (
            StatusSpec(
                "candidate",
                "Lehetséges partner",
                "Candidate",
                "sky",
                what_hu="Nézz utána, és vedd fel vele a kapcsolatot",
                what_en="Look them up and get in touch",
                suggestions=(
                    Do("task", "Utánanézni a cégnek", "Look the company up", 1),
                    Do("call", "Kapcsolatfelvétel", "Get in touch", 2),
                ),
            ),
            StatusSpec(
                "quote",
                "Ajánlatot kértünk",
                "Quote requested",
                "indigo",
                what_hu="Kérd be az ajánlatot, és hasonlítsd össze",
                what_en="Get the quote and compare it",
                suggestions=(
                    Do("email", "Ajánlat bekérése", "Ask for a quote", 1),
                    Do("call", "Ajánlat sürgetése", "Chase the quote", 4),
                    Do(
                        "task", "Ajánlatok összehasonlítása", "Compare the quotes", 5, "negotiation"
                    ),
                ),
            ),
            StatusSpec(
                "negotiation",
                "Tárgyalás",
                "Negotiation",
                "violet",
                what_hu="Egyezz meg a feltételekben",
                what_en="Agree on the terms",
                suggestions=(
                    Do("meeting", "Feltételek egyeztetése", "Agree on the terms", 3),
                    Do("email", "Szerződéstervezet küldése", "Send a draft of the contract", 3),
                    Do("task", "Szerződés előkészítése", "Prepare the contract", 2, "contracting"),
                ),
            ),
            StatusSpec(
                "contracting",
                "Szerződéskötés",
                "Contracting",
                "plum",
                what_hu="Írasd alá a szerződést",
                what_en="Get the contract signed",
                suggestions=(
                    Do("call", "Aláírás sürgetése", "Chase the signature", 3),
                    Do("meeting", "Szerződés aláírása", "Sign the contract", 5, "active"),
                ),
            ),
        ),
    ),
    GroupSpec(
        "working",
        "Együttműködés",
        "Working together",
        (
            StatusSpec(
                "key",
                "Kiemelt partner",
                "Key partner",
                "moss",
                what_hu="Tarts vele rendszeres egyeztetést",
                what_en="Keep regular meetings",
                suggestions=(
                    Do("meeting", "Negyedéves egyeztetés", "Quarterly meeting", 60),
                    Do("call", "Érdeklődő hívás", "Call to keep in touch", 20),
                ),
            ),
            StatusSpec(
                "active",
                "Aktív partner",
                "Active partner",
                "teal",
                what_hu="Kövesd a rendeléseket, és értékeld a munkáját",
                what_en="Follow the orders and evaluate their work",
                suggestions=(
                    Do("call", "Érdeklődő hívás", "Call to keep in touch", 40),
                    Do("task", "Partner értékelése", "Evaluate the partner", 120),
                ),
            ),
            StatusSpec(
                "complaint",
                "Reklamáció",
                "Complaint",
                "clay",
                what_hu="Egyeztesd a megoldást, és kérj rá határidőt",
                what_en="Agree on the remedy and get a date for it",
                suggestions=(
                    Do("call", "Reklamáció egyeztetése", "Discuss the complaint", 0),
                    Do("email", "Reklamáció írásban", "Write down the complaint", 1),
                    Do("task", "Javítás ellenőrzése", "Check the remedy", 5, "active"),
                ),
            ),
        ),
    ),
    GroupSpec(
        "others",
        "Többiek",
        "Others",
        (
            StatusSpec(
                "reserve",
                "Tartalék partner",
                "In reserve",
                "sand",
                Meaning.NO_TODO,
                "Most nincs vele teendő, szükség esetén kereshető",
                "Nothing now, can be asked when needed",
            ),
            lost("former", "Korábbi partner", "Former partner"),
            lost("unsuitable", "Nem felelt meg", "Not suitable", "clay"),
        ),
    ),
)
