"""A manager, a module and a client."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm.models import Client
from modules.models import Module
from tests import make


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects() -> Module:
    return make.module("projects")


@pytest.fixture
def browser(manager: User, client: Browser) -> Browser:
    client.force_login(manager)
    return client


@pytest.fixture
def hegyalja(manager: User, projects: Module) -> Client:
    made = make.client("Hegyalja Borház Kft.")
    make.contact(made, family_name="Szabó", given_name="Anna")
    make.datasheet(projects, actor=manager, client=made, name="Palacktartók")
    return made
