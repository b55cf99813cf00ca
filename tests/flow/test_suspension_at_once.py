"""The day a suspension ends, while somebody is at the case: the sweep passes it over and comes again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from civigrid.base import db, ledger
from civigrid.cases.models import Case
from civigrid.cases.queries.held import hold
from civigrid.flow import clocks
from tests.cases.town import NOW, Town, build
from tests.flow.timed import Timed, beijing

DAY = beijing("2026-12-01 00:00")


@pytest.fixture
def town(fresh_db: str) -> Iterator[Town]:
    with db.system():
        made = build()
    yield made


def test_a_case_that_a_verb_holds_is_left_for_the_next_sweep(town: Town) -> None:
    busy, free = (Timed.taken(town).suspended(until="2026-12-01") for _ in range(2))
    with db.system():
        hold([busy.number], on=NOW.date())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere).result(30)
        assert sides() == {busy.number: "suspended", free.number: ""}
    clocks.sweep(now=DAY)
    with db.system():
        assert sides() == {busy.number: "", free.number: ""}


def test_two_sweeps_at_once_end_each_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "CHUNK", 2)
    cases = [Timed.taken(town).suspended(until="2026-12-01") for _ in range(6)]
    together = threading.Barrier(2)

    def sweep() -> None:
        together.wait(10)
        elsewhere()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(sweep), pool.submit(sweep)]:
            each.result(30)
    clocks.sweep(now=DAY)  # what each left to the other
    with db.system():
        assert set(sides().values()) == {""}
        assert ledger.verify().ok
    assert [len(case.lines("resumed")) for case in cases] == [1] * 6


def elsewhere() -> None:
    try:
        clocks.sweep(now=DAY)
    finally:
        connection.close()


def sides() -> dict[str, str]:
    return dict(Case.objects.values_list("number", "side"))
