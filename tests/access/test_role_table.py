"""Every address × every role × own, another's and nobody's records × GET and a valid POST."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.expect import MISSING, MOVED, NOT_ALLOWED, Page
from tests.access.table import PAGES
from tests.access.world import OWNERS, ROLES, World, build

# What a restricted user sees of the records is looked at by test_twins.py on both databases.
pytestmark = pytest.mark.once


def every_name(patterns: list[Any] | None = None, prefix: str = "") -> set[str]:
    """The names of all addresses the product answers, with their namespaces."""
    found: set[str] = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            found |= every_name(pattern.url_patterns, prefix + namespace)
        elif isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
    return found


class TestRoleTable(TestCase):
    """The table is in table.py."""

    world: ClassVar[World]
    signed_in: ClassVar[dict[str, str]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build()
        cls.signed_in = {}
        for role, user in cls.world.users.items():
            client = Client()
            client.force_login(user)
            cls.signed_in[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def test_every_address_stands_in_the_table(self) -> None:
        assert every_name() == set(PAGES)

    def ask(self, name: str, page: Page, role: str, owner: str, *, posting: bool) -> int:
        """The status of one request, taken back afterwards."""
        record = self.world.record(role if role in ROLES else "restricted", owner)
        client = Client(raise_request_exception=True)
        if role in self.signed_in:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.signed_in[role]
        url = reverse(name, kwargs=page.args(self.world, record))
        with transaction.atomic():
            if posting and page.body is not None:
                answer = client.post(url, page.body(self.world, record))
            else:
                answer = client.get(url)
            transaction.set_rollback(True)
        return answer.status_code

    def check(self, name: str, page: Page, role: str, owner: str, *, posting: bool) -> None:
        got = self.ask(name, page, role, owner, posting=posting)
        wanted = page.expected(role, owner, posting=posting)
        verb = "POST" if posting else "GET"
        assert got in wanted, f"{verb} {name} as {role}, {owner} record"


def _signed_in(name: str, page: Page) -> Any:
    def test(self: TestRoleTable) -> None:
        for role in ROLES:
            for owner in OWNERS if page.of_record else OWNERS[:1]:
                self.check(name, page, role, owner, posting=False)
                if page.body is not None:
                    self.check(name, page, role, owner, posting=True)

    return test


def _strangers(name: str, page: Page) -> Any:
    def test(self: TestRoleTable) -> None:
        for role in ("anonymous", "former"):
            for owner in OWNERS if page.of_record else OWNERS[:1]:
                for posting in (False, True) if page.body is not None else (False,):
                    got = self.ask(name, page, role, owner, posting=posting)
                    wanted = (MOVED, MISSING, NOT_ALLOWED) if page.post_only else (MOVED, MISSING)
                    assert got in wanted, f"{name} as {role}"

    return test


for _name, _page in PAGES.items():
    _slug = _name.replace(":", "_").replace("-", "_")
    setattr(TestRoleTable, f"test_{_slug}_for_every_role", _signed_in(_name, _page))
    if not _page.public:
        setattr(TestRoleTable, f"test_{_slug}_is_closed_to_strangers", _strangers(_name, _page))
