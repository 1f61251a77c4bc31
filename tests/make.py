"""Builders of test records: each makes what it needs and nothing more, through the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Company, User
from accounts.roles import Role
from crm.actions.datasheets import DatasheetPlan, make_datasheet
from crm.actions.todos import TodoPlan, plan_todo
from crm.models import Client, Contact, Datasheet, Todo
from modules.actions.start import create_module, start_types
from modules.models import About, Field, FieldChoice, Module, Status, TodoType

PASSWORD = "correct horse battery staple"
_number = count(1)


def company(**fields: Any) -> Company:
    start = {"name": "Teszt Kft.", "language": "en", "time_zone": "Europe/Budapest"}
    made, _new = Company.objects.update_or_create(pk=1, defaults={**start, **fields})
    return made


def user(role: str = Role.NORMAL, **fields: Any) -> User:
    n = next(_number)
    start = {"family_name": f"Teszt{n}", "given_name": "Elek", "email": f"user{n}@example.com"}
    made: User = User.objects.create_user(
        password=PASSWORD, **{"role": role, "language": "en", **start, **fields}
    )
    return made


def module(kind: str = "projects", **fields: Any) -> Module:
    start_types()
    fields.setdefault("slug", f"{kind}-{next(_number)}")
    return create_module(kind, **fields)


def status(module: Module, key: str | None = None) -> Status:
    statuses = Status.objects.filter(module=module).order_by("group__order", "order", "pk")
    return statuses.get(key=key) if key else statuses[0]


def client(name: str = "", **fields: Any) -> Client:
    return Client.objects.create(name=name or f"Ügyfél {next(_number)} Kft.", **fields)


def contact(client: Client, **fields: Any) -> Contact:
    start = {"family_name": "Szabó", "given_name": f"Anna {next(_number)}"}
    return Contact.objects.create(client=client, **{**start, **fields})


_client = client


def datasheet(
    module: Module, *, actor: User, client: Client | None = None, **fields: Any
) -> Datasheet:
    """A datasheet of ``actor``, unless ``responsible`` says otherwise (None: of nobody)."""
    plan = DatasheetPlan(module=module, **{"responsible": actor, **fields})
    return make_datasheet(client or _client(), plan, actor=actor)


def field(
    module: Module | None, type: str, *, choices: tuple[str, ...] = (), **fields: Any
) -> Field:
    """A field of a module's datasheets, or with ``about`` of clients or contacts."""
    n = next(_number)
    start = {"about": About.DATASHEET, "label_en": f"Field {n}", "order": n}
    made = Field.objects.create(module=module, type=type, **{**start, **fields})
    if type in ("choice", "choices"):
        for order, name in enumerate(choices):
            FieldChoice.objects.create(field=made, name_en=name, order=order)
    return made


def todo(datasheet: Datasheet, *, actor: User, **fields: Any) -> Todo:
    """A todo due tomorrow at this time, unless ``due_at`` says otherwise."""
    start: dict[str, Any] = {
        "text": f"Felhívni {next(_number)}",
        "type": TodoType.objects.get(key="call"),
        "due_at": timezone.now() + timedelta(days=1),
        "timed": True,
        "responsible": datasheet.responsible or actor,
    }
    return plan_todo(datasheet.pk, TodoPlan(**{**start, **fields}), actor=actor)


def at(text: str) -> datetime:
    """A local moment of the company: ``at("2026-11-24 09:30")``."""
    return timezone.make_aware(datetime.fromisoformat(text))
