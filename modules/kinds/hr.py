"""HR: from an application to the end of the probation."""

from modules.kinds.base import GroupSpec, Meaning, StatusSpec
from modules.kinds.base import SuggestionSpec as Do
from modules.kinds.plain import lost, plain_kind, won

HR = plain_kind(
    "hr",
    "HR",
    "HR",
    "id-card",
    GroupSpec(
        "applicants",
        "Jelentkezők",
        "Applicants",
        (
            StatusSpec(
                "new",
                "Új jelentkező",
                "New applicant",
                "sky",
                what_hu="Olvasd el az önéletrajzot, és válaszolj",
                what_en="Read the CV and answer",
                suggestions=(
                    Do("task", "Önéletrajz átnézése", "Read the CV", 1),
                    Do("email", "Visszajelzés a jelentkezésre", "Answer the application", 1),
                    Do("call", "Telefonos előszűrés", "Telephone screening", 2, "screening"),
                ),
            ),
            StatusSpec(
                "screening",
                "Előszűrés",
                "Screening",
                "indigo",
                what_hu="Hívd fel, és döntsd el, behívod-e",
                what_en="Call and decide whether to invite",
                suggestions=(
                    Do("call", "Telefonos előszűrés", "Telephone screening", 1),
                    Do("email", "Meghívás interjúra", "Invite to an interview", 1, "interview"),
                ),
            ),
        ),
    ),
    GroupSpec(
        "selection",
        "Kiválasztás",
        "Selection",
        (
            StatusSpec(
                "interview",
                "Interjú",
                "Interview",
                "violet",
                what_hu="Készülj fel az interjúra, és értékeld utána",
                what_en="Prepare the interview and evaluate it",
                suggestions=(
                    Do("meeting", "Személyes interjú", "Interview in person", 3),
                    Do("task", "Interjú értékelése", "Evaluate the interview", 1),
                    Do("call", "Referencia ellenőrzése", "Check a reference", 2),
                ),
            ),
            StatusSpec(
                "trial",
                "Próbafeladat",
                "Trial task",
                "olive",
                what_hu="Kérd be és értékeld a próbafeladatot",
                what_en="Ask for the trial task and evaluate it",
                suggestions=(
                    Do("email", "Próbafeladat bekérése", "Ask for the trial task", 5),
                    Do("task", "Próbafeladat értékelése", "Evaluate the trial task", 2),
                ),
            ),
            StatusSpec(
                "offer",
                "Ajánlatot kapott",
                "Offer made",
                "plum",
                what_hu="Tudd meg, elfogadja-e az ajánlatot",
                what_en="Learn whether the offer is accepted",
                suggestions=(
                    Do("call", "Döntés megkérdezése", "Ask for the decision", 2),
                    Do("meeting", "Szerződés aláírása", "Sign the contract", 5, "onboarding"),
                ),
            ),
        ),
    ),
    GroupSpec(
        "employees",
        "Belépők",
        "Joining",
        (
            StatusSpec(
                "onboarding",
                "Beléptetés",
                "Onboarding",
                "teal",
                what_hu="Készítsd elő az első munkanapot",
                what_en="Prepare the first day at work",
                suggestions=(
                    Do(
                        "task",
                        "Munkahely és hozzáférések előkészítése",
                        "Prepare the workplace and the accesses",
                        2,
                    ),
                    Do("email", "Tájékoztató az első napról", "Write about the first day", 2),
                    Do("meeting", "Bemutatás a csapatnak", "Introduce to the team", 5, "probation"),
                ),
            ),
            StatusSpec(
                "probation",
                "Próbaidő",
                "Probation",
                "sand",
                what_hu="Beszélj vele rendszeresen, és dönts a próbaidő vége előtt",
                what_en="Talk regularly and decide before the probation ends",
                suggestions=(
                    Do("meeting", "Próbaidős beszélgetés", "Talk about the probation", 10),
                    Do("task", "Döntés a próbaidőről", "Decide about the probation", 40),
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
                "hired",
                "Felvett",
                "Hired",
                what_hu="Nincs vele teendő, a csapat tagja",
                what_en="Nothing, a member of the team",
            ),
            StatusSpec(
                "pool",
                "Tartalék",
                "Talent pool",
                "sand",
                Meaning.NO_TODO,
                "Most nincs vele teendő, később jöhet szóba",
                "Nothing now, perhaps later",
            ),
            lost("rejected", "Elutasított", "Rejected"),
            lost("withdrew", "Visszalépett", "Withdrew", "clay"),
        ),
    ),
)
