"""延期: asked by the unit that leads in time, decided by another, once, by the original limit at most."""

import pytest

from civigrid.base import db
from civigrid.cases.models import Case
from tests.cases.town import Town, build
from tests.flow.stories import good, no
from tests.flow.timed import CHEN, CHIEF, MENG, WANG, ZHAO, Timed, beijing

MONDAY, WEDNESDAY = beijing("2026-11-30 17:30"), beijing("2026-12-02 17:30")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


@pytest.fixture
def case(town: Town) -> Timed:
    return Timed.taken(town)


def test_granted_both_clocks_run_longer(case: Timed) -> None:
    assert case.dues == (MONDAY, MONDAY)
    case.at("2026-11-27 15:00")
    good(case.ask_more())
    assert case.dues == (MONDAY, MONDAY)  # asking moves nothing
    good(case.decide_more())
    assert case.dues == (WEDNESDAY, WEDNESDAY)
    assert case.asks == [("extension", "granted")]
    view = case.sees(WANG)
    assert view is not None
    assert view.clock is not None
    assert (view.clock.more, view.clock.days[-1].whole) == (2, 7)
    [asked], [granted] = case.lines("extension_asked"), case.lines("extended")
    assert (asked.facts["amount"], asked.facts["limit"]) == (2, "work_days")
    assert granted.facts["amount"] == 2
    case.at("2026-12-02 17:31")
    assert case.clock().light == "red"


def test_a_light_that_had_turned_turns_back(case: Timed) -> None:
    case.at("2026-11-27 16:00")
    good(case.ask_more())
    case.at("2026-11-28 10:00")
    assert case.clock().light == "yellow"
    good(case.decide_more(CHIEF))
    assert (case.clock().light, case.clock().due_at) == ("green", WEDNESDAY)


def test_refused_nothing_moves_and_the_unit_does_not_ask_again(case: Timed) -> None:
    good(case.ask_more())
    assert no(case.decide_more(yes=False, text=" ")) == "words_needed"
    good(case.decide_more(yes=False, text="材料充足，按期完成"))
    assert case.dues == (MONDAY, MONDAY)
    assert no(case.ask_more()) == "refused_once extension"


def test_once_granted_never_again(case: Timed) -> None:
    good(case.ask_more())
    good(case.decide_more())
    assert no(case.ask_more()) == "granted_once extension"


def test_the_unit_may_take_it_back_and_ask_anew(case: Timed) -> None:
    good(case.ask_more(amount=1))
    assert no(case.ask_more()) == "asked_already"
    assert no(case.withdraw(MENG)) == "nothing_asked"  # not his own
    assert no(case.withdraw(CHEN, "suspension")) == "nothing_asked"
    good(case.withdraw(ZHAO))  # a colleague of the unit
    assert no(case.decide_more()) == "nothing_asked"
    good(case.ask_more(amount=2))
    assert case.asks == [("extension", "withdrawn"), ("extension", "asked")]


@pytest.mark.parametrize(
    ("amount", "code"),
    [(0, "extension_too_long 5"), (-1, "extension_too_long 5"), (6, "extension_too_long 5"), (5, "")],
)
def test_at_most_the_original_limit(case: Timed, amount: int, code: str) -> None:
    outcomes = case.ask_more(amount=amount)
    assert outcomes[0].ok if not code else no(outcomes) == code


def test_at_least_a_working_day_before_the_end(case: Timed) -> None:
    """It ends on Monday at 17:30: Friday is in time, Monday is not."""
    case.at("2026-11-30 00:05")
    assert no(case.ask_more()) == "too_late_to_extend"
    case.at("2026-11-29 23:59")
    good(case.ask_more())


def test_who_may_not_ask(town: Town, case: Timed) -> None:
    assert no(case.ask_more(WANG)).startswith("not_your_role")
    assert no(case.ask_more(text="  ")) == "words_needed"
    urgent = Timed.taken(town, urgency=2)
    assert no(urgent.ask_more()) == "urgent_not_extended"
    fixed = Timed.taken(town, standard_version_id=town.standards["A01-fixed"])
    assert no(fixed.ask_more()) == "standard_forbids_extension"
    untaken = Timed(town, matter="A01", unit_id=town.units["roads"])
    assert no(untaken.ask_more()).startswith("wrong_task_state")


def test_who_may_not_decide(case: Timed) -> None:
    good(case.ask_more())
    assert no(case.decide_more(CHEN)).startswith("not_your_role")
    assert no(case.decide_more("街道派遣员")).startswith("other_level")
    assert no(case.decide_more("外镇值班长")) == "unknown_case"
    good(case.decide_more(MENG))


def test_the_units_own_desk_does_not_decide(town: Town) -> None:
    """The town leads, and the town has a dispatcher: somebody above decides."""
    case = Timed(town, matter="A01", source="08", unit_id=town.units["town"])
    with db.system():
        Case.objects.filter(number=case.number).update(level="town")
    good(case.accept())
    good(case.file(matter="A01"))
    good(case.dispatch("街道派遣员", unit="community"))
    good(case.take("社区书记"))
    good(case.ask_more("社区书记"))
    good(case.decide_more("街道派遣员"))  # of the town, and the community has the task


def test_the_application_ends_with_the_task(case: Timed) -> None:
    """Handled meanwhile: there is nothing left to extend."""
    good(case.ask_more())
    good(case.handle(CHEN))
    assert no(case.decide_more()).startswith("wrong_stage")
    good(case.check("采集员小周", "failed", "仍有破损"))
    assert no(case.decide_more()) == "nothing_asked"  # the unit has a new task
    good(case.take(CHEN))
    good(case.ask_more())
