"""A user's picture, to those who are logged in."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.actions.picture import path_of
from accounts.http import HttpRequest
from accounts.models import User
from accounts.models.user import PICTURE_SIZES


@require_safe
def show(request: HttpRequest, user_id: int, size: int) -> HttpResponseBase:
    """The stored square of `size` pixels; 404 without a picture or with another size.

    The address carries a version, so a browser may keep the answer for ever.
    """
    user = get_object_or_404(User.objects.only("picture"), pk=user_id)
    if not user.picture or size not in PICTURE_SIZES:
        raise Http404
    try:
        file = default_storage.open(path_of(str(user.picture.name), size))
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
