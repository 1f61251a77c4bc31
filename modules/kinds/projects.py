"""Projects: from the survey on site to the handover."""

from modules.kinds.base import GroupSpec, StatusSpec
from modules.kinds.base import SuggestionSpec as Do
from modules.kinds.plain import lost, plain_kind, won

PROJECTS = plain_kind(
    "projects",
    "Projektek",
    "Projects",
    "hammer",
    GroupSpec(
        "preparing",
        "Előkészítés",
        "Preparing",
        (
            StatusSpec(
                "survey",
                "Felmérés",
                "Survey",
                "sky",
                what_hu="Mérd fel a helyszínt, és fotózz",
                what_en="Measure on site and photograph",
                suggestions=(
                    Do("meeting", "Helyszíni felmérés", "Survey on site", 2),
                    Do(
                        "call",
                        "Felmérés időpontjának egyeztetése",
                        "Agree on the day of the survey",
                        1,
                    ),
                    Do("task", "Terv elkezdése", "Start the plan", 3, "planning"),
                ),
            ),
            StatusSpec(
                "planning",
                "Tervezés",
                "Planning",
                "indigo",
                what_hu="Készítsd el a tervet és az ütemezést",
                what_en="Draw up the plan and the schedule",
                suggestions=(
                    Do(
                        "task",
                        "Terv és ütemezés elkészítése",
                        "Draw up the plan and the schedule",
                        3,
                    ),
                    Do(
                        "email",
                        "Terv elküldése jóváhagyásra",
                        "Send the plan for approval",
                        3,
                        "approval",
                    ),
                ),
            ),
            StatusSpec(
                "approval",
                "Jóváhagyásra vár",
                "Waiting for approval",
                "violet",
                what_hu="Kérd be a jóváhagyott tervet",
                what_en="Ask for the approved plan",
                suggestions=(
                    Do("call", "Jóváhagyott terv bekérése", "Ask for the approved plan", 4),
                    Do("email", "Terv újraküldése", "Send the plan again", 1),
                    Do("task", "Megvalósítás indítása", "Start the work", 0, "in_progress"),
                ),
            ),
        ),
    ),
    GroupSpec(
        "making",
        "Megvalósítás",
        "Making",
        (
            StatusSpec(
                "in_progress",
                "Folyamatban",
                "In progress",
                "teal",
                what_hu="Kövesd az ütemtervet, és tájékoztasd az ügyfelet",
                what_en="Follow the schedule and keep the client informed",
                suggestions=(
                    Do("task", "Haladás ellenőrzése", "Check the progress", 5),
                    Do("email", "Tájékoztatás a haladásról", "Report on the progress", 5),
                    Do(
                        "call",
                        "Átadás időpontjának egyeztetése",
                        "Agree on the day of the handover",
                        3,
                        "handover",
                    ),
                ),
            ),
            StatusSpec(
                "on_hold",
                "Szünetel",
                "On hold",
                "sand",
                what_hu="Tudd meg, mi akasztja meg, és mikor folytatható",
                what_en="Find out what blocks it and when it can go on",
                suggestions=(
                    Do("call", "Akadály tisztázása", "Clear up what blocks it", 5),
                    Do("task", "Munka folytatása", "Resume the work", 10, "in_progress"),
                ),
            ),
            StatusSpec(
                "handover",
                "Átadás",
                "Handover",
                "plum",
                what_hu="Járd végig az ügyféllel, és írasd alá az átadást",
                what_en="Walk through with the client and get the handover signed",
                suggestions=(
                    Do("meeting", "Átadás az ügyféllel", "Handover with the client", 1),
                    Do("task", "Hibalista javítása", "Mend what is on the list", 3),
                    Do("call", "Elégedettség megkérdezése", "Ask if they are satisfied", 5),
                ),
            ),
        ),
    ),
    GroupSpec(
        "closed",
        "Lezárt",
        "Closed",
        (
            won("finished", "Befejezett", "Finished"),
            lost("cancelled", "Leállított", "Cancelled"),
        ),
    ),
)
