"""An import into a company that has only begun: PostgreSQL checks what rows refer to by plans that
it keeps, made when the tables held next to nothing.
"""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import User
from importer import load
from modules.models import Module
from tests import make
from tests.importer.tools import checked, fresh, pasted

FEW, ROWS = 20, 600


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_row_that_comes_in_costs_the_reading_of_those_before() -> None:
    make.company()
    boss, module = make.user("manager"), make.module("sales")
    come_in(0, FEW, boss, module)
    with connection.cursor() as db:
        db.execute("ANALYZE")
    before = read_one_after_the_other()
    come_in(FEW, FEW + ROWS, boss, module)
    assert read_one_after_the_other() - before < 10 * ROWS


def come_in(first: int, end: int, boss: User, module: Module) -> None:
    cells = [["Cégnév", "Kapcsolattartó", "E-mail", "Telefon", "Teendő", "Határidő"]]
    for n in range(first, end):
        who = [f"Kis Éva{n}", f"eva{n}@example.com", f"+36 30 555 {n:04}"]
        cells.append([f"Első {n} Kft.", *who, "Felhívni", "2031-01-05"])
    source = checked(pasted(cells, actor=boss, module=module), boss)
    assert load.run(fresh(source), lambda done: None).create == end - first


def read_one_after_the_other() -> int:
    """How many rows of our tables were read without an index so far."""
    with connection.cursor() as db:
        db.execute("SHOW server_version_num")
        if int(db.fetchone()[0]) < 150000:
            pytest.skip("PostgreSQL tells so at once from 15 on")
        db.execute("SELECT pg_stat_force_next_flush()")
        db.execute("SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname LIKE 'crm%'")
        (read,) = db.fetchone()
        return int(read)
