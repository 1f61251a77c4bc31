"""Any small table, over any clients that are here: loaded and taken back it leaves no trace."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from crm.actions import repair
from importer import load
from modules.models import Module
from tests.importer.test_undo import loaded, records, undone
from tests.importer.tools import fresh, pasted

pytestmark = pytest.mark.django_db

HEAD = (
    *("Cégnév", "Város", "Adószám", "Honlap", "Kapcsolattartó", "E-mail", "Telefon"),
    *("Megjegyzés", "Teendő", "Előzmény"),
)
CELLS = (
    st.sampled_from(["", "Egy Kft.", "Két Bt.", "Őrség Zrt.", "Új Kft."]),
    st.sampled_from(["", "Eger", "Vác"]),
    st.sampled_from(["", "10773381-2-44", "nem szám"]),
    st.sampled_from(["", "egy.example", "más.example"]),
    st.sampled_from(["", "Kiss Pál", "Nagy Éva", "Dr. Szabó Ágnes"]),
    st.sampled_from(["", "pal@example.com", "eva@example.com", "nem cím"]),
    st.sampled_from(["", "06 30 123 4567", "(1) 555 0187"]),
    st.sampled_from(["", "fontos"]),
    st.sampled_from(["", "Hívni"]),
    st.sampled_from(["", "Régi ügyfél"]),
)
TABLES = st.lists(st.tuples(*CELLS), min_size=1, max_size=6).filter(lambda t: any(map(any, t)))


@settings(
    max_examples=12,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(here=TABLES, table=TABLES, existing=st.sampled_from(["fill", "over", "skip", "create"]))
def test_what_was_loaded_and_taken_back_leaves_every_record_as_it_was(
    boss: User,
    module: Module,
    here: list[tuple[str, ...]],
    table: list[tuple[str, ...]],
    existing: str,
) -> None:
    with transaction.atomic():
        loaded(pasted((HEAD, *here), actor=boss, module=module), boss, existing="create")
        before = records()
        source = loaded(pasted((HEAD, *table), actor=boss, module=module), boss, existing=existing)
        parts = ("create", "update", "skip", "wrong", "blank")
        assert sum(source.counts[name] for name in parts) == source.counts["rows"] == source.rows
        assert source.counts["create"] == source.imported.filter(created=True).count()
        assert source.counts["update"] == source.imported.filter(created=False).count()
        done = undone(source)
        assert (done.kept, done.failed) == (0, 0)
        assert done.rows == source.counts["create"] + source.counts["update"]
        assert records() == before
        assert repair.check().clean
        assert load.run(fresh(source), lambda _done: None).rows == source.rows
        transaction.set_rollback(True)
