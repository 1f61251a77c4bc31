"""A Tuesday at a small company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from modules.models import Module
from tests import make
from tests.crm.module_page.reading import of


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False):
        yield


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(manager: User) -> Browser:
    return of(manager)
