"""What the tests of imports start from; each has a folder of uploads of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from importer.actions import sources
from importer.models import Import
from modules.models import Module
from tests import make
from tests.importer.files import Make
from tests.importer.tools import SHEET


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def module(boss: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def web(boss: User) -> Browser:
    browser = Browser()
    browser.force_login(boss)
    return browser


@pytest.fixture
def source(boss: User, module: Module) -> Import:
    make.user("normal", email="kiss@example.com")
    return sources.take_in(sources.Upload(pasted=SHEET, module=module), actor=boss)


@pytest.fixture(name="make")
def file_of_bytes(tmp_path: Path) -> Make:
    """A file with these bytes; its name says nothing, for names prove nothing."""

    def write(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write
