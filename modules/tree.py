"""The status tree of a module, as pages need it."""

from dataclasses import dataclass, field
from itertools import groupby

from modules.models import Module, Status, StatusGroup
from web.prepared import Prepared


@dataclass(frozen=True)
class Branch:
    """A group with its statuses, in order."""

    group: StatusGroup
    statuses: list[Status] = field(default_factory=list)


_OF_MODULE = Prepared(lambda module: Status.objects.filter(module=module).in_order())


def tree(module: Module) -> list[Branch]:
    """The module's groups with their statuses, both in order; one query.

    Each status has its group and its module at hand. A group without a status isn't in it.
    """
    statuses = _OF_MODULE.kept(module.pk)
    for status in statuses:
        status.module = module
    return [
        Branch(members[0].group, members)
        for members in (list(run) for _id, run in groupby(statuses, lambda s: s.group_id))
    ]
