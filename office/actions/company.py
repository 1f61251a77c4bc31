"""The company's data with all that follows from it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.actions.company import save_company
from accounts.models import User
from crm import naming, zone
from jobs import runner


def change_company(
    *, actor: User, version: int, values: dict[str, Any], password: str | None = None
) -> dict[str, tuple[Any, Any]]:
    """As :func:`accounts.actions.company.save_company`; starts the work that follows.

    Another time zone moves what is due, another order of names the private persons' names.
    """
    with transaction.atomic():
        changed = save_company(actor=actor, version=version, values=values, password=password)
        if "time_zone" in changed:
            old, new = changed["time_zone"]
            total = zone.behind(new).count()
            runner.start(zone.KIND, actor=actor, payload={"from": old, "to": new}, total=total)
        if "name_order" in changed:
            payload = {"to": changed["name_order"][1]}
            runner.start(naming.KIND, actor=actor, payload=payload, total=naming.persons().count())
    return changed
