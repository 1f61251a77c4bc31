"""How long a page takes: alone, with eight at a time, and the same SQL without the page."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from accounts.models import User
from bench import probe
from bench.browser import PROBED, Answer, Browser
from bench.server import Server
from web import statements

WARM_UP, TIMES, BARE_TIMES = 8, 60, 20
AT_ONCE, AT_ONCE_SECONDS = 8, 4.0
ASK_BUDGET = 60.0
"""No page is asked for longer than this, in seconds."""

Ask = Callable[[Browser], Answer]


@dataclass(frozen=True)
class Page:
    """A page as somebody asks for it; `target` is its p50 in seconds."""

    name: str
    user: User
    paths: list[str]
    target: float | None = None


@dataclass
class Measured:
    """Seconds. `cpu` is what server and database worked for a page, `bare` the database alone."""

    name: str
    target: float | None
    times: list[float] = field(default_factory=list)
    a_second: float = 0.0
    queries: int = 0
    size: int = 0
    bare: float = 0.0
    cpu: float = 0.0
    busy: list[float] = field(default_factory=list)
    """How many times its best a fixed sum took between the requests: 1 on a machine of our own."""

    @property
    def p10(self) -> float:
        """What it takes when nobody else wants the processor, on a machine that others use too."""
        return statistics.quantiles(self.times, n=10)[0] if len(self.times) > 1 else self.times[0]

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[18] if len(self.times) > 1 else self.times[0]

    @property
    def fits(self) -> bool:
        return self.target is None or self.p50 <= self.target


_best = float("inf")


def busy() -> float:
    """How much slower than ever before this machine sums a few numbers just now."""
    global _best
    started = time.perf_counter()
    total = 0
    for number in range(40_000):
        total += number
    taken = time.perf_counter() - started
    _best = min(_best, taken)
    return taken / _best


class WrongAnswer(Exception):
    """A page did not answer as it should: then its time means nothing."""


def checked(answer: Answer, path: str) -> Answer:
    if answer.status not in (200, 204):
        raise WrongAnswer(f"{path}: HTTP {answer.status}, see server.log")
    return answer


def page(wanted: Page, session: str, at: Server, folder: Path) -> Measured:
    """Ask for its addresses in turn, so that no single row stays the warm one."""
    measured, paths = Measured(wanted.name, wanted.target), wanted.paths

    def ask(browser: Browser, number: int) -> Answer:
        path = paths[number % len(paths)]
        return checked(browser.get(path), path)

    browser = Browser(at.port, session)
    until, used = time.monotonic() + ASK_BUDGET, 0.0
    for number in range(WARM_UP + TIMES):
        if number == WARM_UP:
            used = at.cpu()
        answer = ask(browser, number)
        if number >= WARM_UP:
            measured.times.append(answer.seconds)
            measured.busy.append(busy())
        if time.monotonic() > until and measured.times:
            break
    measured.cpu = (at.cpu() - used) / len(measured.times) if measured.times else 0.0
    answer = checked(browser.get(paths[0], **PROBED), paths[0])
    browser.close()
    measured.a_second = at_once(ask, session, at.port)
    queries = probe.noted(folder / "queries")
    measured.size, measured.queries = len(answer.body), len(queries)
    measured.bare = bare(queries)
    return measured


def at_once(ask: Callable[[Browser, int], Answer], session: str, port: int) -> float:
    """Answers a second, with eight people asking one page after the other."""
    answers = [0] * AT_ONCE
    until = time.monotonic() + AT_ONCE_SECONDS

    def somebody(number: int) -> None:
        browser = Browser(port, session)
        while time.monotonic() < until:
            ask(browser, number + answers[number])
            answers[number] += 1
        browser.close()

    threads = [threading.Thread(target=somebody, args=(n,)) for n in range(AT_ONCE)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answers) / (time.monotonic() - started)


def bare(queries: Sequence[probe.Query]) -> float:
    """The median time of the same reading queries, their rows fetched and nothing made of them."""
    reading = [query for query in queries if query.sql.lstrip("( ").startswith("SELECT")]
    times = []
    for _ in range(BARE_TIMES):
        started = time.perf_counter()
        for query in reading:
            with statements.cursor() if query.planned else connection.cursor() as db:
                db.execute(query.sql, query.params)
                db.fetchall()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
