"""Django's PostgreSQL, with less work around each query."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from select import POLLIN, poll
from typing import Any, Final

from django.db.backends.postgresql import base
from django.db.backends.postgresql.base import TIMESTAMPTZ_OID
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError, _queries
from psycopg.adapt import Loader, Transformer
from psycopg.pq import TransactionStatus

KEPT: Final = 200
"""Plans that a connection keeps, the latest used; a big one takes half a megabyte."""
LIVELY: Final = 5.0
"""Seconds after which a connection is asked again whether it still answers."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Beside the usual cursors there are those of :meth:`planned`."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.adapters.register_loader("timestamptz", MomentLoader)
        made.prepared_max = KEPT
        made.idle = []
        self._looked_at = time.monotonic()
        return made

    def planned(self) -> CursorWrapper:
        """A cursor whose SQL the database plans once; its text is to be the same each time."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.validate_thread_sharing()
        raw: Any = self.connection
        return _Wrapper(raw.idle.pop() if raw.idle else PlannedCursor(raw), self)

    def close_if_health_check_failed(self) -> None:
        """Once a request. To ask takes as long as a query of the page; but a connection that the
        database has ended, as it does when it is started again, says so by itself.
        """
        state: Any = self
        if state.health_check_enabled and not state.health_check_done and self.connection:
            now = time.monotonic()
            state.health_check_done = now - self._looked_at < LIVELY and _is_silent(self.connection)
            self._looked_at = now
        super().close_if_health_check_failed()


def _is_silent(raw: Any) -> bool:
    """Whether nothing has come that nobody asked for."""
    waiting = poll()
    waiting.register(raw.fileno(), POLLIN)
    return not waiting.poll(0)


class MomentLoader(Loader):
    """Reads a moment as Django's does, in a tenth of the time: a page of rows has hundreds."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # a year that only the database knows
            usual: Any = BaseTzLoader(TIMESTAMPTZ_OID, self.connection)
            return usual.load(data)  # type: ignore[no-any-return]


class _Query(_queries.PostgresQuery):
    """The driver looks for the places of values in a long SQL each time; here it does so once."""

    __slots__ = ()

    def convert(self, query: Any, vars: Any) -> None:
        if vars is None:
            super().convert(query, vars)
            return
        self.query, self._want_formats, self._order, self._parts = _read(query, self._tx.encoding)
        self.dump(vars)


@lru_cache(maxsize=2 * KEPT)
def _read(query: str, encoding: str) -> Any:
    return _queries._query2pg_nocache(query.encode(encoding), encoding)


_Cursor: Any = base.ServerBindingCursor


class PlannedCursor(_Cursor):  # type: ignore[misc]
    """Closed, it is idle until it is asked again: to make one takes as long as to ask."""

    is_planned = True
    _query_cls = _Query

    def execute(self, query: Any, params: Any = None) -> Any:
        conn = self._conn
        begins = not conn.autocommit and conn.pgconn.transaction_status == TransactionStatus.IDLE
        if params is not None and not begins and self._execute_kept(query, params):
            return self
        conn.prepare_threshold = 0  # Django has switched it off altogether
        try:
            return super().execute(query, params, prepare=True)
        finally:
            conn.prepare_threshold = None

    def _execute_kept(self, query: Any, params: Any) -> bool:
        """Whether there was a plan, by which it was asked: in one go, where the driver's own way
        gives another task its turn at each step.
        """
        conn, self._tx = self._conn, Transformer(self)
        asked = self._convert_query(query, params)
        key = (asked.query, asked.types)
        kept = conn._prepared._names
        if key not in kept:
            return False
        kept.move_to_end(key)
        self._reset()
        self._last_query = query
        with conn.lock:
            found = [conn.pgconn.exec_prepared(kept[key], asked.params, asked.formats)]
        if conn.closed:
            raise OperationalError("the connection is lost")
        self._check_results(found)
        self._set_results(found)
        return True

    def close(self) -> None:
        self._reset()
        if self not in self.connection.idle:
            self.connection.idle.append(self)


class _Wrapper(CursorWrapper):
    """Django's, with a shorter way where nobody listens."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        if self.db.execute_wrappers:
            return super().execute(sql, params)
        self.db.validate_no_broken_transaction()
        with self.db.wrap_database_errors:
            return self.cursor.execute(sql, params)

    def fetchall(self) -> Any:
        with self.db.wrap_database_errors:
            return self.cursor.fetchall()
