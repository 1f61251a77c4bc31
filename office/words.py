"""Numbers of work, and what a change of access means, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.actions.dealing import Tally
from office.actions.effects import Effect
from office.roles import CAPABILITY_NAMES


def tally_in_words(tally: Tally) -> str:
    """ "12 datasheets, 20 todos"; what there is none of is left out."""
    parts = []
    if tally.datasheets:
        parts.append(
            ngettext("%(n)d datasheet", "%(n)d datasheets", tally.datasheets)
            % {"n": tally.datasheets}
        )
    if tally.todos:
        parts.append(ngettext("%(n)d todo", "%(n)d todos", tally.todos) % {"n": tally.todos})
    return ", ".join(parts)


@dataclass(frozen=True)
class Difference:
    """One thing gained or lost."""

    gain: bool
    text: str


def differences(effect: Effect, name: str) -> list[Difference]:
    """What the person loses, then what they gain; ``name`` is how they are called."""
    lost = _seen(effect.datasheets_lost, effect.clients_lost)
    gained = _seen(effect.datasheets_gained, effect.clients_gained)
    found = []
    if lost:
        found.append(Difference(False, _("will no longer see %(what)s") % {"what": lost}))
    found += [
        Difference(False, _("loses the module %(name)s") % {"name": module.name})
        for module in effect.modules_lost
    ]
    found += [
        Difference(False, _("loses: %(what)s") % {"what": what}) for what in _named(effect.lost)
    ]
    if gained:
        found.append(Difference(True, _("will also see %(what)s") % {"what": gained}))
    found += [
        Difference(True, _("gets the module %(name)s") % {"name": module.name})
        for module in effect.modules_gained
    ]
    found += [
        Difference(True, _("gets: %(what)s") % {"what": what}) for what in _named(effect.gained)
    ]
    return found


def _named(capabilities: frozenset[object]) -> list[str]:
    names = [str(name) for one, name in CAPABILITY_NAMES.items() if one in capabilities]
    return [", ".join(names)] if names else []


def _seen(datasheets: int, clients: int) -> str:
    parts = []
    if datasheets:
        parts.append(
            ngettext("%(n)d datasheet", "%(n)d datasheets", datasheets) % {"n": datasheets}
        )
    if clients:
        parts.append(ngettext("%(n)d client", "%(n)d clients", clients) % {"n": clients})
    return _(" and ").join(parts)
