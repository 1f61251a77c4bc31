"""`/healthz`: whether database, migrations and worker are well. Cheap enough for every second."""

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.models import Worker


class PendingError(Exception):
    """Some migrations have not run."""


@lru_cache(maxsize=1)
def _migrations_done() -> bool:
    """Remembered once true: the code of a running process does not change."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PendingError
    return True


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with every part "ok", or 503 with what is wrong."""
    state = {"database": "ok", "migrations": "ok", "worker": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse(dict.fromkeys(state, "unknown") | {"database": "down"}, status=503)
    try:
        _migrations_done()
        if not Worker.objects.alive().exists():
            state["worker"] = "not running"
    except PendingError:
        state |= {"migrations": "missing", "worker": "unknown"}
    except DatabaseError:
        state |= {"migrations": "unknown", "worker": "unknown"}
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
