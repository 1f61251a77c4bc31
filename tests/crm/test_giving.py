"""Who can be given a todo."""

import pytest

from crm import access
from crm.errors import Refused
from modules.models import ModuleUser
from tests import make

pytestmark = pytest.mark.django_db


def test_a_todo_is_given_only_to_those_who_see_its_datasheet() -> None:
    make.company()
    manager = make.user("manager")
    sheet = make.datasheet(make.module("projects"), actor=manager)
    restricted, admin, member = map(make.user, ("restricted", "administrator", "normal"))
    own = make.module("hr")
    own.limited = True
    own.save()
    ModuleUser.objects.create(module=own, user=member)
    sheets = [
        sheet,
        make.datasheet(sheet.module, actor=admin, responsible=restricted),
        make.datasheet(sheet.module, actor=admin, responsible=None),
        make.datasheet(own, actor=admin),
    ]
    people = [manager, restricted, admin, member, make.user(is_active=False)]
    able = []
    for one in sheets:
        for doer in people:
            if access.can_see(doer, one):
                able.append(make.todo(one, actor=admin, responsible=doer))
                continue
            with pytest.raises(Refused):
                make.todo(one, actor=admin, responsible=doer)
    assert len(able) == 3 + 4 + 4 + 2
