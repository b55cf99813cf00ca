"""Cases joined by hand and taken apart again; one report that asks for more than one thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import actions as case_actions
from civigrid.cases import queries
from civigrid.cases.models import Case, CaseReport, Clock, ClockEvent, Task
from civigrid.cases.models import Joining as JoiningRow
from civigrid.cases.rules import Closing, Further, Joining, Splitting, Stage, TaskAcceptance
from civigrid.directory.rules import MACHINE
from civigrid.flow import verbs
from civigrid.intake import actions as intake
from civigrid.intake.models import Disposition, Report
from civigrid.intake.rules import Disposed, DispositionKind
from civigrid.link import queries as links
from civigrid.link.rules import LinkHow
from tests.cases.town import COMMUNITY, NOW, OTHER_TOWN, OUTSIDER, Town, at_stage, build, opened, reports, sure

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def new(town: Town, number: int = 1, **changes: object) -> list[str]:
    """Cases with the dispositions that the pipeline gives their reports."""
    with db.system():
        numbers = opened(town, number, **changes)
        rows = [
            Disposed(case.first_report_id, DispositionKind.OPENED, "", (case.number,))
            for case in Case.objects.filter(number__in=numbers)
        ]
        intake.dispose(rows, now=NOW, actor=MACHINE)
    return numbers


def copy_of(number: str) -> int:
    """A report that joined the case by itself."""
    with db.system():
        [report_id] = reports(1)
        [done] = case_actions.join([(report_id, row(number).first_report_id)], barred={}, now=NOW, actor=MACHINE)
        intake.dispose([Disposed(report_id, DispositionKind.JOINED, "identical", done.made)], now=NOW, actor=MACHINE)
    return report_id


def row(number: str) -> Case:
    return Case.objects.get(number=number)


def case(number: str) -> Case:
    with db.system():
        return row(number)


def join(
    town: Town, number: str, into: str, who: str = "值班长", now: datetime = NOW, text: str = "同一件事"
) -> Outcome:
    items = [Joining(number, case(number).version, into, text)]
    [done] = verbs.join(actor=town[who], items=items, now=now)
    return done


def split(town: Town, number: str, former: str = "", report_id: int = 0, now: datetime = LATER) -> Outcome:
    items = [Splitting(number, case(number).version, former, report_id, "不是一件事")]
    [done] = verbs.split(actor=town["值班长"], items=items, now=now)
    return done


def also(town: Town, number: str, matter: str, report_id: int = 0, who: str = "受理员小李") -> Outcome:
    items = [Further(number, case(number).version, town.matters[matter], report_id, "还有一件")]
    [done] = verbs.also(actor=town[who], items=items, now=NOW)
    return done


def told(number: str) -> list[tuple[str, dict[str, object]]]:
    with db.system():
        return [(entry.verb, dict(entry.facts)) for entry in ledger.read("case", row(number).pk)]


def became(report_id: int) -> tuple[str, list[str]]:
    with db.system():
        found = Disposition.objects.get(report_id=report_id)
        return found.kind, found.numbers


def in_case(number: str) -> list[int]:
    with db.system():
        return [part.report_id for part in queries.parts([number])[number]]


def test_a_case_ends_in_another_one_and_its_reporters_are_told(town: Town) -> None:
    number, into = new(town, 2)
    first, other, more = case(number).first_report_id, case(into).first_report_id, copy_of(number)
    assert join(town, number, into).ok
    ended = case(number)
    assert (ended.stage, ended.side, ended.closed_by) == ("evaluate", "joined", town["值班长"].account_id)
    assert in_case(into) == [other, first, more]
    assert became(first) == became(more) == ("joined", [into])
    assert became(other) == ("opened", [into])
    with db.system():
        assert [clock.stopped_at for clock in Clock.objects.filter(case=ended)] == [NOW, NOW]
        assert Task.objects.get(case=ended).state == "cancelled"
        for report_id in (first, more):
            assert ledger.read("report", report_id)[-1].facts == {
                "kind": "joined",
                "reason": "by_hand",
                "number1": into,
            }
        assert links.newest([first])[first].how is LinkHow.PERSON
        assert ledger.verify().ok
    assert [verb for verb, _ in told(number)] == ["opened", "joined", "merged", "withdrawn"]
    assert told(number)[-1][1] == {"task": told(number)[0][1]["task"], "unit": town.units["roads"]}
    assert told(into)[-1] == ("took_in", {"case": number})


def test_the_unit_whose_task_goes_is_told(town: Town) -> None:
    number, into = new(town)[0], new(town, unit_id=town.units["parks"], duty_row_version_id=None)[0]
    join(town, number, into)
    with db.system():
        events.number()
        seen = {event.topic: event.unit_ids for event in events.after(0, 100) if event.topic.startswith("case.")}
    assert seen["case.merged"] == (town.units["roads"],)
    assert seen["case.took_in"] == (town.units["parks"],)


def test_splitting_brings_a_case_back_as_it_was(town: Town) -> None:
    number, into = new(town, 2)
    copy_of(number)
    with db.system():
        task = Task.objects.get(case__number=number)
    verbs.accept_task(actor=town["联络员小赵"], items=[TaskAcceptance(number, 1, task.pk)], now=NOW)
    before, reports_before = _state(number), (in_case(number), in_case(into))
    join(town, number, into, now=NOW + timedelta(hours=1))
    assert split(town, into, former=number).ok
    assert _state(number) == before
    assert (in_case(number), in_case(into)) == reports_before
    assert became(case(number).first_report_id) == ("opened", [number])
    assert became(in_case(number)[1]) == ("joined", [number])
    assert told(number)[-2:] == [
        ("restored", {"case": into, "stage": "handle"}),
        ("given_back", {"task": task.pk, "unit": town.units["roads"]}),
    ]
    assert told(into)[-1] == ("split_off", {"case": number, "stage": "handle"})
    with db.system():
        kinds = [event.kind for event in ClockEvent.objects.filter(clock__case__number=number).order_by("id")]
        assert sorted(kinds) == [
            "continue",
            "resume",
            "stop",
            "stop",
        ]  # the promise counts on, the unit's time stood still
        assert ledger.verify().ok
        assert links.newest([before[-1]])[before[-1]].how is LinkHow.PARTED


def _state(number: str) -> tuple[object, ...]:
    with db.system():
        found = Case.objects.filter(number=number).values(
            "stage", "side", "waits_for", "unit_ids", "handled_by", "closed_at", "closed_by", "first_report_id"
        )
        tasks = list(Task.objects.filter(case__number=number).order_by("id").values("state", "finished_at", "result"))
        clocks = list(
            Clock.objects.filter(case__number=number).order_by("id").values("stopped_at", "light", "started_at")
        )
        return found[0], tasks, clocks, found[0]["first_report_id"]


def test_a_report_that_joined_by_itself_gets_a_case_of_its_own(town: Town) -> None:
    [number] = new(town)
    report_id = copy_of(number)
    assert split(town, number, report_id=report_id).ok
    with db.system():
        fresh = Case.objects.get(first_report_id=report_id)
        assert links.newest([report_id])[report_id].how is LinkHow.PARTED
    assert (fresh.stage, fresh.unit_ids) == ("file", [])
    assert in_case(number) == [case(number).first_report_id]
    assert became(report_id) == ("opened", [fresh.number])
    assert told(number)[-1] == ("split_off", {"report": report_id, "case": fresh.number, "stage": "handle"})
    assert told(fresh.number)[0][1]["of"] == number


def test_what_may_not_be_joined(town: Town) -> None:
    number, into, closed, secret = *new(town, 3), *new(town, confidential=True, source="01")
    with db.system():
        at_stage([closed], Stage.CLOSE)
    verbs.close(actor=town["值班长"], items=[Closing(closed, 1, "solved")], now=NOW)
    assert join(town, number, number).code == "into_itself"
    assert join(town, number, closed).code == "into_closed"
    assert join(town, number, secret).code == join(town, secret, number).code == "confidential_apart"
    assert join(town, number, "YT-none").code == "unknown_other_case"
    assert join(town, number, into, who="联络员小赵").code == "not_your_role"
    assert join(town, closed, into).code == "wrong_stage"
    [stale] = verbs.join(actor=town["值班长"], items=[Joining(number, 7, into)], now=NOW)
    assert stale.code == "stale"
    assert case(number).version == case(into).version == 1


def test_both_cases_must_be_in_the_area(town: Town) -> None:
    here, there = new(town)[0], new(town, region_code=OTHER_TOWN)[0]
    with db.system():
        Case.objects.update(level="town")
    items = [Joining(here, 1, there)]
    [one] = verbs.join(actor=town["街道值班长"], items=items, now=NOW)
    [other] = verbs.join(actor=town["外镇值班长"], items=items, now=NOW)
    [nobody] = verbs.join(actor=OUTSIDER, items=items, now=NOW)
    assert (one.code, other.code, nobody.code) == ("unknown_other_case", "unknown_case", "unknown_case")


def test_what_a_unit_has_done_is_not_thrown_away(town: Town) -> None:
    number, into = new(town, 2)
    with db.system():
        Task.objects.filter(case__number=number).update(state="handled", finished_at=NOW)
    assert join(town, number, into).code == "handled_already"


def test_no_report_joins_the_unit_it_complains_of(town: Town) -> None:
    into = new(town)[0]
    with db.system():
        [accusing] = reports(1, target_text="roads单位")
        new_case = sure(town, accusing, unit_id=None, duty_row_version_id=None, waits_for="target_is_unit")
        [opened_] = case_actions.open_cases([new_case], now=NOW, actor=MACHINE, city=queries_city())
    assert join(town, str(opened_.made), into).code == "target_is_unit"


def queries_city():  # type: ignore[no-untyped-def]
    from civigrid.catalog import queries as catalog

    return catalog.city()


def test_what_may_not_be_split(town: Town) -> None:
    number, into, apart = new(town, 3)
    join(town, number, into)
    brought = case(number).first_report_id
    assert split(town, into, report_id=brought).code == "came_with_case"
    assert split(town, into, report_id=case(into).first_report_id).code == "began_with_it"
    assert split(town, into, report_id=case(apart).first_report_id).code == "not_in_case"
    assert split(town, into, former=apart).code == "not_joined"
    assert split(town, number, former=into).code == "wrong_stage"
    [wordless] = verbs.split(actor=town["值班长"], items=[Splitting(into, 1, number)], now=NOW)
    assert wordless.code == "words_needed"
    assert split(town, into, former=number).ok
    assert split(town, into, former=number).code == "not_joined"


def test_a_batch_that_crosses_has_one_winner(town: Town) -> None:
    one, two, three = new(town, 3)
    items = [Joining(one, 1, two), Joining(two, 1, one), Joining(three, 1, two), Joining(three, 1, one)]
    outcomes = verbs.join(actor=town["值班长"], items=items, now=NOW)
    assert [each.code for each in outcomes] == ["", "into_closed", "", "stale"]
    assert len(in_case(two)) == 3


def test_joinings_are_undone_the_last_one_first(town: Town) -> None:
    one, two, three = new(town, 3)
    join(town, one, two)
    join(town, two, three)
    assert len(in_case(three)) == 3
    assert split(town, three, former=one).code == "not_joined"
    assert split(town, three, former=two).ok
    assert [len(in_case(each)) for each in (two, three)] == [2, 1]
    assert split(town, two, former=one).ok
    assert [became(case(each).first_report_id) for each in (one, two, three)] == [
        ("opened", [one]), ("opened", [two]), ("opened", [three]),
    ]  # fmt: skip


def test_one_report_asks_for_two_things(town: Town) -> None:
    [number] = new(town)
    report_id, twin = case(number).first_report_id, copy_of(number)
    with db.system():
        from civigrid.link.models import Link

        Link.objects.create(report_id=twin, first_id=report_id, how="same_report", score=1, at=NOW)
    assert also(town, number, "H01").ok
    with db.system():
        further = Case.objects.exclude(number=number).get(first_report_id=report_id)
    assert (further.stage, further.family, further.matter_id) == ("file", "hotline", town.matters["H01"])
    assert became(report_id) == ("opened", [number, further.number])
    assert became(twin) == ("joined", [number, further.number])
    assert told(number)[-1][1]["case"] == further.number
    # a later copy is about both
    with db.system():
        [later] = reports(1)
        [done] = case_actions.join([(later, report_id)], barred={}, now=NOW, actor=MACHINE)
        assert done.made == (number, further.number)
        at_stage([number], Stage.CLOSE)
    # the end of one is not the end of the other
    verbs.close(actor=town["值班长"], items=[Closing(number, case(number).version, "solved")], now=NOW)
    assert case(further.number).stage == "file"
    with db.system():
        [last] = reports(1)
        [done] = case_actions.join([(last, report_id)], barred={}, now=NOW, actor=MACHINE)
        assert done.made == (further.number,)
        line = ledger.read("report", report_id)[-1]
        assert (line.verb, line.facts) == ("case_ended", {"number": number, "outcome": "solved"})


def test_a_further_demand_is_another_one(town: Town) -> None:
    [number] = new(town)
    assert also(town, number, "C01").code == "same_demand"
    assert also(town, number, "H01", report_id=10**9).code == "not_in_case"
    assert also(town, number, "H01", who="派遣员老王").code == "not_your_role"
    [unknown] = verbs.also(actor=town["值班长"], items=[Further(number, 1, 10**9)], now=NOW)
    assert unknown.code == "unknown_matter"


def test_filing_a_further_demand_does_not_teach_another_matter(town: Town) -> None:
    from civigrid.cases.rules import Filing
    from civigrid.classify import queries as labels

    [number] = new(town)
    also(town, number, "H01")
    with db.system():
        further = Case.objects.exclude(number=number).get()
    items = [Filing(further.number, 1, town.matters["H01"])]
    [done] = verbs.file(actor=town["值班长"], items=items, now=NOW)
    assert done.ok
    with db.system():
        assert labels.newest([further.first_report_id]) == {}


def test_statements_do_not_grow_with_the_batch(town: Town) -> None:
    numbers = new(town, 12)

    def statements(pairs: Sequence[tuple[str, str]]) -> tuple[int, int]:
        items = [Joining(number, case(number).version, into) for number, into in pairs]
        with CaptureQueriesContext(connection) as joined:
            assert all(each.ok for each in verbs.join(actor=town["值班长"], items=items, now=NOW))
        back = [Splitting(into, case(into).version, number, text="不是") for number, into in pairs]
        with CaptureQueriesContext(connection) as parted:
            assert all(each.ok for each in verbs.split(actor=town["值班长"], items=back, now=LATER))
        return len(joined), len(parted)

    statements([(numbers[0], numbers[1])])
    one = statements([(numbers[0], numbers[1])])
    many = statements(list(zip(numbers[2::2], numbers[3::2], strict=True)))
    assert [one[0] - many[0], one[1] - many[1]] in ([0, 0], [1, 0])  # records that only begin take one less


def test_the_ended_case_keeps_its_page(town: Town) -> None:
    number, into = new(town, 2)
    join(town, number, into)
    with db.scoped(town["值班长"].scope):
        found = queries.access_case(number, now=NOW)
        assert found is not None
        assert len(found.reports) == 1
        related = queries.relations(found.facts.id, found.first_report_id, now=NOW)
        assert [each.number for each in related.into] == [into]
        other = queries.access_case(into, now=NOW)
        assert other is not None
        assert len(other.reports) == 2
        assert [each.number for each in queries.relations(other.facts.id, other.first_report_id, now=NOW).joined] == [
            number
        ]
        assert JoiningRow.objects.count() == 1
        assert CaseReport.objects.filter(case_id=found.facts.id).count() == 1
        assert Report.objects.filter(id__in=in_ids(found)).exists()
        assert found.facts.region_code == COMMUNITY


def in_ids(found: queries.CaseView) -> list[int]:
    return [each.id for each in found.reports]
