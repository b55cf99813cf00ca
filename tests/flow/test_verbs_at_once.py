"""Two people at one case at the same moment: one of them is told, and nobody waits for ever.

Nothing is tried again here: a deadlock that a second attempt would hide fails the test.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import actions
from civigrid.cases.models import Case, CaseReport, Task
from civigrid.cases.rules import Acceptance, Closing, Filing, Joining, Stage, TaskAcceptance, TaskReturn
from civigrid.directory.rules import MACHINE
from civigrid.flow import verbs
from tests.cases.town import NOW, Town, at_stage, build, opened, reports


@pytest.fixture
def town(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(db, "retrying", lambda work: work())
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
        # once the task is given back, the unit does not even see the case
        assert (one.code, other.code) in {("", "stale"), ("unknown_case", "")}
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
        lambda: verbs.file(actor=town["值班长老郑"], items=filings[:20:-1], now=NOW),
    )
    assert sum(each.ok for outcomes in both for each in outcomes) == 60
    with db.system():
        assert ledger.verify().ok


def test_a_report_joins_before_the_closing_or_not_at_all(town: Town) -> None:
    for _ in range(12):
        with db.system():
            numbers = opened(town, 3)
            at_stage(numbers, Stage.CLOSE)
            firsts = list(
                Case.objects.filter(number__in=numbers).order_by("-id").values_list("first_report_id", flat=True)
            )
            new = reports(3)
        pairs = list(zip(new, firsts, strict=True))  # in the opposite order of the closing

        def join(pairs: list[tuple[int, int]] = pairs) -> list[Outcome]:
            with db.system():
                return actions.join(pairs, barred={}, now=NOW, actor=MACHINE)

        forms = [Closing(number, 1, "solved") for number in numbers]
        joined, closed = at_once(join, lambda: verbs.close(actor=town["值班长"], items=forms, now=NOW))  # noqa: B023
        assert [each.code for each in closed] == ["", "", ""]
        with db.system():
            for each in joined:
                case = Case.objects.get(first_report_id=dict(pairs)[each.id])
                told = [entry.verb for entry in ledger.read("case", case.pk)]
                assert told == (["opened", "joined", "closed"] if each.ok else ["opened", "closed"])
                assert CaseReport.objects.filter(report_id=each.id).exists() is each.ok
                assert each.code == ("" if each.ok else "no_open_case")
    with db.system():
        assert ledger.verify().ok


def test_of_two_joinings_that_cross_one_wins(town: Town) -> None:
    with db.system():
        numbers = opened(town, 16)
    for one, other in zip(numbers[::2], numbers[1::2], strict=True):
        (there,), (back,) = at_once(
            lambda: verbs.join(actor=town["值班长"], items=[Joining(one, 1, other)], now=NOW),  # noqa: B023
            lambda: verbs.join(actor=town["受理员小李"], items=[Joining(other, 1, one)], now=NOW),  # noqa: B023
        )
        assert sorted([there.code, back.code]) == ["", "into_closed"]
        with db.system():
            ended = one if there.ok else other
            assert Case.objects.get(number=ended).side == "joined"
            assert Case.objects.filter(number__in=[one, other], closed_at=None).count() == 1
    with db.system():
        assert ledger.verify().ok


def test_a_report_joins_before_its_case_ends_in_another_or_not_at_all(town: Town) -> None:
    for _ in range(8):
        with db.system():
            one, other = opened(town, 2)
            first = Case.objects.get(number=one).first_report_id
            [new] = reports(1)

        def copy(pair: tuple[int, int] = (new, first)) -> list[Outcome]:
            with db.system():
                return actions.join([pair], barred={}, now=NOW, actor=MACHINE)

        (came,), (joined,) = at_once(
            copy,
            lambda: verbs.join(actor=town["值班长"], items=[Joining(one, 1, other)], now=NOW),  # noqa: B023
        )
        assert joined.ok
        with db.system():
            held = set(CaseReport.objects.filter(report_id=new).values_list("case__number", flat=True))
        assert held == ({one, other} if came.ok and one in came.made else set())
        assert came.code in ("", "no_open_case")
