"""Sessions as Django keeps them in the database, read without writing the query anew each time."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from web.prepared import Prepared

_LIVE = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(DatabaseSessions):
    """Every request asks for its session."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
