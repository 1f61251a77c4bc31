"""web/text.py: folding and the Hungarian order."""

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from web.text import KEY_LENGTH, digits, fold, fold_company, sort_key, words

HUNGARIAN = "aábccsddzseéfggyhiíjkllymnnyoóöőpqrsszttyuúüűvwxyzzsAÁBCSDZGYLNOÓÖŐUÚÜŰ -.'&0123456789"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Őrségi   VAJKÉSZÍTŐ ", "orsegi vajkeszito"),
        ("Árvíztűrő tükörfúrógép", "arvizturo tukorfurogep"),
        ("Straße", "strasse"),
        ("Łódź, Tromsø", "lodz, tromso"),
        ("„fontos” – ügyfél", '"fontos" - ugyfel'),
        ("ﬁn\u00adom\u200b", "finom"),
        ("\u00a0\t\n", ""),
        ("a\x00b", "ab"),
    ],
)
def test_fold_takes_off_case_accents_and_spare_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_is_idempotent_and_leaves_no_spare_space(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())
    assert "\x00" not in folded


@given(st.text(alphabet=HUNGARIAN))
def test_fold_of_hungarian_text_is_plain_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Bakonyi Faipari Kft.", "bakonyi faipari"),
        ("BAKONYI FAIPARI KFT", "bakonyi faipari"),
        ("Bakonyi Faipari K.f.t.", "bakonyi faipari"),
        ("Pék és Fia Bt. (f.a.)", "pek es fia"),
        ("Alföldi Kerámia Zártkörűen Működő Részvénytársaság", "alfoldi keramia"),
        ("Szép Jövő Nonprofit Kft.", "szep jovo"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Acme, Inc.", "acme"),
        ("Kft.", "kft"),
        ("AB", "ab"),
        ("Kftagok Köre", "kftagok kore"),
        ("", ""),
    ],
)
def test_a_company_is_known_without_its_legal_form(name: str, folded: str) -> None:
    assert fold_company(name) == folded


@given(st.text())
def test_folding_a_company_is_idempotent_and_never_loses_all_words(name: str) -> None:
    folded = fold_company(name)
    assert fold_company(folded) == folded
    assert bool(folded) == bool(words(fold(name)))


def test_digits_keeps_only_digits() -> None:
    assert digits("+36 (70) 534-1968") == "36705341968"
    assert digits("Tel: ٣٤ x") == "34"
    assert digits("²") == ""


@given(st.text())
def test_digits_are_ascii(text: str) -> None:
    assert all(char in "0123456789" for char in digits(text))


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words("varga.sandor@example.com") == ["varga", "sandor", "example", "com"]
    assert words("a_b  c-d") == ["a", "b", "c", "d"]


def test_texts_stand_in_the_order_of_the_hungarian_alphabet() -> None:
    ordered = [
        "",
        "_",
        "- kötő",
        "3 Kőfaragó",
        "Ábel",
        "Alma",
        "cukor",
        "csiga",
        "csillag",
        "dzéta",
        "dzsungel",
        "ének",
        "gáz",
        "gyár",
        "kar",
        "kár",
        "kasza",
        "kassza",
        "kaszza",
        "lakos",
        "lyuk",
        "nap",
        "nyár",
        "or",
        "Ör",
        "Őr",
        "örs",
        "sor",
        "szív",
        "tavasz",
        "tyúk",
        "utca",
        "ügy",
        "zebra",
        "zsák",
    ]
    assert sorted(ordered, key=sort_key) == ordered
    mixed = sorted(ordered)
    assert mixed != ordered
    assert sorted(mixed, key=sort_key) == ordered


def test_short_vowels_stand_before_long_ones_only_between_equal_words() -> None:
    names = ["Kováts", "Kovacs", "Kovács", "kovács", "Kovacsics"]
    assert sorted(names, key=sort_key) == ["Kovacs", "kovács", "Kovács", "Kovacsics", "Kováts"]


@given(st.text())
def test_a_sort_key_can_be_stored_anywhere(text: str) -> None:
    key = sort_key(text)
    assert len(key) <= KEY_LENGTH
    assert "\x00" not in key
    key.encode()


@given(st.text(alphabet=HUNGARIAN), st.text(alphabet=HUNGARIAN))
def test_sort_keys_are_ascii_and_tell_texts_apart(one: str, other: str) -> None:
    assert sort_key(one).isascii()
    if len(one) + len(other) < 100:
        assert (sort_key(one) == sort_key(other)) == (one == other)


@given(st.text(alphabet=HUNGARIAN, max_size=20), st.text(alphabet=HUNGARIAN, max_size=5))
def test_a_beginning_stands_before_the_whole_unless_a_digraph_is_cut(a: str, b: str) -> None:
    if b[:1] in set("aáeéiíoóöőuúüű .0123456789"):
        assert sort_key(a) <= sort_key(a + b)


@pytest.mark.django_db
@given(
    texts=st.lists(
        st.one_of(
            st.text(alphabet=HUNGARIAN, max_size=8),
            st.text(alphabet="csdzgylntCSDZGYLNT aá", max_size=8),
            st.text(alphabet="aáàâäåãbcçčeéèêëğłđžřňßøÉŐŰ", max_size=6),
            st.text(alphabet="ab _-–,;:!?.…'’„”«»()[]{}§@*/\\&#%`^+±<=>|~$£€", max_size=6),
        ),
        max_size=60,
        unique=True,
    )
)
def test_the_order_is_that_of_postgresqls_hungarian_collation(texts: list[str]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("hu-x-icu is PostgreSQL's")
    query = (
        "SELECT value FROM json_array_elements_text(%s) t(value)"
        ' ORDER BY value COLLATE "hu-x-icu", value COLLATE "C"'
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [json.dumps(texts)])
        theirs = [row[0] for row in cursor.fetchall()]
    assert sorted(texts, key=lambda text: (sort_key(text), text)) == theirs
