"""The other datasheets of a datasheet's client, as its side lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.models.company import full_name
from crm import words
from crm.forms.when import Moment
from crm.models import Datasheet
from modules.models import Status
from modules.names import in_language
from web.prepared import Prepared

# A client has a few; whoever has more finds them on the client's page.
MOST_OTHERS = 30


@dataclass(frozen=True)
class Other:
    """Another datasheet of the same client."""

    pk: int
    name: str
    module: str
    status: Status
    when: str
    chain_is_broken: bool


_OTHER = (
    *("pk", "name", "module__name_hu", "module__name_en", "next_todo_id", "next_due_at"),
    *("status__name_hu", "status__name_en", "status__hue", "status__meaning"),
    *("main_contact__family_name", "main_contact__given_name"),
)


def others_of(datasheet: Datasheet, user: User, moment: Moment) -> list[Other]:
    """The client's other datasheets that the user sees, by module, the nearest todo first."""
    found = _OTHERS.ask(user.pk, datasheet.client_id, datasheet.pk, role=user.role)
    return [_other(row, datasheet, moment) for row in found]


def _seen(user_id: int, client: int, but: int, *, role: str) -> QuerySet[Any, dict[str, Any]]:
    seen = Datasheet.objects.visible_to(User(pk=user_id, role=role)).filter(client=client)
    found = seen.exclude(pk=but).order_by(
        "module__order", "module_id", "shelf", "next_due_at", "pk"
    )
    return found.values(*_OTHER)[:MOST_OTHERS]


_OTHERS = Prepared(_seen)


def _other(row: dict[str, Any], datasheet: Datasheet, moment: Moment) -> Other:
    status = Status(
        name_hu=row["status__name_hu"],
        name_en=row["status__name_en"],
        hue=row["status__hue"],
        meaning=row["status__meaning"],
    )
    family, given = row["main_contact__family_name"], row["main_contact__given_name"]
    contact = full_name(family, given) if family is not None else ""
    when = ""
    if row["next_todo_id"] is not None:
        when = words.chip_day(moment.day_of(row["next_due_at"]), moment.today)
    return Other(
        pk=row["pk"],
        name=row["name"] or contact or datasheet.client.name,
        module=in_language(row["module__name_hu"], row["module__name_en"]),
        status=status,
        when=when,
        chain_is_broken=row["next_todo_id"] is None and status.expects_todo,
    )
