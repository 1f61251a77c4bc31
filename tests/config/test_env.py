"""A setting that is missing or wrong is named, with what would be right."""

from pathlib import Path

import pytest

from config import env


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in env.HINTS:
        monkeypatch.delenv(name, raising=False)


def test_nothing_has_to_be_set_on_ones_own_machine() -> None:
    outside = env.read()
    assert (outside.port, outside.demo, outside.debug) == (8000, True, False)
    assert outside.database["ENGINE"].endswith("sqlite3")
    assert outside.database["NAME"] == str(env.BASE_DIR / "data" / "teendo.sqlite3")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEMO", "maybe"),
        ("DATABASE_URL", "teendo"),
        ("DATABASE_URL", "mysql://me@localhost/teendo"),
        ("EMAIL_URL", "pigeon://loft"),
        ("WEB_WORKERS", "0"),
    ],
)
def test_a_wrong_one_is_named_with_what_would_be_right(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(env.WrongSettingsError) as error:
        env.read()
    assert f"  {name}: " in str(error.value)
    assert env.HINTS[name] in str(error.value)


def test_all_that_are_wrong_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("WEB_THREADS", "y")
    with pytest.raises(env.WrongSettingsError, match=r"(?s)PORT.*WEB_THREADS"):
        env.read()


def test_a_wrong_address_of_the_database_does_not_show_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:secret@localhost/teendo")
    with pytest.raises(env.WrongSettingsError) as error:
        env.read()
    assert "secret" not in str(error.value)


def test_a_postgresql_address_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:pass%20word@db:5433/crm")
    database = env.read().database
    found = [database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert found == ["me", "pass word", "db", 5433, "crm"]


def test_what_production_needs_is_named_when_it_is_missing() -> None:
    with pytest.raises(env.WrongSettingsError, match="SECRET_KEY: missing"):
        env.require(SECRET_KEY="", ALLOWED_HOSTS=("a",))


def test_a_machine_without_a_key_makes_one_and_keeps_it(tmp_path: Path) -> None:
    key = env.kept_secret_key(tmp_path)
    assert len(key) >= 50
    assert env.kept_secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
