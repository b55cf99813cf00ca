"""挂账: two persons agree, the clocks stand still until a day, and run again by themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger
from civigrid.cases import actions
from civigrid.cases.models import Ask, Case, ClockEvent
from civigrid.flow import clocks
from tests.cases.town import NOW, Town, build
from tests.flow.stories import good, no
from tests.flow.timed import CHEN, CHIEF, MENG, WANG, ZHENG, Timed, beijing


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


@pytest.fixture
def case(town: Town) -> Timed:
    return Timed.taken(town)


def test_the_clocks_stand_still_and_run_again_by_themselves(case: Timed) -> None:
    case.at("2026-11-25 10:00")
    case.suspended(until="2026-12-14")
    assert case.state == ("handle", "suspended", "")
    # Tuesday counts, Wednesday was broken off; then 14 to 17 December
    assert set(case.dues) == {beijing("2026-12-17 17:30")}
    case.at("2026-12-13 23:59")
    assert (case.clock().light, case.row.side) == ("green", "suspended")
    version = case.row.version
    case.at("2026-12-14 00:00")
    assert (case.row.side, case.row.version) == ("", version + 1)
    assert set(case.dues) == {beijing("2026-12-17 17:30")}
    [line] = case.lines("resumed")
    assert (line.account, line.facts["since"]) == (0, "2026-12-13T16:00:00Z")
    case.at("2026-12-17 17:31")
    assert case.clock().light == case.clock(of_task=True).light == "red"


def test_a_sweep_that_comes_late_ends_it_at_its_day(case: Timed) -> None:
    case.suspended(until="2026-12-01")
    due = case.dues
    case.at("2026-12-20 09:00")
    assert case.dues == due
    with db.system():
        resumed = ClockEvent.objects.filter(kind="resume").values_list("at", flat=True)
        assert set(resumed) == {beijing("2026-12-01 00:00")}
        assert Ask.objects.get().ended_at == beijing("2026-12-01 00:00")
        assert ledger.verify().ok


def test_by_hand_it_ends_sooner(case: Timed) -> None:
    case.at("2026-11-24 10:00").suspended(until="2027-03-01")
    case.at("2026-11-26 09:00")
    assert no(case.resume(text="")) == "words_needed"
    good(case.resume())
    assert case.state == ("handle", "", "")
    assert set(case.dues) == {beijing("2026-12-03 17:30")}  # 27 and 30 November, 1, 2 and 3 December
    assert no(case.resume()) == "not_suspended"
    case.at("2027-03-02 09:00")
    assert len(case.lines("resumed")) == 1
    assert no(case.ask_rest(until="2027-06-01")) == "granted_once suspension"


def test_the_answer_and_the_arrival(case: Timed) -> None:
    """A supervision is answered all the same; whoever need not work need not come either."""
    good(case.supervise())
    due = case.clock("answer").due_at
    case.at("2026-11-23 09:30").suspended(until="2026-12-14")
    assert case.clock("answer").due_at == due
    assert case.clock("arrive", of_task=True).due_at > beijing("2026-12-14 00:00")
    good(case.answer())


def test_two_persons_beside_the_one_who_asks(case: Timed) -> None:
    good(case.ask_rest(WANG))
    assert no(case.decide_rest(CHIEF)) == "dispatcher_first"
    assert no(case.decide_rest(WANG)) == "another_decides"
    good(case.decide_rest(MENG))
    assert case.asks == [("suspension", "endorsed")]
    assert case.row.side == ""
    assert no(case.decide_rest(WANG)) == "another_decides"
    assert no(case.decide_rest(MENG)) == "another_decides"
    good(case.decide_rest(ZHENG))
    with db.system():
        ask = Ask.objects.get()
    assert len({ask.by_account, ask.endorsed_by, ask.decided_by}) == 3


def test_either_may_refuse(case: Timed) -> None:
    good(case.ask_rest())
    good(case.decide_rest(WANG))
    good(case.decide_rest(CHIEF, yes=False, text="具备施工条件"))
    assert (case.row.side, case.asks) == ("", [("suspension", "refused")])
    assert no(case.ask_rest()) == "refused_once suspension"
    assert no(case.resume()) == "not_suspended"


@pytest.mark.parametrize("until", ["2026-11-22", "2026-11-23", "2027-11-25", "2028-01-01"])
def test_until_a_day_within_a_year(case: Timed, until: str) -> None:
    assert no(case.ask_rest(until=until)) == "suspension_within_a_year"


def test_a_day_that_is_over_when_it_is_decided(case: Timed) -> None:
    good(case.ask_rest(until="2026-11-25"))
    good(case.decide_rest(WANG))
    case.at("2026-11-25 09:00")
    assert no(case.decide_rest(CHIEF)) == "suspension_over"
    good(case.decide_rest(CHIEF, yes=False))


def test_nothing_else_happens_meanwhile(case: Timed) -> None:
    case.suspended()
    for outcomes in (
        case.handle(CHEN), case.give_back(CHEN), case.assign(CHEN), case.ask_more(), case.void(), case.arrive(text="到了")
    ):  # fmt: skip
        assert no(outcomes).split()[0] in ("suspended", "not_your_role")
    good(case.resume(CHEN))  # the unit that leads may say that it can go on
    good(case.handle(CHEN))


def test_who_may_not(town: Town, case: Timed) -> None:
    assert no(case.ask_rest("采集员小周")).startswith("not_your_role")
    assert no(case.ask_rest("公园小孙")) == "unknown_case"
    case.suspended()
    assert no(case.resume("受理员小李")).startswith("not_your_role")
    done = Timed.taken(town)
    good(done.handle(CHEN))
    good(done.check("采集员小周"))
    good(done.close())
    assert no(done.ask_rest(WANG)).startswith("wrong_stage")


def test_many_end_in_as_many_statements_as_one(town: Town) -> None:
    counts = []
    for number in (1, 9):
        cases = [Timed.taken(town).suspended(until="2026-12-01") for _ in range(number)]
        with db.system(), CaptureQueriesContext(connection) as asked:
            assert actions.resume_due(now=beijing("2026-12-01 00:00"), limit=100) == number
        counts.append(len(asked))
        assert {case.row.side for case in cases} == {""}
    assert counts == [7, 7]  # role, take, run, the record's three, events
    with db.system():
        events.number()
        assert [each.topic for each in events.after(0, 999)].count("case.resumed") == 10


def test_the_sweep_takes_them_in_chunks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "CHUNK", 2)
    cases = [Timed.taken(town).suspended(until="2026-12-01") for _ in range(5)]
    clocks.sweep(now=beijing("2026-12-01 00:00") + timedelta(seconds=1))
    assert {case.row.side for case in cases} == {""}
    with db.system():
        assert not Case.objects.filter(side="suspended").exists()
        assert not Ask.objects.filter(ended_at=None).exists()
    assert cases[0].clock().due_at > NOW
