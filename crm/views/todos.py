"""What is done with a todo: done, postponed, changed, deleted, opened again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import HttpRequest
from crm import agenda, words
from crm.actions.todos import (
    add_outcome,
    change_todo,
    delete_todo,
    finish_todo,
    postpone_todo,
    reopen_todo,
    tick_item,
)
from crm.actions.undo import undo as take_back
from crm.errors import Conflict, Refused
from crm.forms.todo import Choices, PostponeForm, TodoForm
from crm.forms.when import Moment, day_chips, initial_when, plan_chips
from crm.models import HistoryEntry, Todo
from crm.views.places import answer, back_address, place_of, target
from crm.views.tools import answers_refusals
from web.htmx import go, here, is_htmx, page, toast
from web.paths import path


def visible_todo(request: HttpRequest, pk: int) -> Todo:
    """A todo of a datasheet that exists for the user, with what its forms show; else 404."""
    found: Todo = get_object_or_404(
        Todo.objects.visible_to(request.user).select_related(
            "datasheet__module",
            "datasheet__client",
            "datasheet__main_contact",
            "datasheet__responsible",
            "type",
            "contact",
            "responsible",
        ),
        pk=pk,
    )
    request.module_id = found.module_id  # type: ignore[attr-defined]
    return found


@require_POST
@answers_refusals
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Done: into the history at once, and "What's next?" opens."""
    entry = finish_todo(pk, actor=request.user, outcome=request.POST.get("outcome", ""))
    toast(
        request,
        _("Done: %(todo)s") % {"todo": entry.text},
        undo_url=path("crm:undo", entry.pk),
    )
    return answer(
        request,
        entry.datasheet_id or 0,
        place=place_of(request),
        ask=True,
        entry=entry,
        only=entry.todo,
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the menu with three days. POST: the new due time, from the menu or the dialog."""
    todo = visible_todo(request, pk)
    if request.method == "POST":
        return _postponed(request, todo)
    moment = Moment.current()
    chips = agenda.postpone_chips(moment.today, moment.day_of(todo.due_at), moment.calendar)
    context = {
        "todo": todo,
        "chips": day_chips(chips, moment),
        **_placed(request, todo),
    }
    return page(request, "crm/todo/postpone.html", context, part="crm/todo/_postpone.html")


@require_http_methods(["GET"])
def postpone_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog that asks for any other day and time."""
    todo = visible_todo(request, pk)
    moment = Moment.current()
    at = initial_when(todo.due_at, todo.timed, moment)["at"]
    initial = {"at": at, "version": todo.version}
    return _pick_dialog(request, todo, PostponeForm(todo=todo, moment=moment, initial=initial))


def _postponed(request: HttpRequest, todo: Todo) -> HttpResponse:
    form = PostponeForm(request.POST, todo=todo)
    if not form.is_valid():
        return _pick_dialog(request, todo, form)
    data = form.cleaned_data
    entry = postpone_todo(
        todo.pk,
        data["due_at"],
        timed=data["timed"],
        actor=request.user,
        version=data["version"],
    )
    when = words.when_line(data["due_at"], data["timed"], form.moment.now, form.moment.zone)
    toast(
        request,
        _("Postponed to %(when)s: %(todo)s") % {"when": when, "todo": todo.text},
        undo_url=path("crm:undo", entry.pk),
    )
    place = place_of(request)
    return answer(request, todo.datasheet_id, place=place, entry=entry, only=entry.todo)


def _pick_dialog(request: HttpRequest, todo: Todo, form: PostponeForm) -> HttpResponse:
    context = {
        "todo": todo,
        "form": form,
        "chips": day_chips(
            agenda.postpone_chips(
                form.moment.today, form.moment.day_of(todo.due_at), form.moment.calendar
            ),
            form.moment,
        ),
        **_placed(request, todo),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(request, "crm/todo/pick.html", context, part="crm/todo/_pick.html", status=status)


@require_http_methods(["GET", "POST"])
@answers_refusals
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog that changes an open todo; who saves second is told and sees both."""
    todo = visible_todo(request, pk)
    choices = Choices.of(todo.datasheet)
    if request.method != "POST":
        return _edit_dialog(request, todo, TodoForm(choices=choices, todo=todo))
    form = TodoForm(request.POST, choices=choices, todo=todo)
    if not form.is_valid():
        return _edit_dialog(request, todo, form)
    version = form.cleaned_data["version"] or 0
    try:
        change_todo(pk, form.plan(), actor=request.user, version=version)
    except Conflict as conflict:
        return _edit_conflict(request, conflict, choices)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _edit_dialog(request, todo, form)
    toast(request, _("Saved."))
    return answer(request, todo.datasheet_id, place=place_of(request))


def _edit_dialog(request: HttpRequest, todo: Todo, form: TodoForm, **more: Any) -> HttpResponse:
    context = {
        "todo": todo,
        "form": form,
        "chips": plan_chips(form.moment, form.moment.day_of(todo.due_at)),
        **_placed(request, todo),
        **more,
    }
    wrong = form.errors or more.get("theirs") is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "crm/todo/edit.html", context, part="crm/todo/_edit.html", status=status)


def _edit_conflict(request: HttpRequest, conflict: Conflict, choices: Choices) -> HttpResponse:
    """Both versions: what was typed stays in the form, what is saved stands beside it."""
    saved = visible_todo(request, conflict.current.pk)
    data = request.POST.copy()
    data["version"] = str(saved.version)
    form = TodoForm(data, choices=choices, todo=saved)
    form.is_valid()
    by = saved.historyentry_set.select_related("author").order_by("-at", "-pk").first()
    return _edit_dialog(
        request,
        saved,
        form,
        theirs=_differences(form, saved),
        told=conflict.message,
        told_by=by.author if by else None,
    )


def _differences(form: TodoForm, saved: Todo) -> list[tuple[str, str]]:
    """Label and saved value of each field that was typed otherwise."""
    moment, data = form.moment, form.cleaned_data
    mine = {
        _("When?"): (data.get("due_at"), data.get("timed")),
        _("What?"): data.get("text"),
        _("Type"): data.get("type"),
        _("With whom?"): data.get("contact"),
        _("Who?"): data.get("responsible"),
        _("Comment"): data.get("comment"),
    }
    theirs = {
        _("When?"): (saved.due_at, saved.timed),
        _("What?"): saved.text,
        _("Type"): saved.type,
        _("With whom?"): saved.contact,
        _("Who?"): saved.responsible,
        _("Comment"): saved.comment,
    }
    shown = {
        **{label: str(value or "—") for label, value in theirs.items()},
        _("When?"): words.when_line(saved.due_at, saved.timed, moment.now, moment.zone),
    }
    return [(label, shown[label]) for label, value in theirs.items() if mine[label] != value]


@require_POST
@answers_refusals
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick (``done``) or untick one thing of the checklist."""
    number = request.POST.get("item", "")
    todo = tick_item(
        pk,
        int(number) if number.isdecimal() and len(number) < 4 else -1,
        "done" in request.POST,
        actor=request.user,
    )
    return answer(request, todo.datasheet_id, place=place_of(request), only=todo)


@require_POST
@answers_refusals
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a todo that was a mistake."""
    todo = visible_todo(request, pk)
    entry = delete_todo(pk, actor=request.user)
    if entry is not None:
        toast(
            request,
            _("Deleted: %(todo)s") % {"todo": todo.text},
            undo_url=path("crm:undo", entry.pk),
        )
    return answer(request, todo.datasheet_id, place=place_of(request))


@require_POST
@answers_refusals
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a done todo again."""
    todo = reopen_todo(pk, actor=request.user)
    toast(request, _("Open again: %(todo)s") % {"todo": todo.text})
    return answer(request, todo.datasheet_id, place=place_of(request))


@require_POST
@answers_refusals
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """How a done todo went: one line, by the one who did it, once."""
    entry = add_outcome(pk, request.POST.get("outcome", ""), actor=request.user)
    toast(request, _("Written into the history."))
    return answer(request, entry.datasheet_id or 0, place=place_of(request))


@require_POST
@answers_refusals
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a history entry tells; the page that was looked at is loaded again."""
    entry: HistoryEntry = take_back(pk, actor=request.user)
    toast(request, _("Taken back."), tone="info")
    if entry.datasheet_id is None:  # a field of the client's
        return go(request, here(request, reverse("crm:client", args=[entry.client_id])))
    default = path("crm:datasheet", entry.datasheet_id)
    back = here(request, default)
    if not is_htmx(request) and urlsplit(back).path == default:
        back = default  # without scripts its address still asks what's next
    return go(request, back)


def _placed(request: HttpRequest, todo: Todo) -> dict[str, Any]:
    """Where the todo's form answers."""
    place = place_of(request)
    return {
        "place": place,
        "target": target(place, todo.datasheet_id),
        "datasheet": todo.datasheet,
        "back": back_address(request, path("crm:datasheet", todo.datasheet_id)),
    }
