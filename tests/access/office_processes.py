"""Settings pages of office/urls/processes.py in the role table."""

from __future__ import annotations

from typing import Any

from modules.models import Status, StatusGroup, Step, Suggestion, TodoType
from office.actions.suggestions import fingerprint as seen_suggestion
from office.actions.types import fingerprint as seen_type
from tests.access.expect import OK, SENT, Page, Values, says
from tests.access.world import Record, World


def projects(world: World, record: Record) -> dict[str, Any]:
    return {"pk": world.modules["projects"].pk}


def sales(world: World, record: Record) -> dict[str, Any]:
    return {"pk": world.modules["sales"].pk}


def _status(world: World) -> Status:
    return Status.objects.filter(module=world.modules["projects"]).in_order()[0]


def status(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _status(world).pk}


def group(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _status(world).group_id}


def empty_group(world: World, record: Record) -> dict[str, Any]:
    made, _new = StatusGroup.objects.get_or_create(
        module=world.modules["projects"], key="empty", defaults={"name_en": "Empty", "order": 9}
    )
    return {"pk": made.pk}


def step(world: World, record: Record) -> dict[str, Any]:
    return {"pk": Step.objects.filter(module=world.modules["sales"]).in_order()[0].pk}


def suggestion(world: World, record: Record) -> dict[str, Any]:
    return {"pk": Suggestion.objects.filter(status=_status(world)).in_order()[0].pk}


def kind(world: World, record: Record) -> dict[str, Any]:
    return {"pk": TodoType.objects.get(key="task").pk}


def a_status(world: World, record: Record) -> dict[str, Any]:
    one = _status(world)
    named = ("name_hu", "what_hu", "what_en", "hue", "meaning", "version")
    return {"group": one.group_id, "name_en": "Other", **{n: getattr(one, n) for n in named}}


def a_module(world: World, record: Record) -> dict[str, Any]:
    one = world.modules["projects"]
    return {
        "name_en": "Jobs",
        "icon": one.icon,
        "who": "all",
        "first_responsible": "nobody",
        "version": one.version,
    }


def a_suggestion(world: World, record: Record) -> dict[str, Any]:
    one = Suggestion.objects.filter(status=_status(world)).in_order()[0]
    task = TodoType.objects.get(key="task").pk
    return {"type": task, "text_en": "Do", "in_working_days": 2, "seen": seen_suggestion(one)}


def a_type(world: World, record: Record) -> dict[str, Any]:
    task = TodoType.objects.get(key="task")
    return {"name_en": "Job", "icon": "flag", "minutes": 20, "seen": seen_type(task)}


def settings(args: Values | None = None, body: Values | None = None, **more: Any) -> Page:
    values = {"exists_for": ("administrator",), **more}
    return Page(args or says(), body, **values)


def button(args: Values | None = None, body: Values | None = None, **more: Any) -> Page:
    return settings(args, body or says(), post_only=True, **more)


CONFLICT = 409
NAMED = says(name_en="Brand new", name_hu="Vadonatúj")

PAGES: dict[str, Page] = {
    "office:modules": settings(),
    "office:module_new": settings(body=says(kind="projects", name_en="More projects")),
    "office:modules_order": button(body=says(ids="")),
    "office:module": settings(projects, a_module),
    "office:module_archive": button(projects),
    "office:module_restore": button(projects),
    "office:module_delete": settings(projects, says(), post=(CONFLICT,)),
    "office:step_new": settings(sales, NAMED),
    "office:steps_order": button(sales, says(ids="")),
    "office:step": settings(step, NAMED),
    "office:step_remove": button(step),
    "office:statuses": settings(projects),
    "office:status_new": settings(projects, a_status),
    "office:statuses_order": button(projects, says(order="")),
    "office:status": settings(status, a_status, get=(SENT,)),
    "office:status_remove": settings(status, says(to="0"), post=(422,)),
    "office:status_keep": button(status),
    "office:group_new": settings(projects, NAMED),
    "office:group": settings(group, NAMED),
    "office:group_remove": button(empty_group),
    "office:group_move": button(group, says(by="1")),
    "office:suggestions": settings(projects),
    "office:suggestion_new": settings(status, a_suggestion),
    "office:suggestions_order": button(status, says(ids="")),
    "office:suggestion": settings(suggestion, a_suggestion),
    "office:suggestion_remove": button(suggestion),
    "office:types": settings(get=(OK,)),
    "office:type_new": settings(body=a_type),
    "office:types_order": button(body=says(ids="")),
    "office:type": settings(kind, a_type),
    "office:type_archive": button(kind),
    "office:type_restore": button(kind),
}
