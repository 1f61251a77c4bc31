"""Search."""

from __future__ import annotations

from collections.abc import Iterable


def reindex(client_ids: Iterable[int]) -> None:
    """Bring the search index of these clients, their contacts and datasheets up to date."""
