"""`make test`: the whole suite on SQLite, then on PostgreSQL what may differ there (tests that
touch no database, or only look at pages, run once; with WHOLE=1 twice); what could not run is
said last.

With CI set, it fails when a database or the browser tests did not run.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.cluster import postgres
from tests.template import templates
from tests.tools import chromium

PARALLEL = ("-n", "2", "--dist", "loadgroup")
MEANT = "needs PostgreSQL, this run is on SQLite"
"""A skip that the second run makes good."""


def main(arguments: list[str]) -> int:
    """Run both; the exit code."""
    failed, missing, skipped = [], [], Counter[str]()
    with postgres() as url, templates(url) as made:
        if _suite("SQLite", {"TEST_TEMPLATE": made.sqlite}, arguments, skipped):
            failed.append("SQLite")
        second = {"TEST_TEMPLATE": made.postgres, "DATABASE_URL": url}
        if url is None:
            missing.append("PostgreSQL: no server at TEST_DATABASE_URL or here, and no binaries")
        elif _suite("PostgreSQL, what depends on the database", second, arguments, skipped):
            failed.append("PostgreSQL")
    if chromium() is None:
        missing.append("the browser tests: no Chromium (apt-get install chromium, or CHROMIUM=…)")
    if url is not None:
        del skipped[MEANT]
    _say("", *(f"Skipped, {count} ×: {reason}" for reason, count in sorted(skipped.items())))
    _say(*(f"Did not run: {what}" for what in missing))
    _say(f"Failed on {' and '.join(failed)}." if failed else "Passed.")
    return 1 if failed or (missing and os.environ.get("CI")) else 0


def _suite(
    database: str, given: dict[str, str | None], arguments: list[str], skipped: Counter[str]
) -> int:
    _say(f"\n== {database}")
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "skipped"
        environment = os.environ | {"SKIPPED_FILE": str(notes)}
        environment.pop("DATABASE_URL", None)
        # Six processes read the same two hundred files of tests: compiled once, if it is allowed.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= {name: value for name, value in given.items() if value}
        if "DATABASE_URL" in environment and not environment.get("WHOLE"):
            environment["SECOND_DATABASE"] = "1"
        command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, *arguments]
        code = subprocess.run(command, env=environment, check=False).returncode
        if notes.exists():
            skipped.update(notes.read_text().splitlines())
    return code


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
