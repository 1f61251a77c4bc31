"""Until a company exists there is one page only."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.middleware import WITHOUT_DATABASE
from office.actions.setup import is_needed


class SetupMiddleware:
    """Sends every page of an empty installation to the set-up; free once there is a company."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in WITHOUT_DATABASE or not is_needed():
            return self.get_response(request)
        setup = reverse("office:setup")
        if request.path_info == setup:
            return self.get_response(request)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": setup})
        return HttpResponseRedirect(setup, status=303)
