"""What every test has: compiled translations, and marks for what this machine may lack."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import SimpleTestCase, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from tests.emptying import empty_tables
from tests.tools import SHARED_DATA, chromium
from web import catalogs

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop of its own


# How long an example takes says more of the machine than of the code.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason, what can't run here; on the second database run what needs one."""
    if os.environ.get("SECOND_DATABASE"):
        same = [item for item in items if not _depends_on_database(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if _depends_on_database(item)]
    no_browser = pytest.mark.skip(reason="no Chromium on this machine")
    no_postgres = pytest.mark.skip(reason="needs PostgreSQL, this run is on SQLite")
    for item in items:
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(no_browser)
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(no_postgres)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the garbage collector need not walk through it. And
    it comes more seldom: every 700 objects it took a tenth of the time, for pages are many."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _depends_on_database(item: pytest.Item) -> bool:
    """Whether the outcome may differ by database: pytest-django keeps the others away from it."""
    if item.get_closest_marker("once"):
        return False
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgres"):
        return True
    case = getattr(item, "cls", None)
    if isinstance(case, type) and issubclass(case, SimpleTestCase):
        return bool(case.databases)
    return bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell the runner of the suite what was skipped, and why."""
    path = os.environ.get("SKIPPED_FILE")
    if path and report.skipped and "PYTEST_XDIST_WORKER" not in os.environ:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
        with Path(path).open("a") as file:
            file.write(reason.removeprefix("Skipped: ") + "\n")


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """Both languages, as the set-up leaves them."""
    catalogs.compile_all()


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """After a test that commits, only the tables that it filled are emptied."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_helpers() -> Iterator[None]:
    """No other process sees what a test has not committed; a test of helpers asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importer.ahead.WORTH", 10**9)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """SQLite's database is a copy of the run's template, which there is nothing to migrate in."""
    template = os.environ.get("TEST_TEMPLATE")
    if connection.vendor != "sqlite" or template is None:
        return False
    shutil.copy(template, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """Nothing remembered of a test that was rolled back: rate limits, the company."""
    from accounts.models import Company

    cache.clear()
    Company.forget()


@pytest.fixture
def shared_data() -> Path:
    """The folder with the client lists; the test is skipped where it isn't."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not there")
    return SHARED_DATA
