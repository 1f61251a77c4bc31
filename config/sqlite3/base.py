"""Django's SQLite, but for how one waits for one's turn to write."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY
from typing import Final

from django.db import OperationalError
from django.db.backends.sqlite3 import base

# SQLite asks for the lock after 1, 2, 5, 10 and 15 ms, and then ever more seldom: who waited for
# long would meet the short pauses of a load by chance alone. So one stops waiting after these
# milliseconds, and begins anew.
LOOKING_OFTEN: Final = 33


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that is to begin looks often whether it may, up to the ``timeout`` of the
    settings (seconds).
    """

    def _start_transaction_under_autocommit(self) -> None:
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        until = time.monotonic() + patience
        with self._looking_often(patience):
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
                    break
                except OperationalError as error:
                    code = getattr(error.__cause__, "sqlite_errorcode", 0)
                    if code != SQLITE_BUSY or time.monotonic() > until:
                        raise

    @contextmanager
    def _looking_often(self, patience: float) -> Iterator[None]:
        self.connection.execute(f"PRAGMA busy_timeout={LOOKING_OFTEN}")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
