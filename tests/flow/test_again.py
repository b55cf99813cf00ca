"""作废 and 重开."""

import pytest

from civigrid.base import db
from civigrid.cases.models import CaseReport, Clock, ClockEvent
from civigrid.flow import targets
from civigrid.intake.models import Disposition
from tests.cases.town import NOW, Town, build
from tests.flow.stories import Told, good, no


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def dispositions(case: Told) -> list[tuple[str, str]]:
    first = case.row.first_report_id
    with db.system():
        return list(Disposition.objects.filter(report=first).values_list("kind", "reason"))


def running(case: Told) -> int:
    with db.system():
        return Clock.objects.filter(case__number=case.number, stopped_at=None).count()


@pytest.mark.parametrize(
    ("reason", "disposed"),
    [
        ("test", ("invalid", "test")),
        ("mistake", ("invalid", "mistake")),
        ("harassment", ("invalid", "harassment")),
        ("not_there", ("not_accepted", "N5")),
        ("unverifiable", ("not_accepted", "N5")),
    ],
)
def test_a_void_case_takes_its_reports_with_it(town: Town, reason: str, disposed: tuple[str, str]) -> None:
    case = Told(town, source="01")
    assert no(case.void("受理员小李")) == "not_your_role void"
    assert no(case.void(reason="N1")) == "unknown_code N1"
    assert no(case.void(text="")) == "words_needed"
    good(case.void(reason=reason))
    assert (case.state, dispositions(case), running(case)) == (("evaluate", "void", ""), [disposed], 0)
    assert case.row.closed_by == town["值班长"].account_id
    assert no(case.reopen()) == "nothing_to_reopen"


def test_it_ends_the_tasks_that_nobody_has_done(town: Town) -> None:
    case = Told(town)
    good(case.take("承办人小陈"))
    good(case.void())
    assert (case.task.state, case.task.finished_at, running(case)) == ("cancelled", case.now, 0)
    assert case.sees("承办人小陈") is not None, "the unit sees what became of it"
    assert no(case.handle("承办人小陈")) == "wrong_stage evaluate"


def test_what_was_handled_is_not_voided(town: Town) -> None:
    case = Told(town, unit_id=town.units["water"], duty_row_version_id=None)
    good(case.take("水司联络员"))
    good(case.handle("水司承办人"))
    assert no(case.void()) == "handled_already"
    good(case.sign("水司审核人"))
    assert no(case.void()) == "wrong_stage check"


def test_a_report_of_another_case_too_keeps_what_became_of_it(town: Town) -> None:
    first, second = Told(town, source="01"), Told(town, source="01")
    pair = {"case_id": second.row.pk, "report_id": first.row.first_report_id}
    with db.system():
        CaseReport.objects.create(joined_at=first.now, **pair)
    good(first.void())
    assert dispositions(first) == []
    good(second.void())
    assert dispositions(first) == [("invalid", "test")]


def test_reopened_it_is_dispatched_anew_and_closed_by_another_hand(town: Town) -> None:
    case = Told(town)
    case.over()
    case.later(days=80)
    assert no(case.reopen("采集员小周")) == "not_your_role reopen"
    assert no(case.reopen(text="")) == "words_needed"
    good(case.reopen("回访员小何"))
    row = case.row
    assert (case.state, row.reopened, row.outcome) == (("dispatch", "reopened", ""), 1, "")
    assert (row.closed_at, row.closed_by, row.closed_unit, row.checked_by, row.checked_unit) == (None,) * 5
    with db.system():
        [clock] = Clock.objects.filter(case__number=case.number, stopped_at=None)
        events = list(ClockEvent.objects.filter(clock=clock).order_by("id").values_list("kind", "at"))
    assert (clock.task_id, clock.started_at) == (None, case.now), "the promise to the resident is given anew"
    assert events == [("stop", NOW), ("restart", case.now)]
    good(case.dispatch(unit="parks"))
    for step in (case.take("公园小孙"), case.handle("公园小孙"), case.check("采集员小周"), case.close()):
        good(step)
    assert (case.row.outcome, running(case), case.told().count("closed")) == ("solved", 0, 2)


def test_reopened_to_the_unit_that_led_it_gets_a_fresh_task(town: Town) -> None:
    case = Told(town)
    case.over()
    first = case.task.pk
    good(case.reopen(back_to="lead"))
    assert (case.state, case.task.state, case.task.unit_id) == (
        ("handle", "reopened", ""),
        "offered",
        town.units["roads"],
    )
    assert case.task.pk != first
    assert running(case) == 2
    for step in (case.take("承办人小陈"), case.handle("承办人小陈"), case.check("采集员小周"), case.close()):
        good(step)
    assert (case.row.side, running(case)) == ("", 0)


def test_at_most_twice_and_not_too_late(town: Town) -> None:
    case = Told(town)
    case.over()
    for _ in range(2):
        good(case.reopen(back_to="lead"))
        case.over()
    assert no(case.reopen()) == "reopened_enough 2"
    late = Told(town)
    late.over()
    late.later(days=91)
    assert no(late.reopen()) == "too_late_to_reopen 90"


def test_not_to_the_unit_that_led_where_somebody_complains_of_it_by_now(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Told(town)
    case.over()
    lead = case.task.unit_id
    monkeypatch.setattr(targets, "barred", lambda numbers, *, now: {case.number: frozenset({lead})})
    assert no(case.reopen(back_to="lead")) == "target_is_unit"
    good(case.reopen())
    assert (case.row.supervised, case.row.answer_awaited) == (0, False)


def test_an_outsider_reopens_nothing(town: Town) -> None:
    case = Told(town)
    case.over()
    assert no(case.reopen("外镇值班长")) == "unknown_case"
    assert no(case.reopen("承办人小陈")) == "not_your_role reopen"
