"""`python -m bench.one SIZE`: one database filled, the server started, everything measured once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main(size: int) -> int:
    """Prints the table and leaves it in DATA_DIR/result.json; the exit code."""
    django.setup()
    from django.db import connection
    from django.urls import NoReverseMatch

    from accounts.models import Role, User
    from bench import measure, report, scenarios
    from bench.browser import log_in
    from bench.generate import generate
    from bench.importing import import_rows
    from bench.server import serving

    folder = Path(os.environ["DATA_DIR"])
    if "accounts_company" not in connection.introspection.table_names():
        generate(size)
    sessions: dict[int, str] = {}
    results = report.Results(size, connection.vendor)
    with serving(folder) as port:
        listed = scenarios.pages()
        while True:
            try:
                page = next(listed)
            except StopIteration:
                break
            except NoReverseMatch as missing:
                results.note(f"not there yet: {missing}")
                break
            session = sessions.setdefault(page.user.pk, "") or log_in(page.user)
            sessions[page.user.pk] = session
            try:
                measured = measure.page(page.name, page.paths, session, port, folder, page.target)
            except measure.WrongAnswer as wrong:
                results.note(f"{page.name.strip()}: {wrong}")
                continue
            results.add(measured)
        user = User.objects.filter(role=Role.NORMAL).order_by("pk")[0]
        for measured in scenarios.done_and_next(port, log_in(user), user, folder):
            results.add(measured)
        results.imported(import_rows())
    results.save(folder / "result.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
