"""Imports made the way the pages make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from accounts.models import User
from importer import asking, statuses
from importer.actions import decisions, sources
from importer.actions.decisions import Decisions
from importer.models import Import
from modules.models import Module


def pasted(rows: Sequence[Sequence[str]], *, actor: User, module: Module | None = None) -> Import:
    """An import of these cells, its columns guessed."""
    text = "\n".join("\t".join(cells) for cells in rows)
    return sources.take_in(sources.Upload(pasted=text, module=module), actor=actor)


def decided(source: Import, actor: User, **changes: Any) -> Import:
    """The import with its guesses taken, as far as ``changes`` don't say otherwise."""
    found = asking.found_values(source, source.targets)
    choices = statuses.choices(source.module) if source.module else []
    people = asking.people(source.module)
    guesses = Decisions(
        module=source.module,
        targets=source.targets,
        statuses={**asking.guess_statuses(found.get("status", ()), choices)},
        users={**asking.guess_users(found.get("responsible", ()), people)},
        responsible_id=actor.pk,
    )
    return decisions.decide(source.pk, replace(guesses, **changes), actor=actor)


def checked(source: Import, actor: User, **changes: Any) -> Import:
    decided(source, actor, **changes)
    return decisions.check(source.pk, actor=actor)
