"""A module's list of what an import brought in: ``?import=<id>:<created|updated>``."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from crm import access, origins
from importer.models import Import, ImportedRow
from modules.models import Module

PARAM: Final = "import"
_SETS: Final = {
    "": "TRUE",
    "created": "v.created",
    "updated": "NOT v.created",
}


@origins.reads(PARAM)
def origin(user: User, module: Module, text: str) -> origins.Origin | None:
    """The datasheets of an import into this module, for those who may see it."""
    number, _colon, which = text.partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    if not access.may_import(user) or not is_number or which not in _SETS:
        return None
    source = Import.objects.visible_to(user).filter(pk=int(number), module=module).first()
    if source is None:
        return None
    return origins.Origin(
        name=PARAM,
        value=text,
        label=_("Import"),
        said=_said(which) % {"file": source.name},
        url=source.get_absolute_url(),
        table=ImportedRow._meta.db_table,
        column="source_id",
        key=source.pk,
        more=_SETS[which],
    )


def _said(which: str) -> str:
    if not which:
        return "%(file)s"
    return _("%(file)s, created") if which == "created" else _("%(file)s, updated")


def address(source: Import, which: str) -> str:
    """The list that shows one set of an import; "" where it made no datasheets."""
    if source.module is None:
        return ""
    url = reverse("crm:module", args=[source.module.slug])
    return f"{url}?who=everyone&{PARAM}={source.pk}:{which}"
