"""What the tests of imports start from; each has a folder of uploads of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client as Browser

from accounts.models import User
from importer import reading
from importer.actions import sources
from importer.models import Import
from importer.readers import child
from importer.readers.base import Limits
from modules.models import Module
from tests import make
from tests.importer.files import Make
from tests.importer.tools import SHEET

BY_A_CHILD = {
    *("test_readers", "test_hostile_files", "test_formats", "test_load"),
    "test_a_file_beyond_the_limits_is_told_in_words",
    "test_a_sheet_that_takes_too_long_to_look_at_is_passed_over",
}
"""Files, and tests, that look at the process that reads; elsewhere it costs more than the test."""


class _Here(reading._Child):
    """What the child would write, without its process and its limits."""

    def __init__(self, job: dict[str, Any], limits: Limits) -> None:
        self.patience = float(limits.wait_seconds)
        out = io.StringIO()
        with mock.patch.object(child, "restrict"), redirect_stdout(out):
            child.main(json.dumps(job))
        self.written = out.getvalue().encode()

    def _chunks(self) -> Iterator[bytes]:
        yield self.written

    def stop(self) -> None:
        """There is nothing to stop."""


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in the test's own process, unless reading them is what is tested."""
    if not BY_A_CHILD & {request.path.stem, request.node.originalname}:
        monkeypatch.setattr(reading, "_Child", _Here)


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
