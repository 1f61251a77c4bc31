import pytest
from django.test import override_settings

from accounts.sealed import Unreadable, seal, unseal


@pytest.mark.parametrize("text", ["", "jelszó", "x" * 5000, "\0\n"])
def test_what_is_sealed_is_read_again(text: str) -> None:
    assert unseal(seal(text)) == text


def test_it_looks_different_each_time_and_betrays_nothing() -> None:
    one, other = seal("jelszó"), seal("jelszó")
    assert one != other
    assert "jelsz" not in one
    assert one.isascii()


def test_with_another_key_or_spoilt_it_cannot_be_read() -> None:
    sealed = seal("jelszó")
    with override_settings(SECRET_KEY="another" * 10), pytest.raises(Unreadable):
        unseal(sealed)
    for broken in ("", "jelszó", sealed[:-4], sealed[:20] + "A" + sealed[21:]):
        with pytest.raises(Unreadable):
            unseal(broken)
