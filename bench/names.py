"""What the benchmark's clients and people are called: put together from short lists."""

from __future__ import annotations

from office.demo import texts
from web.text import fold

FAMILIES = texts.values("names", "family")
GIVEN = [*texts.values("names", "woman"), *texts.values("names", "man")]
STREETS = texts.values("names", "street")
TOWNS = [(row["postcode"], row["town"]) for row in texts.rows("towns")]
TRADES = (
    "Faipari", "Pékség", "Logisztika", "Agrár", "Szerszám", "Bútor", "Nyomda", "Építő", "Hűtő",
    "Csomagoló", "Fűszer", "Világítás", "Gép", "Erdészeti", "Ablak", "Papír", "Pince", "Kávézó",
    "Acélmű", "Raklap", "Festék", "Autóalkatrész", "Malom", "Cargo", "Tégla", "Textil", "Energia",
    "Könyvesház", "Labor", "Konzerv", "Kertészet", "Üveg", "Konténer", "Gumi", "Cipő", "Vasalat",
)  # fmt: skip
# The commonest word of all is "kft": half of the companies bear it.
FORMS = ("Kft.", "Kft.", "Kft.", "Bt.", "Zrt.", "e.v.")
MATTERS = (
    "Raklapos állvány", "Irattár", "Polcrendszer", "Galéria", "Munkapadok", "Hűtőházi állvány",
    "Öltözőszekrények", "Felülvizsgálat", "Bővítés", "Költöztetés",
)  # fmt: skip
TODOS = (
    "Ajánlat utánkövetése", "Felhívni", "Időpont egyeztetése", "Rajz küldése", "Helyszíni felmérés",
    "Szerződés átbeszélése", "Árlista küldése", "Visszahívni", "Fotók bekérése", "Számla küldése",
)  # fmt: skip
NOTES = (
    "Jövő hétig gondolkodik, keddig nem érdemes hívni.",
    "A padló a kapunál 12 mm-t lejt, szintező lemez kell.",
    "RAL 5010 porfestést kért, péntekig árral.",
    "Nem volt elérhető, üzenetet hagytam.",
)
RARE = "Xilofonkészítő Műhely Kft."
"""The one client with this word in its name."""

FOLDED = {word: fold(word) for word in (*FAMILIES, *GIVEN, *TRADES, *(town for _c, town in TOWNS))}
