"""What cells mean: the short ways say what the long ones say."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
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
