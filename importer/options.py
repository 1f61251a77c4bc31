"""Options that were made for an import, when what they were made for is gone."""

from __future__ import annotations

from accounts.models import User
from crm.models import FieldValue
from importer.models import Import
from modules.actions.fields import drop_choice
from modules.models import FieldChoice


def remove_unused(source: Import, *, actor: User) -> None:
    """Takes away the options that were made for an import and that no record has."""
    for choice in FieldChoice.objects.filter(pk__in=source.made_options).select_related("field"):
        of_field = FieldValue.objects.filter(field=choice.field_id, choice=choice.pk)
        if not of_field.exists() and not _is_default(choice):
            drop_choice(choice.pk, actor=actor)


def _is_default(choice: FieldChoice) -> bool:
    start = choice.field.default
    return choice.pk in start if isinstance(start, list) else choice.pk == start
