"""Step 2: which column is what."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm.errors import Conflict, Refused
from importer import cards
from importer.actions import checking, decisions, mappings, new_options, sources
from importer.actions.new_fields import make_field
from importer.forms.columns import ColumnsForm
from importer.models import Import
from importer.reading import ReadError
from importer.views.tools import for_importers, frame, own
from web.htmx import go, page, toast

# In the session: which page wrote last, and what version it made.
_WRITTEN: Final = "import-written"


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change is kept as a draft; "Check" goes on when nothing is open any more."""
    source = own(request, pk)
    if not source.is_open:
        return go(request, source.get_absolute_url())
    if request.method != "POST":
        return _page(request, source, ColumnsForm(source, request.user))
    try:
        return _decide(request, source)
    except Refused as refused:
        toast(request, refused.message, tone="late")
        return go(request, reverse("importer:columns", args=[pk]))


@for_importers
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads another sheet, or takes the first row for a heading or for a row."""
    source = own(request, pk)
    wanted = request.POST.get("sheet", source.sheet)
    # A newly chosen sheet is looked at afresh: whether it has a heading is its own matter.
    heading = "heading" in request.POST if wanted == source.sheet else None
    try:
        sources.read_again(pk, actor=request.user, sheet=wanted, has_heading=heading)
    except ReadError as error:
        toast(request, error.message, tone="late")
    except Refused as refused:
        toast(request, refused.message, tone="late")
    return go(request, reverse("importer:columns", args=[pk]))


def _decide(request: HttpRequest, source: Import) -> HttpResponse:
    """Keep what was posted; then do what its button says."""
    form = _with_new_fields(request, source, ColumnsForm(source, request.user, request.POST))
    form = _with_new_options(request, source, form)
    complete = form.is_valid()
    try:
        source = decisions.decide(
            source.pk, form.decisions(), actor=request.user, version=_version(request, source)
        )
    except Conflict as conflict:
        told = _("Look at what you have here. If it is right, send it again.")
        form.add_error(None, f"{conflict.message} {told}")
        return _page(request, conflict.current, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _note_version(request, source)
    do = request.POST.get("do", "")
    if "go" in request.POST:
        if not complete:
            return _page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        mappings.remember(source, actor=request.user)
        checking.check(source.pk, actor=request.user)
        return go(request, reverse("importer:check", args=[source.pk]))
    if do in ("save", "apply", "forget"):
        return _matching(request, source, do)
    if form.wrong_here():
        form.forget_other_errors()
        return _page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, source, ColumnsForm(source, request.user))


def _with_new_fields(request: HttpRequest, source: Import, form: ColumnsForm) -> ColumnsForm:
    """The form with the fields made that were asked for, and the columns going to them."""
    wanted = form.new_fields()
    if not wanted:
        return form
    source.module = form.chosen_module
    posted: QueryDict = request.POST.copy()
    for column, about in wanted.items():
        field, is_new = make_field(source, column, about, actor=request.user)
        posted[f"column_{column}"] = f"f{field.pk}"
        said = {"label": field.label, "type": field.get_type_display()}
        if is_new:
            toast(request, _("“%(label)s” is a field now: %(type)s.") % said)
        else:
            toast(request, _("There is such a field already: it goes there."), tone="info")
    return ColumnsForm(source, request.user, posted)


def _with_new_options(request: HttpRequest, source: Import, form: ColumnsForm) -> ColumnsForm:
    """The form with the options made that were asked for: what names them is known then."""
    wanted = form.new_options()
    if not wanted:
        return form
    ours = {f"f{field.pk}": field for field in form.own}
    for target, found in wanted.items():
        names = [value.text for value in found]
        n = len(new_options.make_options(source.pk, ours[target], names, actor=request.user))
        said = ngettext(
            "“%(first)s” is an option of %(field)s now.",
            "%(n)s values are options of %(field)s now.",
            n,
        )
        toast(request, said % {"first": names[0], "n": n, "field": ours[target].label})
    source.refresh_from_db(fields=["made_options"])
    posted = form.data
    assert isinstance(posted, QueryDict)  # noqa: S101 (for the type checker)
    return ColumnsForm(source, request.user, posted)


def _matching(request: HttpRequest, source: Import, do: str) -> HttpResponse:
    """Save what is matched under a name, take a saved one over, or delete one."""
    chosen = request.POST.get("matching", "")
    try:
        if do == "save":
            name = request.POST.get("matching_name", "")
            mappings.save(source.pk, name, actor=request.user)
            toast(request, _("Saved as “%(name)s”.") % {"name": name.strip()})
        elif not chosen.isdigit():
            raise Refused(_("Choose a saved matching first."), field="matching")
        elif do == "apply":
            source = mappings.apply(source.pk, int(chosen), actor=request.user)
            _note_version(request, source)
        else:
            name = mappings.forget(int(chosen), actor=request.user)
            toast(request, _("“%(name)s” is deleted.") % {"name": name})
    except Refused as refused:
        form = ColumnsForm(source, request.user, request.POST)
        form.is_valid()
        form.forget_other_errors()
        form.add_error(refused.field, refused.message)
        return _page(request, source, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, source, ColumnsForm(source, request.user))


# ---- Two windows -------------------------------------------------------------------------------


def _version(request: HttpRequest, source: Import) -> int | None:
    """The version that the sent page was made from. Of two changes one right after the other the
    second one's page doesn't know yet what the first one made: it comes from the same window.
    """
    token, version = request.POST.get("window", ""), request.POST.get("version", "")
    written = request.session.get(_WRITTEN, {})
    if written.get("import") == source.pk and written.get("window") == token:
        return int(written["version"])
    return int(version) if version.isdigit() else None


def _note_version(request: HttpRequest, source: Import) -> None:
    window = request.POST.get("window", "")[:40]
    written = {"import": source.pk, "window": window, "version": source.version}
    request.session[_WRITTEN] = written


def _page(
    request: HttpRequest, source: Import, form: ColumnsForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    every = form.columns
    columns = [one for one in every if not one.is_empty]
    context: dict[str, Any] = {
        **frame(source),
        "form": form,
        "columns": columns,
        "of_cards": source.headers == cards.headings(),
        "empty": [one for one in every if one.is_empty],
        "window": request.POST.get("window") or uuid4().hex,
        "matched": sum(one.state == "matched" and not one.tone for one in columns),
        "to_look_at": sum(bool(one.tone) for one in columns),
        "left_out": sum(one.state == "out" for one in columns),
    }
    part = "importer/_columns.html"
    return page(request, "importer/columns.html", context, part=part, status=status)
