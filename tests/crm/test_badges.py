"""The bar's numbers of overdue todos, asked for by a page that stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def test_the_badges_count_ones_own_overdue_todos_by_module(client: Client) -> None:
    make.company()
    me, other = make.user(), make.user()
    sales, projects = make.module("sales"), make.module("projects")
    late = timezone.now() - timedelta(days=1)
    make.todo(make.datasheet(projects, actor=me), actor=me, due_at=late)
    make.todo(make.datasheet(projects, actor=other), actor=other, due_at=late)
    make.todo(make.datasheet(sales, actor=me), actor=me)
    client.force_login(me)
    badges = client.get("/bar/").json()
    assert set(badges) == {"day", str(sales.pk), str(projects.pk)}
    assert badges[str(sales.pk)] == ""
    assert ">1<" in badges["day"].replace("\n", "")
    assert ">1<" in badges[str(projects.pk)].replace("\n", "")
