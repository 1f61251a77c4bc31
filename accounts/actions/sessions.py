"""Logging in without a form, and ending sessions."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from accounts.models import User


def log_in(request: HttpRequest, user: User) -> None:
    """Logs `user` in as the login page would, so that the session is in their list."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Ends every session of `user` except the one with the key `but`; returns how many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(sessions.values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
