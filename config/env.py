"""Settings from the environment or a `.env` file beside manage.py; the environment wins.

Whatever is missing or wrong is named together with what would be right, all of it at once.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, validate

BASE_DIR = Path(__file__).resolve().parent.parent

Errors = Mapping[str, list[str]]

HINTS = {
    "HOST": "the address to listen at: 127.0.0.1, or 0.0.0.0 for every network",
    "PORT": "a number from 1 to 65535",
    "DEMO": "1 (load the demo company on the first start) or 0",
    "DEBUG": "1 or 0",
    "DATABASE_URL": "sqlite:////path/to/file.sqlite3 or postgres://user:password@host:5432/name",
    "SECRET_KEY": "a random text of at least 50 characters",
    "ALLOWED_HOSTS": "host names with commas between them: crm.example.com,www.example.com",
    "EMAIL_URL": "smtp://user:password@host:587/?tls=True, or console: to print letters",
    "EMAIL_FROM": "the sender's address: Teendő <crm@example.com>",
    "DATA_DIR": "a folder for the database file and the uploads",
    "HTTPS": "1 (the address is https) or 0",
    "WEB_WORKERS": "a number from 1 to 64",
    "WEB_THREADS": "a number from 1 to 64",
}


class WrongSettingsError(ImproperlyConfigured):
    """A setting from outside is missing or can't be used; the text says which and why."""


@dataclass(frozen=True)
class Environment:
    """What comes from outside. `secret_key` and `allowed_hosts` may be empty: see the settings."""

    host: str
    port: int
    demo: bool
    debug: bool
    https: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    database: dict[str, Any]
    email: dict[str, Any]
    email_from: str
    data_dir: Path
    web_workers: int
    web_threads: int


def load() -> None:
    """Take `.env` into the environment and choose the settings; before Django starts."""
    env = Env()
    env.read_env(str(BASE_DIR / ".env"), recurse=False)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")


def read() -> Environment:
    """Read every setting; raises WrongSettingsError naming all that are wrong."""
    env = Env(eager=False)
    data_dir = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).absolute()
    database_file = data_dir / "teendo.sqlite3"
    share = validate.Range(min=1, max=64)
    values = {
        "host": env.str("HOST", "127.0.0.1"),
        "port": env.int("PORT", 8000, validate=validate.Range(min=1, max=65535)),
        "demo": env.bool("DEMO", True),
        "debug": env.bool("DEBUG", False),
        "https": env.bool("HTTPS", True),
        "secret_key": env.str("SECRET_KEY", ""),
        "allowed_hosts": env.list("ALLOWED_HOSTS", []),
        "database": env.dj_db_url("DATABASE_URL", f"sqlite:///{quote(str(database_file))}"),
        "email": env.dj_email_url("EMAIL_URL", "console:"),
        "email_from": env.str("EMAIL_FROM", "Teendő <teendo@localhost>"),
        "web_workers": env.int("WEB_WORKERS", 2, validate=share),
        "web_threads": env.int("WEB_THREADS", 4, validate=share),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        raise WrongSettingsError(_explain(cast(Errors, error.error_messages))) from None
    values["allowed_hosts"] = tuple(host.strip() for host in values["allowed_hosts"])
    _check_database(values["database"])
    if "EMAIL_BACKEND" not in values["email"]:
        raise WrongSettingsError(_explain({"EMAIL_URL": ["not a way to send that Teendő knows"]}))
    return Environment(data_dir=data_dir, **values)


def require(**settings: object) -> None:
    """Raise WrongSettingsError naming those that are empty."""
    if missing := [name for name, value in settings.items() if not value]:
        raise WrongSettingsError(_explain({name: ["missing"] for name in missing}))


def kept_secret_key(data_dir: Path) -> str:
    """The key of a machine that was given none: made once, kept in a file only we may read."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def _check_database(database: Mapping[str, Any]) -> None:
    engine = database.get("ENGINE", "")
    if not engine.endswith((".sqlite3", ".postgresql")) or not database.get("NAME"):
        raise WrongSettingsError(_explain({"DATABASE_URL": ["not a database that Teendő knows"]}))


def _explain(errors: Errors) -> str:
    lines = ["Wrong settings (in the environment or in .env):"]
    for name, reasons in errors.items():
        reason = " ".join(reasons)
        shown = name in os.environ and not name.endswith(("_KEY", "_URL"))  # those hold secrets
        given = f" (it is “{os.environ[name]}”)" if shown else ""
        lines.append(
            f"  {name}: {reason}{given}. Right would be: {HINTS.get(name, 'see README.md')}"
        )
    return "\n".join(lines)


def fail(error: WrongSettingsError) -> None:
    """Say what is wrong without a traceback and leave with 2."""
    sys.stderr.write(f"{error}\n")
    raise SystemExit(2)
