"""Blocks of a load or an undo leave room for what others write."""

from types import SimpleNamespace

import pytest
from django.db import connection

from importer.pace import FEWEST, FREE, HELD, MOST, Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in a list of one; sleeping moves it on."""
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    fake = SimpleNamespace(perf_counter=lambda: now[0], sleep=sleep)
    monkeypatch.setattr("importer.pace.time", fake)
    return now


def block(own: Pace, clock: list[float], rows: int, seconds: float) -> float:
    """When a block began that took so long."""
    with own.timed(rows):
        began = clock[0]
        clock[0] += seconds
    return began


def test_on_sqlite_the_lock_is_free_between_two_blocks_and_no_longer_than_needed(
    clock: list[float],
) -> None:
    own = Pace()
    block(own, clock, 100, HELD)
    ended = clock[0]
    waits = FREE if connection.vendor == "sqlite" else 0
    assert block(own, clock, 100, HELD) - ended == pytest.approx(waits)
    ended, clock[0] = clock[0], clock[0] + 2 * FREE  # planning the next one took long enough
    assert block(own, clock, 100, HELD) - ended == pytest.approx(2 * FREE)


def test_a_block_takes_as_many_rows_as_can_be_written_while_others_wait(
    clock: list[float],
) -> None:
    own = Pace()
    for _ in range(12):
        block(own, clock, own.size, own.size * 0.0004)
    assert own.size == pytest.approx(HELD / 0.0004, abs=1)
    block(own, clock, own.size, 60)
    assert own.size == FEWEST
    for _ in range(12):
        block(own, clock, own.size, 0)
    assert own.size == MOST
