"""Filing and dispatch by the verbs: whom a case may go to, and what the standard makes of it."""

from datetime import timedelta

import pytest

from civigrid.base import db, stamps
from civigrid.cases.models import Case, CaseReport, Clock, ClockEvent, Task
from civigrid.cases.rules import (
    Refusal,
    Side,
)
from civigrid.catalog.models import DutyRowVersion
from civigrid.flow import verbs
from civigrid.intake.models import Disposition
from tests.cases.town import NOW, Town, reports
from tests.flow.casestory import Story, codes, good, new, row


@pytest.mark.parametrize(
    ("target", "barred"),
    [
        ("roads单位", {"roads", "crew"}),
        ("我要投诉crew单位的人", {"roads", "crew"}),
        ("湖景社区", {"town", "community"}),
        ("东湖街道办事处", {"town", "community"}),
        ("隔壁饭店", set()),
        ("", set()),
    ],
)
def test_no_dispatcher_sends_a_complaint_to_whom_it_is_about(town: Town, target: str, barred: set[str]) -> None:
    for place, unit in enumerate(("roads", "crew", "parks", "town", "community")):
        (number,) = new(town, source="03")
        with db.system():
            case = Case.objects.get(number=number)
            (other,) = reports(1, target_text=target)
            CaseReport.objects.create(
                case=case, report_id=other, joined_at=NOW
            )  # not the first report: one that joined
        story = Story(town, number)
        good(story.file("值班长"))
        lead, support = (unit, []) if place % 2 else ("centre", [unit])
        outcomes = story.dispatch("派遣员老王", lead, support=support)
        assert codes(outcomes) == (["target_is_unit"] if unit in barred else [""]), unit
        assert story.stage == ("dispatch" if unit in barred else "handle")


def test_a_lead_and_a_support_unit(town: Town, story: Story) -> None:
    good(story.accept("受理员小李"))
    good(story.file("值班长"))
    good(story.dispatch("派遣员老王", "roads", support=["parks", "roads", "parks"]))
    with db.system():
        tasks = dict(Task.objects.filter(case__number=story.number).values_list("kind", "id"))
        assert Task.objects.filter(case__number=story.number).count() == 2
    good(story.accept_task("承办人小陈", tasks["lead"]))
    good(story.handle("承办人小陈", task_id=tasks["lead"]))
    assert story.stage == "handle"
    assert codes(story.handle("公园小孙", task_id=tasks["support"])) == ["wrong_task_state"]
    good(story.accept_task("公园小孙", tasks["support"]))
    good(story.handle("公园小孙", task_id=tasks["support"]))
    assert story.stage == "check"


def test_not_accepted_is_told_of_every_report(town: Town, story: Story) -> None:
    items = [Refusal(story.number, 1, "N9")]
    assert codes(verbs.refuse_acceptance(actor=town["受理员小李"], items=items, now=NOW)) == ["unknown_code"]
    items = [Refusal(story.number, 1, "N2", "属邻市管辖")]
    good(verbs.refuse_acceptance(actor=town["受理员小李"], items=items, now=NOW))
    case = row(story.number)
    assert (case.stage, case.side, case.outcome) == ("evaluate", Side.NOT_ACCEPTED, "")
    with db.system():
        said = Disposition.objects.get(report_id=case.first_report_id)
    assert (said.kind, said.reason, said.numbers) == ("not_accepted", "N2", [story.number])
    assert said.by_account == town["受理员小李"].account_id
    assert codes(story.accept("受理员小李")) == ["wrong_stage"]


def test_filing_sets_the_limit_and_the_promise_counts_from_the_opening(town: Town, story: Story) -> None:
    good(story.accept("受理员小李"))
    story.later(hours=1)
    assert codes(story.file("值班长", "C01", "H01-usual")) == ["other_matters_standard"]
    assert codes(story.file("值班长", "G01")) == ["no_standard"]
    good(story.file("值班长", "C01", "C01-urgent"))
    with db.system():
        clock = Clock.objects.get(case__number=story.number)
    assert (clock.started_at, clock.due_at) == (NOW, NOW + timedelta(hours=6, minutes=30))  # 9:00 + 4 working hours


def test_filing_under_another_standard_rebases_the_promise(town: Town) -> None:
    story = Story(town, new(town, source="03")[0])
    story.later(hours=1)
    good(story.file("值班长", "C01", "C01-urgent"))
    with db.system():
        clock = Clock.objects.get(case__number=story.number)
        assert list(ClockEvent.objects.filter(clock=clock).values_list("kind", flat=True)) == ["rebase"]
    assert (clock.limit_unit, clock.started_at, clock.due_at) == (
        "work_hours",
        NOW,
        NOW + timedelta(hours=6, minutes=30),
    )


def test_dispatch_goes_by_a_row_that_fits_or_by_hand(town: Town, story: Story) -> None:
    good(story.accept("受理员小李"))
    good(story.file("值班长"))
    assert codes(story.dispatch("派遣员老王", "roads", row="H01-town")) == ["other_duty_row"]
    assert codes(story.dispatch("派遣员老王", "parks", row="C01-roads")) == ["other_duty_row"]
    assert codes(story.dispatch("派遣员老王", "court")) == ["unit_takes_no_tasks"]
    town.units["nowhere"], town.duty_rows["none"] = 10**9, 10**9
    assert codes(story.dispatch("派遣员老王", "nowhere")) == ["unknown_unit"]
    assert codes(story.dispatch("派遣员老王", "roads", row="none")) == ["unknown_duty_row"]
    assert codes(story.dispatch("派遣员老王", "roads", text=" ")) == ["words_needed"]
    assert codes(story.dispatch("街道派遣员", "roads")) == ["other_level"]  # it is at the city's desk
    good(story.dispatch("派遣员老王", "roads"))


def test_dispatch_by_a_row_may_also_go_to_its_last_resort(town: Town, story: Story) -> None:
    good(story.accept("受理员小李"))
    good(story.file("值班长"))
    with db.system():
        DutyRowVersion.objects.filter(id=town.duty_rows["C01-roads"]).update(last_resort_id=town.units["parks"])
        stamps.touch("catalog")
    good(story.dispatch("派遣员老王", "parks", row="C01-roads"))
