"""What clients were known by before an import: so its load finds for each row what its check found,
however far it has come, also when it goes on after a stop.
"""

from __future__ import annotations

from collections.abc import Collection

from crm.bulk import among
from importer import match, snapshot
from importer.former import Op
from importer.match import Key
from importer.models import Import, ImportedRow


def keys(source: Import, client_ids: Collection[int]) -> dict[int, frozenset[Key]]:
    """By the ids of those whom the import has made (which were known by nothing) or changed."""
    rows = ImportedRow.objects.filter(source=source, client__in=among(client_ids))
    ops: dict[int, list[Op]] = {}
    for pk, changes in rows.values_list("client_id", "changes"):
        ops.setdefault(pk, []).extend(changes)
    changed = [pk for pk, done in ops.items() if done]
    user, found = source.created_by, dict.fromkeys(ops, frozenset[Key]())
    held = snapshot.read(changed, user=user, module=None, fields={}, statuses={})
    for pk, one in held.items():
        was = one.before(ops[pk])
        found[pk] = frozenset(
            match.keys_of_client(was.client, was.addresses, was.emails, was.phones, source.same_by)
        )
    return found
