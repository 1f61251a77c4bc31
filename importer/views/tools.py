"""What the pages of an import share: who they exist for, and the way to the step it stands at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import HttpRequest
from crm import access
from importer.models import Import, Step

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_JOINED = ("module", "created_by", "job", "undo_job")


def for_importers(view: View[P]) -> View[P]:
    """For everybody but administrators and managers there is no import (DOMAIN, "Roles")."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not access.may_import(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def visible(request: HttpRequest, pk: int) -> Import:
    """An import that the user sees, their own or a colleague's."""
    found = Import.objects.visible_to(request.user).select_related(*_JOINED)
    return get_object_or_404(found, pk=pk)


def own(request: HttpRequest, pk: int) -> Import:
    """An import that the user started: nobody else goes on with it."""
    found = Import.objects.of(request.user).select_related(*_JOINED)
    return get_object_or_404(found, pk=pk)


@dataclass(frozen=True)
class WizardStep:
    """A step as the track on top of each page shows it; ``url`` when one can go back to it."""

    label: str
    past: bool
    current: bool
    url: str


_PLACE = {Step.READ: 0, Step.COLUMNS: 1, Step.CHECK: 2, Step.LOAD: 3, Step.DONE: 4}


def track(source: Import | None) -> list[WizardStep]:
    """The four steps, and how far the import has come."""
    labels = {
        "source": _("Upload"),
        Step.COLUMNS: _("Match columns"),
        Step.CHECK: _("Check"),
        Step.LOAD: _("Import"),
    }
    at = _PLACE[Step(source.step)] if source else 0
    steps = []
    for number, (key, label) in enumerate(labels.items()):
        past = number < at
        url = ""
        if source is not None and source.is_open and past:
            url = "importer:home" if key == "source" else f"importer:{key}"
            url = reverse(url, args=[] if key == "source" else [source.pk])
        steps.append(WizardStep(label, past, number == at, url))
    return steps


def frame(source: Import) -> dict[str, Any]:
    """What every page of an import shows on top."""
    return {
        "source": source,
        "title": title(source),
        "bar_title": _("Import"),
        "track": track(source),
    }


def title(source: Import) -> str:
    """What the import is, as its pages are headed."""
    if source.module is None:
        return _("Import clients")
    return _("Import into %(module)s") % {"module": source.module.name}
