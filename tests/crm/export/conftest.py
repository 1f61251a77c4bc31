"""What the tests of exports start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from modules.models import Module
from tests import make


@pytest.fixture(autouse=True)
def own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def in_budapest() -> Iterator[None]:
    with timezone.override("Europe/Budapest"):
        yield


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects", slug="projects")
