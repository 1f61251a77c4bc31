"""Settings pages of office/urls/fields.py in the role table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from modules.models import About, Field, FieldGroup
from tests.access.expect import DONE, Page, Values, says
from tests.access.world import Record, World


def module(world: World, record: Record) -> dict[str, Any]:
    return {"pk": world.modules["projects"].pk}


def _field(world: World) -> Field:
    made, _new = Field.objects.get_or_create(
        module=world.modules["projects"],
        about=About.DATASHEET,
        label_en="Depth",
        removed_at=None,
        defaults={"type": "whole"},
    )
    return made


def field(world: World, record: Record) -> dict[str, Any]:
    return {"pk": _field(world).pk}


def removed(world: World, record: Record) -> dict[str, Any]:
    made = Field.objects.create(
        module=world.modules["projects"],
        about=About.DATASHEET,
        type="text",
        label_en="Gone",
        removed_at=timezone.now(),
    )
    return {"pk": made.pk}


def group(world: World, record: Record) -> dict[str, Any]:
    made, _new = FieldGroup.objects.get_or_create(
        module=world.modules["projects"], about=About.DATASHEET, name_en="Sizes"
    )
    return {"pk": made.pk}


def a_field(world: World, record: Record) -> dict[str, Any]:
    return {
        "type": "whole",
        "label_en": "Height",
        "required": "never",
        "decimals": "2",
        "seen_by": list(Role.values),
        "version": _field(world).version,
    }


def another_type(world: World, record: Record) -> dict[str, Any]:
    return {"type": "text", "version": _field(world).version}


def settings(args: Values, body: Values | None = None, **more: Any) -> Page:
    return Page(args, body, exists_for=("administrator",), **more)


def button(args: Values, body: Values) -> Page:
    return settings(args, body, post_only=True, post=DONE)


CLIENTS = says(about="client")

PAGES: dict[str, Page] = {
    "office:fields": settings(module),
    "office:field_new": settings(module, a_field),
    "office:fields_order": button(module, says(order="")),
    "office:client_fields": settings(says()),
    "office:client_field_new": settings(CLIENTS, a_field),
    "office:client_fields_order": button(CLIENTS, says(order="")),
    "office:field": settings(field, a_field),
    "office:field_type": settings(field, another_type),
    "office:field_fill": button(field, says()),
    "office:field_list": button(field, says(in_list="1")),
    "office:field_move": button(field, says(by="1")),
    "office:field_remove": settings(field, says()),
    "office:field_restore": button(removed, says()),
    "office:field_group": settings(group, says(name_en="Dimensions")),
}
