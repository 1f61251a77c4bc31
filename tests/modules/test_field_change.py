"""What a value becomes in another type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from modules.fieldtypes import ALL, type_of
from modules.fieldtypes.change import SAFE, convert, draft
from modules.models import Field, FieldChoice

CHOICES = [FieldChoice(pk=1, name_hu="Vásár", name_en="Fair"), FieldChoice(pk=2, name_hu="Web")]
EXAMPLES: dict[str, list[Any]] = {
    "text": ["alma", "12,5", "2026-12-01", "www.x.hu", "Vásár", "igen"],
    "long_text": ["egy sor", "két\nsor"],
    "whole": [0, 1, -5, 1250],
    "decimal": [Decimal("12.5"), Decimal(3)],
    "money": [Decimal("1250.5"), Decimal(1)],
    "date": [date(2026, 12, 1)],
    "moment": [
        datetime(2026, 11, 30, 23, 0, tzinfo=UTC),
        datetime(2026, 12, 1, 13, 0, tzinfo=UTC),
    ],
    "yes_no": [True, False],
    "choice": [1, 2],
    "choices": [(1,), (1, 2)],
    "link": ["https://www.x.hu", "mailto:a@x.hu"],
    "number": [1, 12],
}


def made(type_: str) -> Field:
    of = Field(type=type_, label_hu="Mező", options={"currency": "HUF", "decimals": 2})
    of.drafted_choices = CHOICES  # type: ignore[attr-defined]
    return of


@pytest.mark.parametrize(
    ("old", "value", "new", "becomes"),
    [
        ("text", "12,5", "decimal", Decimal("12.5")),
        ("text", "alma", "decimal", None),
        ("text", "2026. 12. 1.", "date", date(2026, 12, 1)),
        ("text", "x.hu", "link", "https://x.hu"),
        ("text", "fair", "choice", 1),
        ("text", "Fair, web", "choices", (1, 2)),
        ("text", "igen", "yes_no", True),
        ("long_text", "két\nsor", "text", "két sor"),
        ("whole", 12, "text", "12"),
        ("whole", 1, "yes_no", True),
        ("whole", 5, "yes_no", None),
        ("decimal", Decimal("12.5"), "whole", None),
        ("decimal", Decimal(12), "whole", 12),
        ("date", date(2026, 12, 1), "text", "2026. december 1."),
        ("choice", 1, "choices", (1,)),
        ("choices", (1, 2), "choice", None),
        ("choices", (2,), "choice", 2),
        ("choice", 1, "text", "Vásár"),
        ("yes_no", False, "whole", 0),
        ("yes_no", True, "date", None),
        ("date", date(2026, 12, 1), "whole", None),
        ("whole", -1, "number", None),
    ],
)
def test_values_become_what_they_say(old: str, value: Any, new: str, becomes: Any) -> None:
    with override("hu"):
        assert type_of(made(old)).survives(value, made(old), new, CHOICES) == becomes


def test_a_moment_becomes_a_date_only_at_midnight() -> None:
    midnight, noon = EXAMPLES["moment"]
    with timezone.override("Europe/Budapest"):
        new = draft(made("moment"), "date", [])
        assert convert(midnight, made("moment"), new) == date(2026, 12, 1)
        assert convert(noon, made("moment"), new) is None


@pytest.mark.parametrize("pair", sorted(SAFE))
@pytest.mark.parametrize("language", ["hu", "en"])
def test_changes_that_are_called_safe_lose_nothing(pair: tuple[str, str], language: str) -> None:
    old, new = pair
    with override(language), timezone.override("Europe/Budapest"):
        for value in EXAMPLES[old]:
            became = convert(value, made(old), made(new))
            assert became is not None
            assert type_of(made(new)).clean(made(new), became) == became


def test_no_change_of_any_value_to_any_type_breaks() -> None:
    with timezone.override("Europe/Budapest"):
        for old, values in EXAMPLES.items():
            for kind in ALL:
                if kind.key == "user":
                    continue  # asks the database who bears the name
                for value in values:
                    new = made(str(kind.key))
                    became = convert(value, made(old), new)
                    assert became is None or kind.clean(new, became) == became
