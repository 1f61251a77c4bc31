"""An option made of a value that a column of choices holds and the field doesn't know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from crm.errors import Forbidden
from importer.actions.sources import open_one
from modules.actions.fields import add_choice
from modules.models import Field, FieldChoice

# How long the name of an option is kept.
LONGEST: Final = FieldChoice._meta.get_field("name_hu").max_length or 0


def make_options(import_id: int, field: Field, names: Sequence[str], *, actor: User) -> list[int]:
    """The ids of the options of these names; those that are new are noted with the import.

    Only for administrators: they alone change what the company keeps of its records.
    """
    if not actor.is_administrator:
        raise Forbidden(_("Only administrators make options."))
    hungarian = (get_language() or "hu").startswith("hu")
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        found: list[int] = []
        for name in names:
            pk, is_new = add_choice(field.pk, name, hungarian=hungarian, actor=actor)
            found.append(pk)
            if is_new:
                source.made_options.append(pk)
        source.save(update_fields=["made_options"])
    return found
