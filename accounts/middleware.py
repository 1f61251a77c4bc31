"""Each request in its own language, in the company's time zone, and with where it came from."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import trans_real

from accounts import origin
from accounts.models import Company, User

WITHOUT_DATABASE = frozenset({"/healthz"})
"""Pages that must answer even when the database doesn't."""
SEEN_EVERY = timedelta(minutes=5)
"""How old "last seen" may grow before it is written again."""


def preferred_language(request: HttpRequest, default: str) -> str:
    """The best of our languages for an anonymous browser (Accept-Language), else `default`."""
    accepted = request.headers.get("Accept-Language", "")
    for code, _quality in trans_real.parse_accept_lang_header(accepted):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return default


class PlaceMiddleware:
    """Activates zone and language, and ends at once the session of a user who has left.

    One query at most beyond session and user: the company's row, kept for five seconds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in WITHOUT_DATABASE:
            return self.get_response(request)
        zone, default = self._company()
        if request.user.is_authenticated:
            language = request.user.language
        else:
            # The backend finds no user for a former one: what is left is a dead session.
            if SESSION_KEY in request.session:
                request.session.flush()
            language = preferred_language(request, default)
        with timezone.override(zone), translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language",))
        return response

    @staticmethod
    def _company() -> tuple[ZoneInfo, str]:
        try:
            company = Company.current()
        except Company.DoesNotExist:
            return ZoneInfo(settings.TIME_ZONE), settings.LANGUAGE_CODE
        return company.zone, company.language


class OriginMiddleware:
    """Tells the activity log where the request comes from, and notes when a user was seen.

    It stands before the one that lets an administrator see as somebody else: that isn't a visit
    of the other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in WITHOUT_DATABASE:
            return self.get_response(request)
        with origin.coming_from(request):
            if request.user.is_authenticated:
                note_visit(request.user)
            return self.get_response(request)


def note_visit(user: User) -> None:
    """Writes `last_seen_at` when the last one is five minutes old.

    It is left out rather than waited for where somebody has the row locked.
    """
    now = timezone.now()
    if user.last_seen_at is not None and now - user.last_seen_at < SEEN_EVERY:
        return
    try:
        with transaction.atomic(savepoint=False):
            free = User.objects.filter(
                Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_EVERY), pk=user.pk
            ).select_for_update(skip_locked=True, no_key=True)
            User.objects.filter(pk__in=free.values("pk")).update(last_seen_at=now)
    except OperationalError:
        return
    user.last_seen_at = now
