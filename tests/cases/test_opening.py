"""From reports to cases: how far each goes, with what clocks, and in how many statements."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger, stamps
from civigrid.cases import actions, queries
from civigrid.cases.models import Case, CaseReport, Clock, Task
from civigrid.cases.rules import Stage, Told
from civigrid.catalog import queries as catalog
from civigrid.catalog.models import Pack
from civigrid.directory.rules import MACHINE
from tests.cases.town import CITY, COMMUNITY, NOW, Town, opened, reports, sure


def open_one(town: Town, **changes: object) -> Case:
    with db.system():
        return Case.objects.get(number=opened(town, **changes)[0])


@pytest.mark.parametrize(
    ("changes", "stage", "waits_for"),
    [
        ({"source": "01"}, "accept", ""),
        ({"source": "01", "unit_id": None, "waits_for": "no_duty_row"}, "accept", "no_duty_row"),
        ({"source": "03"}, "file", ""),
        ({"source": "04"}, "handle", ""),
        ({"source": "04", "unit_id": None, "waits_for": "two_duty_rows"}, "file", "two_duty_rows"),
        ({"matter_id": None, "standard_version_id": None, "waits_for": "low_confidence"}, "file", "low_confidence"),
        ({"standard_version_id": None}, "file", "no_standard"),
        ({"source": "04", "confidential": True}, "accept", ""),
        ({"source": "99"}, "accept", ""),  # a source the pack no longer has
    ],
)
def test_a_case_goes_as_far_as_its_source_allows_when_sure(
    town: Town, changes: dict[str, object], stage: str, waits_for: str
) -> None:
    case = open_one(town, **changes)
    assert (case.stage, case.waits_for) == (stage, waits_for)
    with db.system():
        tasks = Task.objects.filter(case=case).count()
    assert tasks == (1 if stage == "handle" else 0)
    assert case.unit_ids == ([town.units["roads"]] if stage == "handle" else [])


def test_a_hotline_case_files_itself(town: Town) -> None:
    case = open_one(town, source="03", matter_id=town.matters["H01"], standard_version_id=town.standards["H01-usual"])
    assert (case.family, case.stage) == ("hotline", "dispatch")


def test_the_case_is_in_the_city_where_nothing_finer_is_known(town: Town) -> None:
    assert open_one(town, region_code="").region_code == CITY
    assert open_one(town).region_code == COMMUNITY


def test_the_number_carries_the_citys_day(town: Town) -> None:
    """At 17:00 UTC it is already tomorrow in the city."""
    late = datetime(2026, 12, 31, 17, tzinfo=UTC)
    with db.system():
        first, second = opened(town, 2, now=late)
    assert first.startswith("YT20270101-")
    assert len(first) == len("YT20270101-000001")
    assert first < second


def test_both_clocks_run_from_the_opening(town: Town) -> None:
    """Three working days after Monday 9:00 end on Thursday 17:30, by the office's calendar as by the unit's."""
    case = open_one(town)
    with db.system():
        clocks = list(Clock.objects.filter(case=case).order_by("id"))
    assert [clock.task_id is None for clock in clocks] == [True, False]
    due = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert {(clock.due_at, clock.light, clock.next_at == clock.warn_at) for clock in clocks} == {(due, "green", True)}
    assert all(NOW < clock.warn_at < due for clock in clocks)


def test_the_units_own_calendar_counts_for_its_task(town: Town) -> None:
    """Four working hours of a community that is there at all hours; the promise to the resident keeps office hours."""
    case = open_one(
        town, standard_version_id=town.standards["C01-urgent"], unit_id=town.units["community"],
        now=datetime(2026, 11, 23, 9, tzinfo=UTC), received_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )  # fmt: skip
    with db.system():
        ends = {clock.task_id is None: clock.due_at for clock in Clock.objects.filter(case=case)}
    assert ends[False] == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert ends[True] == datetime(2026, 11, 24, 4, tzinfo=UTC)  # half an hour today, 8:30 to 12:00 tomorrow


def test_the_promise_counts_from_the_receiving_and_the_task_from_its_dispatch(town: Town) -> None:
    """Received on Friday at 10:00, processed on Monday at 9:00: three working days end on Wednesday."""
    friday = datetime(2026, 11, 20, 2, tzinfo=UTC)
    case = open_one(town, received_at=friday)
    with db.system():
        clocks = {clock.task_id is None: clock for clock in Clock.objects.filter(case=case)}
    assert (clocks[True].started_at, clocks[True].due_at) == (friday, datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    assert (clocks[False].started_at, clocks[False].due_at) == (NOW, datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    assert case.opened_at == NOW


def test_the_promise_is_counted_by_the_calendar_the_city_names(town: Town) -> None:
    with db.system():
        Pack.objects.update(calendar_code="24")
        stamps.touch("catalog")
    case = open_one(town)
    with db.system():
        clocks = {clock.task_id is None: clock for clock in Clock.objects.filter(case=case)}
    # midnight after three days round the clock; the unit keeps its own hours
    assert clocks[True].due_at == datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert clocks[False].due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("unit", ["court", "gone"])
def test_the_machine_dispatches_to_nobody_who_takes_no_tasks(town: Town, unit: str) -> None:
    case = open_one(town, unit_id=town.units.get(unit, 10**9))
    assert (case.stage, case.waits_for, case.unit_ids) == ("file", "unit_takes_no_tasks", [])
    with db.system():
        assert not Task.objects.filter(case=case).exists()


def test_a_case_without_a_standard_has_no_clock_yet(town: Town) -> None:
    case = open_one(town, matter_id=None, standard_version_id=None, waits_for="low_confidence")
    with db.system():
        assert not Clock.objects.filter(case=case).exists()


def test_the_record_says_what_was_done_in_codes(town: Town) -> None:
    case = open_one(town)
    with db.system():
        (entry,) = ledger.read("case", case.pk)
        task = Task.objects.get(case=case)
    assert entry.verb == Told.OPENED
    assert entry.facts == {
        "report": case.first_report_id, "stage": "handle", "matter": town.matters["C01"],
        "standard": town.standards["C01-usual"], "unit": town.units["roads"], "task": task.pk,
        "duty_row": town.duty_rows["C01-roads"],
    }  # fmt: skip
    assert (entry.account, entry.text) == (0, "")


def test_an_event_tells_the_screens(town: Town) -> None:
    case = open_one(town)
    with db.system():
        events.number()
        (event,) = events.after(0, 10)
    assert (event.topic, event.number, event.stage) == ("case.opened", case.number, "handle")
    assert (event.region_code, event.unit_ids) == (COMMUNITY, (town.units["roads"],))


def test_five_hundred_cases_take_as_many_statements_as_one(town: Town) -> None:
    counts = []
    for number in (1, 1, 500):  # the first also reads the lists, which are kept
        with db.system():
            new = [sure(town, report_id) for report_id in reports(number)]
            city = catalog.city()
            with CaptureQueriesContext(connection) as asked:
                done = actions.open_cases(new, now=NOW, actor=MACHINE, city=city)
        assert [each.id for each in done] == [each.report_id for each in new]
        assert len({each.made for each in done}) == number
        counts.append(len(asked))
    assert counts[2] <= counts[1] <= 15
    assert counts[1] == 4  # ids, rows, the record, events
    with db.system():
        assert Case.objects.count() == CaseReport.objects.count() == Task.objects.count() == 502
        assert Clock.objects.count() == 1004
        assert ledger.verify().ok


def test_nothing_to_open(town: Town) -> None:
    with db.system():
        assert actions.open_cases([], now=NOW, actor=MACHINE, city=catalog.city()) == []
        assert actions.join([], barred={}, now=NOW, actor=MACHINE) == []


class TestJoining:
    def test_a_report_joins_an_open_case_once(self, town: Town) -> None:
        case = open_one(town)
        with db.system():
            (second,) = reports(1)
            (done,) = actions.join([(second, case.first_report_id)], barred={}, now=NOW, actor=MACHINE)
            (again,) = actions.join([(second, case.first_report_id)], barred={}, now=NOW, actor=MACHINE)
            assert (done.made, done.code) == ((case.number,), "")
            assert (again.made, again.code) == ((case.number,), "repeated")
            assert queries.numbers_of([second, case.first_report_id]) == {
                second: (case.number,), case.first_report_id: (case.number,),
            }  # fmt: skip
            assert [entry.verb for entry in ledger.read("case", case.pk)] == ["opened", "joined"]
            assert Case.objects.get(pk=case.pk).version == 1

    def test_a_closed_case_takes_no_more(self, town: Town) -> None:
        case, other = open_one(town), open_one(town)
        with db.system():
            Case.objects.filter(pk=case.pk).update(stage=Stage.EVALUATE.value)
            late, good = reports(2)
            pairs = [(late, case.first_report_id), (good, other.first_report_id)]
            refused, done = actions.join(pairs, barred={}, now=NOW, actor=MACHINE)
        assert (refused.id, refused.code) == (late, "no_open_case")
        assert (done.ok, done.made) == (True, (other.number,))

    def test_a_report_does_not_join_a_case_that_its_target_works_on(self, town: Town) -> None:
        case, unsent = open_one(town), open_one(town, source="01")
        crew, roads, parks = (town.units[code] for code in ("crew", "roads", "parks"))
        with db.system():
            about_roads, about_parks, early = reports(3)
            outcomes = actions.join(
                [
                    (about_roads, case.first_report_id),
                    (about_parks, case.first_report_id),
                    (early, unsent.first_report_id),
                ],
                barred={
                    about_roads: frozenset({crew, roads}), about_parks: frozenset({parks}), early: frozenset({roads}),
                },
                now=NOW, actor=MACHINE,
            )  # fmt: skip
            held = dict(CaseReport.objects.values_list("report_id", "case_id"))
            told = [entry.verb for entry in ledger.read("case", case.pk)]
        assert [each.code for each in outcomes] == ["target_is_unit", "", ""]
        assert about_roads not in held
        assert (held[about_parks], held[early]) == (case.pk, unsent.pk)
        assert told == ["opened", "joined"]


class TestWhatEarlierStagesAsk:
    def test_open_cases_by_the_digest_of_their_first_report(self, town: Town) -> None:
        case, closed = open_one(town), open_one(town)
        with db.system():
            Case.objects.filter(pk=closed.pk).update(stage=Stage.EVALUATE.value)
            digests = [bytes(each.first_report.digest) for each in (case, closed)]
            assert queries.open_same([*digests, b"never"]) == {digests[0]: case.first_report_id}

    def test_the_load_of_a_unit_is_its_open_tasks(self, town: Town) -> None:
        for _ in range(2):
            case = open_one(town)
        open_one(town, unit_id=town.units["parks"])
        with db.system():
            Task.objects.filter(case=case).update(finished_at=NOW)
            assert queries.open_load(NOW + timedelta(days=365)) == {town.units["roads"]: 1, town.units["parks"]: 1}
