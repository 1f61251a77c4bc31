"""The page of the columns: what it finds in the values, first todos, and two windows at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from importer import findings, looks, rows
from importer.models import Import
from modules.models import Module
from tests.importer.tools import HTMX, choices, fresh, pasted, url

pytestmark = pytest.mark.django_db


def text_of(web: Browser, source: Import) -> str:
    return " ".join(web.get(url("columns", source)).content.decode().split())


# ---- What it finds -----------------------------------------------------------------------------


def test_it_says_what_was_tidied_and_what_can_not_be_right(
    web: Browser, boss: User, module: Module
) -> None:
    table = [
        ("Cégnév", "Kapcsolattartó", "Telefon", "E-mail", "Adószám", "Határidő", "Cím"),
        ("A", "Kiss Pál", "06 20 555 0134", "a@b.hu", "10773381-2-44", "12. 1.", "1011 Pest, Fő 3"),
        ("B", "Nagy Éva", "+36 1 555 0187", "nincs", "1", "nincs", "Fő utca 3."),
        ("C", "", "nincs", "", "", "", ""),
    ]  # fmt: skip
    text = text_of(web, pasted(table, actor=boss, module=module))
    for said in (
        "Family name first",
        "1 tidied to +36",
        "1 is not a number",
        "They go into the notes.",
        "1 is not an address",
        "1 is not a tax number",
        "1 is not a date",
        "1 goes into the street as it is",
    ):
        assert said in text
    assert "Row 3</span> nincs" in text
    assert "where missing" in text


def test_only_the_first_rows_are_looked_at_and_it_says_so(
    web: Browser, boss: User, module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LOOKED_AT", 2)
    table = [("Cégnév", "E-mail"), *((f"Cég {n}", "nincs") for n in range(4))]
    text = text_of(web, pasted(table, actor=boss, module=module))
    assert "2 are not addresses" in text
    assert "In the first 2 rows." in text


def test_what_was_found_is_kept_until_the_rows_change(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pasted([("Cégnév",), ("A",)], actor=boss)
    asked: list[str] = []

    def find(keys: list[str]) -> dict[str, Any]:
        asked.extend(keys)
        return dict.fromkeys(keys, 1)

    findings.findings(source.pk, ["a"], find)
    assert findings.findings(source.pk, ["a", "b"], find) == {"a": 1, "b": 1}
    assert asked == ["a", "b"]
    (rows.folder(source.pk) / "rows.jsonl").write_text("", "ascii")
    findings.findings(source.pk, ["a"], find)
    assert asked == ["a", "b", "a"]


# ---- The client that is here already -----------------------------------------------------------


def test_a_client_is_known_only_by_what_a_column_says(web: Browser, boss: User) -> None:
    source = pasted([("Cégnév", "E-mail"), ("A", "a@b.hu")], actor=boss)
    text = text_of(web, source)
    assert 'value="email"' in text
    assert 'value="tax"' not in text.split('name="same_by"')[1].split("</select>")[0]
    sent = choices(web, source) | {"same_by": "email", "existing": "fill"}
    web.post(url("columns", source), sent, headers=HTMX)
    assert (fresh(source).same_by, fresh(source).existing) == ("email", "fill")
    web.post(url("columns", source), sent | {"column_1": ""}, headers=HTMX)
    assert fresh(source).same_by == "usual"


# ---- First todos -------------------------------------------------------------------------------


def sent_with(web: Browser, source: Import, **more: str) -> dict[str, Any]:
    return choices(web, source) | more


def test_the_first_todo_is_offered_and_kept(web: Browser, boss: User, module: Module) -> None:
    source = pasted([("Cégnév", "Teendő"), ("A", ""), ("B", "Írni")], actor=boss, module=module)
    text = text_of(web, source)
    assert "1 row has none." in text
    assert 'value="First call"' in text
    day = timezone.localdate() + timedelta(days=60)
    more = {"first_text": "Bemutatkozni", "first_type": "email", "first_from": day.isoformat()}
    sent = sent_with(web, source, **more, first_spread="on", first_a_day="7")
    assert web.post(url("columns", source), sent, headers=HTMX).status_code == 200
    assert fresh(source).first_todo == {
        "text": "Bemutatkozni",
        "type": "email",
        "from": day.isoformat(),
        "a_day": 7,
    }
    web.post(url("columns", source), sent | {"first_text": " "}, headers=HTMX)
    assert fresh(source).first_todo == {}
    assert 'value="First call"' not in text_of(web, source)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("first_from", "2020-01-01", "This todo would start overdue. Pick a later day."),
        ("first_from", "soonish", "soonish"),
        ("first_from", "2031-01-05 10:00", "Give a day without a time."),
        ("first_a_day", "0", "1"),
        ("first_text", "x" * 161, "160"),
    ],
)
def test_what_is_typed_wrong_is_told_at_once_and_stays(
    web: Browser, boss: User, module: Module, name: str, value: str, said: str
) -> None:
    source = pasted([("Cégnév",), ("A",)], actor=boss, module=module)
    more = {"first_text": "Hívás", "first_from": "2031-01-06", "first_spread": "on"}
    more |= {"first_a_day": "5", name: value}
    answer = web.post(url("columns", source), sent_with(web, source, **more), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert f'value="{value}"' in text


# ---- Two windows -------------------------------------------------------------------------------


def test_what_another_window_changed_is_not_overwritten_without_a_word(
    web: Browser, boss: User, module: Module
) -> None:
    source = pasted([("Cégnév", "E-mail"), ("A", "a@b.hu")], actor=boss, module=module)
    sent = choices(web, source) | {"version": str(source.version)}
    first = sent | {"window": "one", "column_1": "notes"}
    assert web.post(url("columns", source), first, headers=HTMX).status_code == 200
    # the same window may be quicker than its own page
    assert (
        web.post(url("columns", source), first | {"column_1": ""}, headers=HTMX).status_code == 200
    )
    other = sent | {"window": "two", "column_1": "website"}
    answer = web.post(url("columns", source), other, headers=HTMX)
    assert answer.status_code == 422
    assert "changed in another window" in answer.content.decode()
    assert fresh(source).targets[1] == ""
    again = other | {"version": str(fresh(source).version)}
    assert web.post(url("columns", source), again, headers=HTMX).status_code == 200
    assert fresh(source).targets[1] == "website"


def test_another_module_brings_its_own_fields_to_columns_that_went_nowhere(
    web: Browser, boss: User, module: Module
) -> None:
    source = pasted([("Cégnév", "Határidő"), ("A", "2031-01-05")], actor=boss)
    web.post(url("columns", source), choices(web, source), headers=HTMX)
    assert fresh(source).targets == ["company_name", ""]
    sent = choices(web, source) | {"module": str(module.pk)}
    web.post(url("columns", source), sent, headers=HTMX)
    assert fresh(source).targets == ["company_name", "todo_due"]


def test_columns_with_nothing_in_them_wait_folded_below_the_others(
    web: Browser, boss: User
) -> None:
    table = [
        ("Cégnév", "Fax", "Honlap", "Város"),
        *((f"Cég {n}", "", " ", "") for n in range(60)),
        ("Utolsó Kft.", "", "", "Ajka"),
    ]
    source = pasted(table, actor=boss)
    assert source.samples[1:] == [[], [], ["Ajka"]]
    page, folded = text_of(web, source).split("2 more columns with nothing in them")
    assert "2 columns</h2>" in page
    assert "Ajka" in page
    for letter in "AD":
        assert f">{letter}</span>" in page
    for letter in "BC":
        assert f">{letter}</span>" in folded


def test_a_column_that_has_anything_is_not_folded(web: Browser, boss: User) -> None:
    text = text_of(web, pasted([("Cégnév", "Város"), ("A", "Ajka")], actor=boss))
    assert "nothing in" not in text


def test_an_error_of_an_empty_column_is_shown(web: Browser, boss: User) -> None:
    source = pasted([("Cégnév", "Város"), ("A", "")], actor=boss)
    sent = choices(web, source) | {"column_1": "company_name", "go": "1"}
    text = web.post(url("columns", source), sent).content.decode()
    assert "nothing in" not in text
