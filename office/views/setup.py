"""The first page of an empty installation (`/setup/`); gone once something exists."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.sessions import log_in
from office.actions.setup import AlreadySetUp, is_needed, set_up
from office.forms.setup import SetupForm
from web.htmx import go, page


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Asks for the company and its first administrator, and logs them in."""
    if not is_needed():
        raise Http404
    form = SetupForm(
        request.POST if request.method == "POST" else None, initial={"language": get_language()}
    )
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return page(request, "office/setup.html", {"form": form}, status=status)
    try:
        user = set_up(form.start())
    except AlreadySetUp as second:
        raise Http404 from second
    log_in(request, user)
    return go(request, settings.LOGIN_REDIRECT_URL)
