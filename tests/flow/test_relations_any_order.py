"""Whatever people join, split and ask for, in whatever order: no report is lost, none is in a wrong place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import db, ledger
from civigrid.cases import queries
from civigrid.cases.models import Case, CaseReport, Clock, Task
from civigrid.cases.rules import Further, Joining, Splitting
from civigrid.flow import verbs
from civigrid.intake.models import Disposition
from tests.cases.town import NOW, Town
from tests.flow.test_relations import copy_of, new, town

__all__ = ["town"]  # the fixture

CHIEF = "值班长"
STEPS = st.lists(
    st.tuples(st.sampled_from(["join", "split", "out", "also"]), st.integers(0, 5), st.integers(0, 5)),
    min_size=1, max_size=12,
)  # fmt: skip


class World:
    """Four cases, one with a copy, and what is done to them, a minute apart."""

    def __init__(self, town: Town) -> None:
        self.town, self.now = town, NOW
        with db.system():
            self.before = set(Case.objects.values_list("id", flat=True))
        numbers = new(town, 4)
        copy_of(numbers[0])

    def cases(self) -> list[Case]:
        return list(Case.objects.exclude(id__in=self.before).order_by("id"))

    def report_ids(self) -> list[int]:
        rows = CaseReport.objects.exclude(case_id__in=self.before)
        return sorted(set(rows.values_list("report_id", flat=True)))

    def do(self, step: str, one: int, other: int) -> tuple[str, str] | None:
        """The join that was done, if it was one."""
        self.now += timedelta(minutes=1)
        with db.system():
            cases = self.cases()
            case, second = cases[one % len(cases)], cases[other % len(cases)]
            parts = queries.parts([case.number])[case.number]
        by = {"actor": self.town[CHIEF], "now": self.now}
        if step == "join":
            [done] = verbs.join(items=[Joining(case.number, case.version, second.number)], **by)
            return (case.number, second.number) if done.ok else None
        if step == "split":
            verbs.split(items=[Splitting(case.number, case.version, second.number, text="不是一件")], **by)
        elif step == "out":
            report_id = parts[other % len(parts)].report_id if parts else 0
            verbs.split(items=[Splitting(case.number, case.version, "", report_id, "不是一件")], **by)
        else:
            verbs.also(items=[Further(case.number, case.version, self.town.matters["H01"])], **by)
        return None

    def state(self) -> object:
        """All that splitting must bring back."""
        ids = [case.pk for case in self.cases()]
        return (
            list(Case.objects.filter(id__in=ids).order_by("id").values_list("stage", "side", "waits_for", "closed_at")),
            list(Task.objects.filter(case_id__in=ids).order_by("id").values_list("state", "finished_at")),
            list(Clock.objects.filter(case_id__in=ids).order_by("id").values_list("stopped_at")),
            {case.number: [part.report_id for part in queries.parts([case.number])[case.number]] for case in self.cases()},
        )  # fmt: skip

    def check(self) -> None:
        report_ids = self.report_ids()
        at_work, became = queries.numbers_of(report_ids), Disposition.objects.in_bulk(report_ids)
        assert len(became) == len(report_ids)
        for report_id in report_ids:
            assert at_work[report_id], "a report is nowhere"
            assert became[report_id].numbers == list(at_work[report_id])
        began = queries.standing(report_ids)
        assert {each for each in report_ids if began[each]} == {
            each for each, row in became.items() if row.kind == "opened"
        }
        for case in self.cases():
            assert (case.side == "joined") is (case.closed_at is not None)
            reports = [part.report_id for part in queries.parts([case.number])[case.number]]
            assert case.first_report_id == reports[0]
            assert len(reports) == len(set(reports))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_report_is_somewhere_and_its_disposition_says_where(
    town: Town, steps: Sequence[tuple[str, int, int]]
) -> None:
    world = World(town)
    for step in steps:
        with db.system():
            before = world.state()
        joined = world.do(*step)
        with db.system():
            world.check()
        if joined:
            _there_and_back(world, joined, before)
    with db.system():
        assert ledger.verify().ok


def _there_and_back(world: World, joined: tuple[str, str], before: object) -> None:
    number, into = joined
    _split(world, into, number)
    with db.system():
        assert world.state() == before
        version = Case.objects.get(number=number).version
    [again] = verbs.join(actor=world.town[CHIEF], items=[Joining(number, version, into)], now=_later(world))
    assert again.ok


def _split(world: World, into: str, number: str) -> None:
    with db.system():
        version = Case.objects.get(number=into).version
    items = [Splitting(into, version, number, text="不是一件")]
    [done] = verbs.split(actor=world.town[CHIEF], items=items, now=_later(world))
    assert done.ok


def _later(world: World) -> datetime:
    world.now += timedelta(minutes=1)
    return world.now
