"""Imports made the way the pages make them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from importer import asking, load, rows, statuses
from importer.actions import checking, decisions, sources
from importer.actions.decisions import Decisions
from importer.models import Import
from modules.models import Module, Status

SHEET = """Cégnév\tVáros\tE-mail\tStátusz\tFelelős\tTeendő\tHatáridő
Első Kft.\tTokaj\ta@example.com\tFolyamatban\tkiss@example.com\tFelhívni\t2031-01-05
Második Bt.\tVác\tnem cím\tFolyamatban\t\t\t
Első Kft.\tTokaj\ta@example.com\tFolyamatban\t\t\t

Harmadik Zrt.\tEger\t\tIsmeretlen\tValaki Más\tÍrni\t2020-01-05
"""
HTMX = {"HX-Request": "true"}


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
    return checking.check_now(source.pk, actor=actor)


def url(name: str, source: Import) -> str:
    return reverse(f"importer:{name}", args=[source.pk])


def choices(web: Browser, source: Import) -> dict[str, Any]:
    """What the form of the columns would send as it stands."""
    text = web.get(url("columns", source)).content.decode()
    sent: dict[str, Any] = {"existing": "skip"}
    for name, inside in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        sent[name] = chosen[1] if chosen else ""
    return sent


def status_of(source: Import) -> Status:
    return Status.objects.get(module=source.module, key="in_progress")


def at_check(source: Import, boss: User, **changes: Any) -> Import:
    changes.setdefault("statuses", {"folyamatban": status_of(source).pk, "ismeretlen": None})
    changes.setdefault("users", {"kiss@example.com": boss.pk, "valaki mas": 0})
    return checked(source, boss, **changes)


def fresh(source: Import) -> Import:
    return Import.objects.select_related("module", "created_by").get(pk=source.pk)


def loaded(source: Import, actor: User, **changes: Any) -> list[str]:
    """Loads it; why rows did not come in."""
    source = checked(source, actor, **changes)
    load.run(fresh(source), lambda done: None)
    return [reason for one in rows.results(source.pk) for reason in one["reasons"]]
