"""Keeps the demo's logins inside the demo."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.backend import UserBackend
from accounts.models import User
from office.demo.people import DOMAIN


class DemoBackend(UserBackend):
    """As Django's; but the users of the demo, whose password everybody knows, don't exist
    outside of it: neither for a login nor for a session that was begun in the demo.
    """

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        if not settings.DEMO and str(getattr(user, "email", "")).endswith(f"@{DOMAIN}"):
            return False
        return super().user_can_authenticate(user)
