"""A file that is the value of a field, to those who see the record and the field."""

from __future__ import annotations

from itertools import islice

import puremagic
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.http import HttpRequest
from crm import access
from crm.models import Client, Contact, Datasheet, FieldValue

HEAD = 8192
"""Bytes that tell what a file is."""
UNKNOWN = "application/octet-stream"


@require_safe
def field_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Always saved, never opened by the browser: what people upload is not ours to run."""
    value = get_object_or_404(FieldValue.objects.select_related("field"), pk=pk)
    if not value.file or value.field.removed_at or not _sees(request, value):
        raise Http404
    name = value.file.name or ""
    try:
        file = default_storage.open(name)
    except FileNotFoundError as missing:
        raise Http404 from missing
    kind = sniffed(file)
    response = FileResponse(file, as_attachment=True, filename=value.text, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _sees(request: HttpRequest, value: FieldValue) -> bool:
    if not access.sees_field(request.user, value.field):
        return False
    if value.datasheet_id is not None:
        return Datasheet.objects.visible_to(request.user).filter(pk=value.datasheet_id).exists()
    if value.contact_id is not None:
        return Contact.objects.visible_to(request.user).filter(pk=value.contact_id).exists()
    return Client.objects.visible_to(request.user).filter(pk=value.client_id).exists()


def sniffed(file: File[bytes]) -> str:
    """The media type that the content shows, whatever the name says."""
    head = file.read(HEAD)
    file.seek(0)
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return next((one.mime_type for one in islice(found, 5) if one.mime_type), UNKNOWN)
