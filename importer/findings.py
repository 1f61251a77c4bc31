"""What was found out about the columns of an import, kept beside its rows until they change.

The page of the columns asks the same at every change, and a file may have half a million rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from importer import rows

Find = Callable[[list[str]], dict[str, Any]]


def findings(import_id: int, keys: Iterable[str], find: Find) -> dict[str, Any]:
    """What is known under the keys; ``find`` is asked once for all that are missing.

    The findings are plain JSON, and are of the rows as they lie there now.
    """
    wanted = list(dict.fromkeys(keys))
    path = rows.folder(import_id) / "findings.json"
    stamp = _stamp(import_id)
    try:
        kept = json.loads(path.read_text("ascii"))
    except (OSError, ValueError):
        kept = {}
    known: dict[str, Any] = kept.get("found", {}) if kept.get("of") == stamp else {}
    missing = [key for key in wanted if key not in known]
    if missing:
        known |= find(missing)
        with rows.replacing(path) as file:
            file.write(json.dumps({"of": stamp, "found": known}))
    return {key: known[key] for key in wanted}


def _stamp(import_id: int) -> list[int]:
    """Tells the rows from those that were read before them."""
    about = (rows.folder(import_id) / "rows.jsonl").stat()
    return [about.st_mtime_ns, about.st_size]
