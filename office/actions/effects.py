"""What a change of role or modules gives and takes, in numbers, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, Sum

from accounts.roles import CAPABILITIES, Capability
from crm.constants import Shelf
from crm.models import Client, Datasheet, DatasheetCount
from modules.models import Module
from office.actions.dealing import Work, read_work
from office.actions.standing import Colleagues, Standing

LIVE = (Shelf.OPEN, Shelf.CLOSED)


@dataclass(frozen=True)
class Sight:
    """How many live datasheets and clients somebody sees."""

    datasheets: int
    clients: int


@dataclass(frozen=True)
class Effect:
    """Before and after; ``work`` is what the user would have to give up."""

    before: Sight
    after: Sight
    gained: frozenset[Capability]
    lost: frozenset[Capability]
    modules_gained: list[Module] = field(default_factory=list)
    modules_lost: list[Module] = field(default_factory=list)
    work: Work = field(default_factory=Work)

    @property
    def datasheets_lost(self) -> int:
        return max(0, self.before.datasheets - self.after.datasheets)

    @property
    def datasheets_gained(self) -> int:
        return max(0, self.after.datasheets - self.before.datasheets)

    @property
    def clients_lost(self) -> int:
        return max(0, self.before.clients - self.after.clients)

    @property
    def clients_gained(self) -> int:
        return max(0, self.after.clients - self.before.clients)


def effect_of(old: Standing, new: Standing, colleagues: Colleagues) -> Effect:
    """The numbers are those of this moment; saving counts again."""
    shown = [module for module in colleagues.modules.values() if module.archived_at is None]
    capabilities = CAPABILITIES[old.role], CAPABILITIES[new.role]
    return Effect(
        before=sight(old, shown),
        after=sight(new, shown),
        gained=capabilities[1] - capabilities[0],
        lost=capabilities[0] - capabilities[1],
        modules_gained=[m for m in shown if new.uses(m) and not old.uses(m)],
        modules_lost=[m for m in shown if old.uses(m) and not new.uses(m)],
        work=read_work(new, colleagues),
    )


def sight(standing: Standing, modules: list[Module]) -> Sight:
    """From the kept counts; a restricted user's clients are those of their datasheets."""
    used = [module.pk for module in modules if standing.uses(module)]
    own = Q(responsible=standing.user_id) | Q(responsible=None)
    scope = Q(module__in=used, shelf__in=LIVE) & (own if standing.restricted else Q())
    total = DatasheetCount.objects.filter(scope).aggregate(n=Sum("n"))["n"] or 0
    if standing.restricted:
        seen = Datasheet.objects.filter(scope, client__trashed_at=None)
        return Sight(total, seen.values("client_id").distinct().count())
    return Sight(total, Client.objects.filter(trashed_at=None).count())
