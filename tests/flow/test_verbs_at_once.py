"""Two people at one case at the same moment: one of them is told, and nobody waits for ever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases.models import Case, Task
from civigrid.cases.rules import Acceptance, Filing, TaskAcceptance, TaskReturn
from civigrid.flow import verbs
from tests.cases.town import NOW, Town, build, opened


@pytest.fixture
def town(fresh_db: str) -> Iterator[Town]:
    with db.system():
        made = build()
    yield made


def at_once(*works: Callable[[], list[Outcome]]) -> list[list[Outcome]]:
    """Runs each in a thread of its own, all starting together."""
    barrier = threading.Barrier(len(works))

    def one(work: Callable[[], list[Outcome]]) -> list[Outcome]:
        try:
            barrier.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_one_takes_the_task_and_the_other_finds_the_form_old(town: Town) -> None:
    with db.system():
        numbers = opened(town, 8)
        tasks = dict(Task.objects.values_list("case__number", "id"))
    for number in numbers:
        taken = [TaskAcceptance(number, 1, tasks[number])]
        returned = [TaskReturn(number, 1, tasks[number], "T1", "不是我们的")]
        (one,), (other,) = at_once(
            lambda: verbs.accept_task(actor=town["联络员小赵"], items=taken, now=NOW),  # noqa: B023  # used in this turn
            lambda: verbs.return_task(actor=town["承办人小陈"], items=returned, now=NOW),  # noqa: B023
        )
        assert sorted([one.state, other.state]) == ["done", "stale"]
        with db.system():
            case = Case.objects.get(number=number)
            assert case.version == 2
            assert case.stage == ("handle" if one.ok else "dispatch")
            assert [entry.verb for entry in ledger.read("case", case.pk)][1:] == [
                "task_accepted" if one.ok else "task_returned"
            ]


def test_batches_in_opposite_order_do_not_deadlock(town: Town) -> None:
    with db.system():
        numbers = opened(town, 60, source="01")
    forms = [Acceptance(number, 1) for number in numbers]
    first, second = at_once(
        lambda: verbs.accept(actor=town["受理员小李"], items=forms, now=NOW),
        lambda: verbs.accept(actor=town["值班长"], items=forms[::-1], now=NOW),
    )
    done = [each.id for each in (*first, *second) if each.ok]
    assert sorted(done) == sorted(numbers)
    assert {each.code for each in (*first, *second) if not each.ok} == {"stale"}
    filings = [Filing(number, 2, town.matters["C01"]) for number in numbers]
    both = at_once(
        lambda: verbs.file(actor=town["值班长"], items=filings[:40], now=NOW),
        lambda: verbs.file(actor=town["街道值班长"], items=filings[:20:-1], now=NOW),
    )
    assert sum(each.ok for outcomes in both for each in outcomes) == 60
    with db.system():
        assert ledger.verify().ok
