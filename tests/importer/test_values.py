"""What cells mean: the short ways say what the long ones say."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from importer import values

_PIECES = st.lists(
    st.sampled_from(["a", "B", "7", ".", "@", "_", "-", "+", "é", '"', " ", "x.hu", "cég.hu"]),
    max_size=9,
)


@given(st.one_of(st.emails(), _PIECES.map("".join)))
@example("@x.hu")
@example("a..b@x.hu")
@example("ab\n@x.hu")
@example("a@x")
@example("é@x.hu")
@example("a" * 300 + "@x.hu")
def test_an_address_is_one_when_a_form_would_take_it(written: str) -> None:
    written = written.strip()
    if not written or "," in written or ";" in written or "\n" in written:
        return  # several addresses, or none
    try:
        validate_email(written)
        is_one = len(written) <= values.MOST_OF_AN_EMAIL
    except ValidationError:
        is_one = False
    if is_one:
        assert values.emails(written) == [written]
    else:
        with pytest.raises(values.Wrong):
            values.emails(written)


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "2026.13.02", "“2026.13.02”: There is no 13th month."),
        ("hu", "2026.13.02", "„2026.13.02”: Nincs 13. hónap."),
        ("en", "someday", "“someday” is not a date."),
        ("hu", "valamikor", "„valamikor” nem dátum."),
    ],
)
def test_a_date_that_is_none_is_named_once(language: str, written: str, said: str) -> None:
    with override(language), pytest.raises(values.Wrong) as wrong:
        values.due(written, date(2026, 11, 23))
    assert str(wrong.value).startswith(said)
    assert str(wrong.value).count(written) == 1
