"""Secrets that must be read again, sealed before they lie in the database.

A stolen copy of the database alone opens none of them: the key follows from SECRET_KEY, which is
kept outside of it. Changing SECRET_KEY makes what was sealed unreadable.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"teendo.sealed.1"
"""Keeps this key apart from everything else that is made from SECRET_KEY."""


class Unreadable(Exception):
    """What lies there was sealed with another SECRET_KEY, or isn't sealed at all."""


@lru_cache(maxsize=2)
def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str) -> str:
    """`text`, encrypted and authenticated; printable ASCII, another one each time."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed. Raises Unreadable."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as broken:
        raise Unreadable from broken
