"""Matchings of columns remembered, saved under a name, taken over and forgotten."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm.errors import Refused
from importer import mappings
from importer.actions.sources import open_one
from importer.models import Import, Mapping, Step
from modules.models import Module


def remember(source: Import, *, actor: User) -> None:
    """Keep what was decided for the next file with the same headings, without anybody asking."""
    if any(source.headers):
        _keep(source, "", actor)


def save(import_id: int, name: str, *, actor: User) -> Mapping:
    """Keep what is decided under a name; one of one's own of that name is replaced."""
    source = open_one(import_id, actor=actor)
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give it a name."), field="matching_name")
    with transaction.atomic():
        Mapping.objects.filter(created_by=actor, name=name).exclude(
            headings=mappings.digest(source.headers)
        ).delete()
        return _keep(source, name, actor)


def apply(import_id: int, mapping_id: int, *, actor: User) -> Import:
    """Take a saved matching over, with its module where the actor has it."""
    with transaction.atomic():
        source = open_one(import_id, actor=actor)
        mapping = _one(mapping_id, actor)
        mine = Module.objects.for_user(actor).filter(pk=mapping.module_id or 0).first()
        source.module = mine or source.module
        mappings.put(mapping, source, actor)
        source.step, source.counts = Step.COLUMNS, {}
        source.version += 1
        source.save()
        Mapping.objects.filter(pk=mapping.pk).update(used_at=timezone.now())
    return source


def forget(mapping_id: int, *, actor: User) -> str:
    """Delete a saved matching of one's own; its name."""
    with transaction.atomic():
        mapping = _one(mapping_id, actor)
        if mapping.created_by_id != actor.pk:
            raise Refused(_("Only the one who saved it can delete it."))
        mapping.delete()
    return mapping.name


def _one(mapping_id: int, actor: User) -> Mapping:
    found = mappings.visible_to(actor).exclude(name="").select_related("module")
    mapping = found.filter(pk=mapping_id).first()
    if mapping is None:
        raise Http404
    return mapping


def _keep(source: Import, name: str, actor: User) -> Mapping:
    kept, _made = Mapping.objects.update_or_create(
        created_by=actor,
        name=name,
        headings=mappings.digest(source.headers),
        defaults={
            "headers": source.headers,
            "module": source.module,
            "decisions": mappings.decided(source),
            "used_at": timezone.now(),
        },
    )
    return kept
