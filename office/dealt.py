"""The question who takes over, and its outcome in numbers, as a page shows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from modules.models import Module
from office.actions.dealing import Heirs, Tally, Work, deal
from office.actions.standing import Colleagues, Standing
from office.forms.heirs import BY_MODULE, NOBODY, HeirsChoice
from office.words import tally_in_words


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take over."""

    user: User
    checked: bool


@dataclass(frozen=True)
class Asked:
    """A module that has work to be given away."""

    module: Module
    amount: str
    people: list[Candidate]
    nobody: bool


@dataclass(frozen=True)
class Share:
    """What somebody gets: the last line of a preview is nobody's."""

    user: User | None
    name: str
    amount: str


@dataclass(frozen=True)
class Dealt:
    """``asked`` are the modules whose heirs are chosen; the rest of the work follows a rule."""

    user: User
    actor: User
    work: Work
    standing: Standing
    colleagues: Colleagues
    asked: Collection[int]
    choice: HeirsChoice

    @property
    def amount(self) -> str:
        return tally_in_words(self.work.total())

    @property
    def by_module(self) -> bool:
        return self.choice.how == BY_MODULE

    @cached_property
    def heirs(self) -> Heirs:
        return self.choice.heirs(self.asked)

    @cached_property
    def shown(self) -> list[int]:
        """The asked modules with something that is shown, in the order of the bar."""
        tallies = self.work.by_module()
        return [pk for pk in self.colleagues.modules if pk in self.asked and pk in tallies]

    @property
    def is_missing(self) -> bool:
        return self.choice.is_missing(self.shown)

    @cached_property
    def modules(self) -> list[Asked]:
        tallies = self.work.by_module()
        found = []
        for pk in self.shown:
            module, ticked = self.colleagues.modules[pk], self.choice.by_module.get(pk, ())
            people = self.colleagues.who_use(module, but=[self.user.pk])
            found.append(
                Asked(
                    module,
                    tally_in_words(tallies[pk]),
                    [Candidate(user, user.pk in ticked) for user in people],
                    NOBODY in ticked,
                )
            )
        return found

    @cached_property
    def people(self) -> list[Candidate]:
        """Everybody who could take over something, for the one answer to all modules."""
        able = {one.user.pk for asked in self.modules for one in asked.people}
        users = self.colleagues.users.values()
        common = self.choice.common
        return [Candidate(user, user.pk in common) for user in users if user.pk in able]

    @property
    def nobody(self) -> bool:
        return NOBODY in self.choice.common

    @cached_property
    def shares(self) -> list[Share]:
        """Who gets how much; empty while it isn't said for every module."""
        if self.is_missing:
            return []
        made = deal(
            self.work,
            self.heirs,
            standing=self.standing,
            actor_id=self.actor.pk,
            colleagues=self.colleagues,
        )
        tallies = made.tallies(self.work)
        found = [
            Share(user, self._name(user), tally_in_words(tallies[pk]))
            for pk, user in self.colleagues.users.items()
            if pk in tallies
        ]
        if None in tallies:
            only = Tally(datasheets=tallies[None].datasheets)
            found.append(Share(None, _("nobody"), tally_in_words(only)))
        return found

    def _name(self, user: User) -> str:
        if user.pk == self.actor.pk:
            return _("%(name)s (you)") % {"name": user.full_name}
        return user.full_name
