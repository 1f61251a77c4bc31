"""What a company starts with: types of todo, and modules with the trees of their kinds."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from modules.kinds.base import ModuleKind, Refused
from modules.models import Module, Status, StatusGroup, Step, Suggestion, TodoType
from modules.registry import BY_KEY, KINDS

SLUG_LENGTH = 50

# key, Hungarian, English, icon, minutes, reminder in minutes, is_contact
TYPES: tuple[tuple[str, str, str, str, int, int | None, bool], ...] = (
    ("call", "Hívás", "Call", "phone", 15, 10, True),
    ("meeting", "Találkozó", "Meeting", "users", 60, 60, True),
    ("email", "Email", "Email", "mail", 15, None, True),
    ("task", "Feladat", "Task", "square-check", 30, None, False),
)


def start_types() -> dict[str, TodoType]:
    """The four types of todo everyone has, by key; made where missing, otherwise left alone."""
    missing = {key for key, *_rest in TYPES} - set(TodoType.objects.values_list("key", flat=True))
    TodoType.objects.bulk_create(
        [
            TodoType(
                key=key,
                name_hu=name_hu,
                name_en=name_en,
                icon=icon,
                minutes=minutes,
                reminder_minutes=reminder,
                order=order,
                is_contact=is_contact,
            )
            for order, (key, name_hu, name_en, icon, minutes, reminder, is_contact) in enumerate(
                TYPES
            )
            if key in missing
        ],
        ignore_conflicts=True,
    )
    keys = [key for key, *_rest in TYPES]
    return {kind.key: kind for kind in TodoType.objects.filter(key__in=keys)}


@transaction.atomic
def create_module(
    kind_key: str, *, name_hu: str = "", name_en: str = "", slug: str | None = None
) -> Module:
    """A new module, last in the bar, with its kind's tree, suggestions and steps.

    Without any name it takes its kind's; without an address it gets a free one from its name.
    Raises `Refused` for a second module of a kind of which there is only one, or a taken
    address; KeyError for an unknown kind.
    """
    kind = BY_KEY[kind_key]
    if not kind.several and Module.objects.filter(kind=kind.key).exists():
        raise Refused(_("There can be only one module of this kind."))
    if not (name_hu or name_en):
        name_hu, name_en = kind.name_hu, kind.name_en
    if slug is None:
        slug = _free_slug(slugify(name_en or name_hu) or kind.key)
    elif Module.objects.filter(slug=slug).exists():
        raise Refused(_("Another module has this address."))
    last = Module.objects.aggregate(last=Max("order"))["last"]
    module = Module.objects.create(
        kind=kind.key,
        slug=slug,
        name_hu=name_hu,
        name_en=name_en,
        icon=kind.icon,
        order=0 if last is None else last + 1,
    )
    _plant(module, kind)
    return module


@transaction.atomic
def start_modules() -> list[Module]:
    """A module of each kind that has none yet, in the order of the bar."""
    there = set(Module.objects.values_list("kind", flat=True))
    return [
        create_module(kind.key, slug=_free_slug(kind.key))
        for kind in KINDS
        if kind.key not in there
    ]


def _free_slug(wanted: str) -> str:
    wanted = wanted[:SLUG_LENGTH].strip("-_")
    taken = set(Module.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _plant(module: Module, kind: ModuleKind) -> None:
    groups = StatusGroup.objects.bulk_create(
        StatusGroup(
            module=module, key=spec.key, name_hu=spec.name_hu, name_en=spec.name_en, order=order
        )
        for order, spec in enumerate(kind.groups)
    )
    statuses = Status.objects.bulk_create(
        Status(
            module=module,
            group=group,
            key=spec.key,
            name_hu=spec.name_hu,
            name_en=spec.name_en,
            hue=spec.hue,
            order=order,
            meaning=spec.meaning.value,
            what_hu=spec.what_hu,
            what_en=spec.what_en,
        )
        for group, group_spec in zip(groups, kind.groups, strict=True)
        for order, spec in enumerate(group_spec.statuses)
    )
    _suggest(kind, {status.key: status for status in statuses})
    Step.objects.bulk_create(
        Step(
            module=module,
            key=spec.key,
            name_hu=spec.name_hu,
            name_en=spec.name_en,
            order=order,
            sets=spec.sets.value,
        )
        for order, spec in enumerate(kind.steps)
    )


def _suggest(kind: ModuleKind, statuses: dict[str, Status]) -> None:
    types = start_types()
    Suggestion.objects.bulk_create(
        Suggestion(
            status=statuses[spec.key],
            type=types[todo.type],
            text_hu=todo.text_hu,
            text_en=todo.text_en,
            in_working_days=todo.in_working_days,
            order=order,
            moves_to=statuses[todo.moves_to] if todo.moves_to else None,
        )
        for spec in kind.statuses
        for order, todo in enumerate(spec.suggestions)
    )
