"""Where the next page of a list starts: the key of the last row seen, not a number of rows."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BIGGEST_ID = 2**63 - 1
LONGEST = 64
"""Characters of an encoded cursor; anything longer is not ours."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page ordered by (due_at, id). `due_at` is aware."""

    due_at: datetime
    id: int

    def encode(self) -> str:
        """A short word for an address, the same for the same moment in any zone."""
        microseconds = (self.due_at - EPOCH) // MICROSECOND
        raw = f"{microseconds}.{self.id}".encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def decode(cls, word: str) -> "Cursor | None":
        """The cursor of an address, or None when the word is not one of ours."""
        if not word or len(word) > LONGEST:
            return None
        try:
            raw = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
            microseconds, _, row = raw.decode("ascii").partition(".")
            cursor = cls(EPOCH + int(microseconds) * MICROSECOND, int(row))
        except (ValueError, OverflowError, binascii.Error):
            return None
        return cursor if 0 <= cursor.id <= BIGGEST_ID else None
