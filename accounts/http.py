"""The request as the views of a logged-in user get it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest as DjangoRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class HttpRequest(DjangoRequest):
    """A request past `LoginRequiredMiddleware` and `HtmxMiddleware`."""

    user: "User"
    htmx: "HtmxDetails"
