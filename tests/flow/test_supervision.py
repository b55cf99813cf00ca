"""督办: a ladder that people climb, an answer with a clock of its own, and a lifting with words."""

import pytest

from civigrid.base import db
from civigrid.cases.rules import allowed
from civigrid.web import timing
from tests.cases.town import Town, build
from tests.flow.stories import good, no
from tests.flow.timed import CHEN, CHIEF, LEADER, SHEN, WANG, Timed, beijing


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


@pytest.fixture
def case(town: Town) -> Timed:
    return Timed.taken(town)


def rung(case: Timed) -> tuple[int, bool]:
    return case.row.supervised, case.row.answer_awaited


def test_from_a_reminder_to_a_leader(case: Timed) -> None:
    good(case.supervise(rung=1))
    good(case.supervise(rung=2))
    assert rung(case) == (2, False)
    assert no(case.answer()) == "no_answer_awaited"
    good(case.supervise(rung=3, days=2))
    assert rung(case) == (3, True)
    assert case.clock("answer").due_at == beijing("2026-11-25 17:30")
    good(case.answer())
    assert rung(case) == (3, False)
    assert case.clock("answer").stopped_at == case.now
    assert no(case.supervise(rung=4)) == "top_rung"  # the duty chief's ladder ends here
    case.at("2026-11-24 10:00")
    good(case.supervise(LEADER, rung=4, days=3))
    assert rung(case) == (4, True)
    clock = case.clock("answer")
    assert (clock.due_at, clock.stopped_at, clock.light) == (beijing("2026-11-27 17:30"), None, "green")
    assert no(case.lift()) == "leaders_own"
    good(case.lift(SHEN))
    assert rung(case) == (0, False)
    assert case.told()[-1] == "lifted"
    assert case.at("2026-11-24 11:00").clock().stopped_at is None


def test_an_answer_that_does_not_come_is_told_and_punishes_nobody(case: Timed) -> None:
    good(case.supervise(days=1))
    case.at("2026-11-24 17:31")
    assert [
        (line.facts["clock"], line.facts["due"]) for line in case.lines("overdue") if line.facts["task"] is None
    ] == [("answer", "2026-11-24T09:30:00Z")]
    assert rung(case) == (3, True)  # nothing is raised by itself
    good(case.answer())
    assert case.clock("answer").light == "red"


def test_only_up_and_with_words(case: Timed) -> None:
    good(case.supervise(rung=2))
    for lower in (0, 1, 2, 5):
        assert no(case.supervise(rung=lower)) == "rung_not_higher"
    assert no(case.supervise(rung=3, text=" ")) == "words_needed"
    for days in (0, 4):
        assert no(case.supervise(rung=3, days=days)) == "answer_days 3"
    assert no(case.lift(text="")) == "words_needed"
    good(case.lift())
    assert no(case.lift()) == "not_supervised"
    good(case.supervise(rung=1))


def test_whose_it_is(case: Timed) -> None:
    assert no(case.supervise(WANG)).startswith("not_your_role")
    assert no(case.supervise(CHEN)).startswith("not_your_role")
    assert no(case.supervise("外镇值班长")) == "unknown_case"
    good(case.supervise(SHEN, rung=4))
    assert no(case.answer(CHIEF)).startswith("not_your_role")
    assert no(case.answer("公园小孙")) == "unknown_case"


def test_whoever_gets_the_case_anew_answers(case: Timed) -> None:
    good(case.supervise())
    good(case.give_back(CHEN))
    assert no(case.answer()) == "unknown_case"  # it has the case no more
    good(case.dispatch(unit="parks"))
    good(case.answer("公园小孙"))
    assert rung(case) == (3, False)


def test_closing_stops_what_was_to_be_answered(case: Timed) -> None:
    good(case.supervise())
    good(case.handle(CHEN))
    good(case.check("采集员小周"))
    good(case.close())
    assert case.clock("answer").stopped_at == case.now
    case.at("2026-12-20 09:00")
    assert case.lines("overdue") == []


def test_at_the_red_light_the_page_suggests_it_to_whoever_may(case: Timed) -> None:
    def late(who: str) -> bool:
        view = case.sees(who)
        assert view is not None
        return timing.shown(view, allowed(case.town[who], view.facts), now=case.now).late

    assert not late(CHIEF)
    case.at("2026-11-30 17:31")
    assert (late(CHIEF), late(WANG), late(CHEN)) == (True, False, False)
    assert rung(case) == (0, False)  # a suggestion, and nothing more
    good(case.supervise(rung=1))
    assert not late(CHIEF)
