"""Who takes over: one answer for all modules, or one by module; each several people in turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

from office.actions.dealing import Heirs

NOBODY = 0
ONE, BY_MODULE = "one", "modules"


@dataclass(frozen=True)
class HeirsChoice:
    """What was ticked. ``NOBODY`` among the ids: said deliberately that it is nobody's."""

    how: str = ONE
    common: tuple[int, ...] = ()
    by_module: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict, modules: Iterable[int]) -> HeirsChoice:
        """From a form with ``how``, ``heirs`` and ``heirs-<module id>``; rubbish is left out."""
        return cls(
            BY_MODULE if data.get("how") == BY_MODULE else ONE,
            _ids(data.getlist("heirs")),
            {pk: _ids(data.getlist(f"heirs-{pk}")) for pk in modules},
        )

    def of(self, module_id: int) -> tuple[int, ...]:
        """What was ticked for a module, NOBODY too."""
        return self.by_module.get(module_id, ()) if self.how == BY_MODULE else self.common

    def heirs(self, modules: Iterable[int]) -> Heirs:
        """As the action takes it."""
        return {pk: [one for one in self.of(pk) if one != NOBODY] for pk in modules}

    def is_missing(self, modules: Iterable[int]) -> bool:
        """Whether somebody, or "nobody", is still to be chosen for one of the modules."""
        return any(not self.of(pk) for pk in modules)


def _ids(values: Iterable[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(one) for one in values if one.isascii() and one.isdigit()))
