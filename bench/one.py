"""`python -m bench.one SIZE`: one database filled, the server started, everything measured once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django


def main(size: int) -> int:
    """Prints the table and leaves it in DATA_DIR/result.json; the exit code.

    ONLY=… measures what has this in its name.
    """
    django.setup()
    from django.db import connection

    from accounts.models import Role, User
    from bench import measure, report, scenarios
    from bench.browser import log_in
    from bench.generate import generate
    from bench.server import serving

    folder = Path(os.environ["DATA_DIR"])
    if "accounts_company" not in connection.introspection.table_names():
        generate(size)
    only = os.environ.get("ONLY", "")
    results = report.Results(size, connection.vendor)
    with serving(folder) as server:
        for page in scenarios.pages():
            try:
                if only in page.name:
                    results.add(measure.page(page, log_in(page.user), server, folder))
            except measure.WrongAnswer as wrong:
                results.note(f"{page.name.strip()}: {wrong}")
        user = User.objects.filter(role=Role.NORMAL).order_by("pk")[0]
        if only in "done + next":
            for measured in scenarios.done_and_next(server, log_in(user), user, folder):
                results.add(measured)
        _imports(only, results, server, folder)
    results.save(folder / "result.json")
    return 0


def _imports(only: str, results: Any, server: Any, folder: Path) -> None:
    from bench import loads
    from bench.importing import import_rows

    if only in "import":
        results.imported(import_rows())
    if only in "large import":
        loads.measure(server, folder)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
