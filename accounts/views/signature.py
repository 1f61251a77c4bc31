"""The parts of the signature's editor: its preview, and its pictures."""

from http import HTTPStatus

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import signature as signatures
from accounts.decode import PictureRefused
from accounts.forms.picture import PictureForm
from accounts.http import HttpRequest


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is being written, as a reader will see it. Nothing is saved."""
    written = signatures.clean(request.POST.get("signature", ""), owner=request.user)
    shown = signatures.shown(written, owner=request.user)
    return render(request, "accounts/profile/_signature_preview.html", {"signature": shown})


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Keeps a picture for one's own signature: {"address"}, or 422 with {"error"}."""
    form = PictureForm(request.POST, request.FILES)
    error = ""
    if not form.is_valid():
        error = str(form.errors["picture"][0])
    else:
        try:
            data = form.cleaned_data["picture"].read()
            return JsonResponse({"address": signatures.add_picture(request.user, data)})
        except PictureRefused as refused:
            error = str(refused.message)
    return JsonResponse({"error": error}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
def picture(request: HttpRequest, user_id: int, name: str) -> HttpResponseBase:
    """A picture of somebody's signature, to those who are logged in; its name never changes."""
    path = signatures.picture_path(user_id, name)
    if path is None or not default_storage.exists(path):
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
