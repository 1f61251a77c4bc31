"""Settings pages of office/urls/company.py in the role table."""

from __future__ import annotations

from typing import Any

from crm.constants import ClientKind
from tests.access.expect import OK, Page, Values, says
from tests.access.world import Record, World

ADMINISTRATOR = ("administrator",)
OFFICE = ("administrator", "manager")
REFUSED = (422,)
COMPANY = {
    "version": "1",
    "name": "Teszt Kft.",
    "time_zone": "Europe/Budapest",
    "country": "HU",
    "language": "en",
    "name_order": "family_first",
    "currency": "HUF",
    "mail_port": "587",
    "mail_security": "starttls",
    "upload_mb": "25",
    "trash_days": "30",
    "import_days": "30",
    "import_mb": "100",
    "import_rows": "500000",
    "import_columns": "300",
    "log_months": "36",
}


def about(of: str) -> Values:
    """The arguments of a page of somebody's personal data."""
    return lambda world, record: {"of": of, "pk": getattr(record, of).pk}


def trashed_client(world: World, record: Record) -> dict[str, Any]:
    return {"pk": world.trashed_client.pk}


def name_of_client(world: World, record: Record) -> dict[str, Any]:
    assert record.client.kind == ClientKind.COMPANY
    return {"name": record.client.name}


def settings_page(body: Values | None = None, **more: Any) -> Page:
    return Page(body=body, exists_for=ADMINISTRATOR, **more)


PAGES: dict[str, Page] = {
    "office:company": settings_page(says(**COMPANY)),
    "office:mail_test": settings_page(says(**COMPANY), post=REFUSED, post_only=True),
    "office:zones": settings_page(),
    "office:company_work": settings_page(),
    "office:logo_upload": settings_page(says(), post=REFUSED, post_only=True),
    "office:logo_remove": settings_page(says(), post_only=True),
    "office:activity": settings_page(),
    "office:activity_export": settings_page(says(format="csv"), post_only=True),
    "office:personal_data": settings_page(args=about("contact")),
    "office:personal_data_file": settings_page(says(), args=about("client"), post_only=True),
    "office:personal_data_erase": settings_page(name_of_client, args=about("client")),
    "crm:trash_clients": Page(exists_for=OFFICE, get=(OK,)),
    "crm:client_purge": Page(
        args=trashed_client,
        body=says(sure="1"),
        exists_for=OFFICE,
        allowed=ADMINISTRATOR,
        shown_to_allowed=True,
    ),
}
