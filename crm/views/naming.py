"""Giving a datasheet another name, where it stands."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import HttpRequest
from crm.actions.datasheets import rename
from crm.errors import Conflict
from crm.views.places import answer
from crm.views.tools import visible_datasheet
from web.htmx import page


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename in place. Who saves second is told, and sees both names."""
    datasheet = visible_datasheet(request, pk)
    context: dict[str, Any] = {"datasheet": datasheet, "typed": datasheet.name}
    if request.method != "POST":
        template = "crm/datasheet/_name.html" if "cancel" in request.GET else _NAME_FORM
        return page(request, "crm/datasheet/name.html", context, part=template)
    typed = request.POST.get("name", "").strip()
    try:
        if len(typed) > _NAME_MOST:
            context["error"] = _("At most %(most)s characters fit.") % {"most": _NAME_MOST}
        else:
            rename(pk, typed, actor=request.user, was=request.POST.get("was"))
    except Conflict as conflict:
        context["datasheet"], context["told"] = conflict.current, conflict.message
    if "error" in context or "told" in context:
        context["typed"] = typed
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, "crm/datasheet/name.html", context, part=_NAME_FORM, status=wrong)
    return answer(request, pk, place="datasheet")


_NAME_FORM = "crm/datasheet/_name_form.html"
_NAME_MOST = 200
